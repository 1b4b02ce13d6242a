"""Delete people: what it means, with the number typed; what waits, and calling it off."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.accounts.models import Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.models import Learner
from seatkeeper.erasing.errors import NobodyToDelete, TooLate, WrongCount
from seatkeeper.erasing.models import Deletion, DeletionStatus
from seatkeeper.erasing.queries import answer_to, answers_of, deletions_of, people_of, problems_of
from seatkeeper.erasing.services.ask import ask, call_off, confirm
from seatkeeper.erasing.services.file import draft_of_file
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, Status
from seatkeeper.uploads.errors import FileRefused, NoRoom
from seatkeeper.uploads.messages import refusal
from seatkeeper.web.numbers import number
from seatkeeper.web.receiving import TOO_LARGE, fault_of
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.selecting import Selected
from seatkeeper.web.sending import csv_lines, csv_response

A_PAGE = 50
SHOWN = 50
BIGGEST_ID = (1 << 63) - 1
MOST_DIGITS = 12
REFUSED = 422
STATUSES: dict[str, Promise] = {
    DeletionStatus.DRAFT: gettext_lazy("Not confirmed"),
    DeletionStatus.WAITING: gettext_lazy("Waiting"),
    DeletionStatus.RUNNING: gettext_lazy("Erasing"),
    DeletionStatus.DONE: gettext_lazy("Erased"),
    DeletionStatus.CALLED_OFF: gettext_lazy("Called off"),
}

may_delete = admin_required(Permission.MANAGE_USERS, for_everyone=True)


@require_GET
@may_delete
def deletions(request: AdminRequest) -> HttpResponse:
    """What waits, who asked, when it happens; and what was."""
    page = Paginator(deletions_of(request.admin.organization_id), A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, STATUSES[row.status]) for row in page]
    return render(request, "web/deletions.html", {"rows": rows, "page": page, "days": settings.DELETION_WAITS_DAYS})


@require_http_methods(["GET", "POST"])
@may_delete
def user_deletion(request: AdminRequest) -> HttpResponse:
    """Whom the address names: what will happen to them, and the question. POST asks for it."""
    selected = Selected.parse(request.POST if request.method == "POST" else request.GET)
    try:
        people = selected.learners(request.admin.reach(Permission.MANAGE_USERS), today=system_clock().date())
        count = 0 if selected.is_empty else people.count()
    except FilterRefused:
        count = 0
    if not count:
        messages.warning(request, _("Nobody is selected. Choose people on the Users page first."))
        return redirect("users")
    fault = ""
    if request.method == "POST":
        try:
            deletion = ask(people, **_asking(request), organization_id=request.admin.organization_id, source="page")
        except WrongCount as wrong:
            count, fault = wrong.people, _wrong_count(wrong)
        else:
            messages.success(request, _asked(deletion))
            return redirect("deletion", deletion.id)
    facts = {
        "selected": selected,
        "fault": fault,
        "days": settings.DELETION_WAITS_DAYS,
        **_consequences(request, people, count),
    }
    return render(request, "web/user_deletion.html", facts, status=REFUSED if fault else 200)


@require_http_methods(["GET", "POST"])
@may_delete
def deletion_new(request: AdminRequest) -> HttpResponse:
    """A file with people to delete; nothing happens before it is confirmed."""
    fault = ""
    if request.method == "POST":
        sent = request.FILES.get("file")  # reads the body
        fault = _fault_words(fault_of(request)) or ("" if sent else _("Choose a file."))
        if sent and not fault:
            try:
                draft = draft_of_file(
                    cast(Any, sent),
                    organization_id=request.admin.organization_id,
                    actor=request.admin.actor,
                    source="csv",
                    now=system_clock(),
                )
                return redirect("deletion", draft.id)
            except FileRefused as refused:
                fault = refusal(refused.problem, column=refused.column, detail=refused.detail)
            except NoRoom:
                fault = _fault_words("no room")
    facts = {"fault": fault, "limit": filesizeformat(settings.UPLOAD_MAX_BYTES), "days": settings.DELETION_WAITS_DAYS}
    return render(request, "web/deletion_new.html", facts, status=REFUSED if fault else 200)


@require_http_methods(["GET", "POST"])
@may_delete
def deletion(request: AdminRequest, deletion_id: int) -> HttpResponse:
    """One of them. POST confirms what a file asks for, with the number typed."""
    this, fault = _deletion(request, deletion_id), ""
    if request.method == "POST":
        try:
            this = confirm(this, **_asking(request))
        except WrongCount as wrong:
            fault = _wrong_count(wrong)
        except NobodyToDelete:
            fault = _("No row of the file names somebody by address and id.")
        except TooLate:
            messages.info(request, _("This deletion is confirmed already, or was called off."))
            return redirect("deletion", this.id)
        else:
            messages.success(request, _asked(this))
            return redirect("deletion", this.id)
    people = people_of(this)
    facts: dict[str, Any] = {
        "deletion": this,
        "status": STATUSES[this.status],
        "people": people[:SHOWN],
        "problems": [(problem, *answer_to(problem)) for problem in problems_of(this)[:SHOWN]],
        "fault": fault,
        "days": settings.DELETION_WAITS_DAYS,
    }
    if this.status == DeletionStatus.DRAFT:
        facts |= _consequences(request, people, this.people)
    return render(request, "web/deletion.html", facts, status=REFUSED if fault else 200)


@require_POST
@may_delete
def deletion_call_off(request: AdminRequest, deletion_id: int) -> HttpResponse:
    """Nobody is erased."""
    this = _deletion(request, deletion_id)
    try:
        call_off(this, actor=request.admin.actor, now=system_clock())
        messages.success(request, _("Called off. Everyone stays."))
    except TooLate:
        messages.warning(request, _("It is too late: this deletion does not wait any more."))
    return redirect("deletion", this.id)


@require_GET
@may_delete
def deletion_problems(request: AdminRequest, deletion_id: int) -> HttpResponse:
    """Rows of its file that delete nobody, as CSV."""
    lines = csv_lines(answers_of(_deletion(request, deletion_id)))
    return csv_response(lines, f"deletion-{deletion_id}-problems.csv")


def _deletion(request: AdminRequest, deletion_id: int) -> Deletion:
    if deletion_id > BIGGEST_ID:
        raise Http404
    return get_object_or_404(Deletion, organization_id=request.admin.organization_id, id=deletion_id)


def _asking(request: AdminRequest) -> dict[str, Any]:
    typed = "".join(letter for letter in request.POST.get("typed", "") if letter.isalnum())
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
    return {"actor": request.admin.actor, "typed": int(typed) if is_number else -1, "now": system_clock()}


def _consequences(request: AdminRequest, people: QuerySet[Learner], count: int) -> dict[str, Any]:
    """What is said before: licenses that end, admins among them."""
    whose = {"organization_id": request.admin.organization_id, "learner_id__in": people.order_by().values("id")}
    licenses = License.objects.filter(**whose, status__gt=Status.UNASSIGNED)
    admins = Membership.objects.filter(**whose, is_admin=True)
    return {
        "count": count,
        "name": _name(people.get()) if count == 1 else "",
        "licenses": licenses.count(),
        "active": licenses.filter(status=Status.ACTIVE).count(),
        "admins": admins.count(),
    }


def _name(learner: Learner) -> str:
    names = (learner.attributes.get("preferred_first_name"), learner.attributes.get("preferred_last_name"))
    return " ".join(name for name in names if name) or str(learner.email)


def _asked(this: Deletion) -> str:
    words = ngettext(
        "%(people)s person will be erased. Until then you can call it off.",
        "%(people)s people will be erased. Until then you can call it off.",
        this.people,
    )
    return words % {"people": number(this.people)}


def _wrong_count(wrong: WrongCount) -> str:
    return _("This is not the number. %(people)s would be deleted.") % {"people": number(wrong.people)}


def _fault_words(fault: str) -> str:
    if not fault:
        return ""
    if fault == TOO_LARGE:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        return refusal("EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR", column="", detail=limit)
    return _("The file can't be kept: the server's disk is full or can't be used. Tell whoever runs the server.")


urls = [
    path("admin-center/users/deletion/", user_deletion, name="user_deletion"),
    path("admin-center/deletions/", deletions, name="deletions"),
    path("admin-center/deletions/new/", deletion_new, name="deletion_new"),
    path("admin-center/deletions/<int:deletion_id>/", deletion, name="deletion"),
    path("admin-center/deletions/<int:deletion_id>/calling-off/", deletion_call_off, name="deletion_call_off"),
    path("admin-center/deletions/<int:deletion_id>/problems/", deletion_problems, name="deletion_problems"),
]
