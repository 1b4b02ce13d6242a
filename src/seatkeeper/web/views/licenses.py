"""Manage licenses: No license for everyone chosen, or a choice per license; what will happen is shown before."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.errors import LastFullAdmin, UnknownAdmin
from seatkeeper.accounts.models import Membership
from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.accounts.queries import admins_seen_by
from seatkeeper.accounts.services.admins import end_admin
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import parse_filter
from seatkeeper.directory.models import Learner
from seatkeeper.invitations.services.rounds import choose_invitation
from seatkeeper.invitations.services.texts import texts_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import BrakeHeld, LicensingError, NothingSelected
from seatkeeper.licensing.models import Books, LicensePool, Operation
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.brake import limit_exceeded
from seatkeeper.licensing.services.choices import Choice, Outlook, foresee, plan_choice
from seatkeeper.licensing.services.hand_over import how_of_choice, leave_act
from seatkeeper.licensing.services.operations import Act, apply_operation, cancel_operation
from seatkeeper.notices.queries import is_confirmed
from seatkeeper.notices.services.learners import tell_learners
from seatkeeper.web.invitation_words import text_chosen
from seatkeeper.web.numbers import number
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.selecting import FILTER, Selected

NO_LICENSE, PER_LICENSE = "none", "choose"
LEAVE, END, ASSIGN = "leave", "none", "assign"
SOURCE = "page"
LONGEST_REASON = 1_000
LONGEST_WORDS = 5_000
MOST_DIGITS = 18
REFUSED = 422


@dataclass(slots=True)
class Dialog:
    """What was asked for, and whom it means."""

    selected: Selected
    people: QuerySet[Learner]
    wishes: list[tuple[LicensePool, str]]
    what: str
    reason: str
    next: str
    tells: bool = False
    words: str = ""  # to learners
    text_id: int | None = None  # words of the organization's own for whom it invites
    ends: tuple[int, ...] = ()  # memberships whose admin access ends, too

    @property
    def choice(self) -> Choice:
        if self.what == NO_LICENSE:
            return Choice(is_none=True)
        return Choice(
            ends=tuple(pool for pool, wish in self.wishes if wish == END),
            gives=tuple(pool for pool, wish in self.wishes if wish == ASSIGN),
        )

    @property
    def contradicts_itself(self) -> bool:
        """Whether all licenses are to go and one is to be given."""
        return self.what == NO_LICENSE and any(wish == ASSIGN for _pool, wish in self.wishes)

    def counted(self, outlook: Outlook) -> str:
        """What was shown, as the form carries it: the choice and its numbers."""
        wishes = [f"{pool.id}{wish}" for pool, wish in self.wishes if wish != LEAVE] if self.what == PER_LICENSE else []
        return ".".join(map(str, (self.what, *wishes, *outlook.figures(), outlook.missing)))


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def manage_licenses(request: AdminRequest) -> HttpResponse:
    """GET asks, for the selection in the address; POST shows what will happen (`show`) or does it."""
    data = request.POST if request.method == "POST" else request.GET
    try:
        dialog = _dialog(request, data)
        outlook = foresee(dialog.people, choice=dialog.choice, organization_id=request.admin.organization_id)
    except FilterRefused:
        return _nobody(request, _("The filter is not understood. Correct it on the Users page, then choose again."))
    if dialog.selected.is_empty or not outlook.people:
        return _nobody(request, _("Nobody is selected. Choose people on the Users page first."))
    if request.method == "GET" or "show" in data:
        return _page(request, dialog, outlook)
    return _save(request, dialog, outlook)


def _dialog(request: AdminRequest, data: QueryDict) -> Dialog:
    """Raises FilterRefused."""
    selected = Selected.parse(data)
    people = selected.learners(request.admin.reach(Permission.MANAGE_USERS), today=system_clock().date())
    pools = pools_of(request.admin.organization_id)
    named = _pools_named(selected.filter) if request.method == "GET" else set()
    wishes = [(pool, END if key in named else data.get(f"pool-{pool.id}", LEAVE)) for key, pool in pools.items()]
    first = PER_LICENSE if any(wish != LEAVE for _pool, wish in wishes) else NO_LICENSE
    what = data.get("what", first)
    return Dialog(
        selected=selected,
        people=people,
        wishes=wishes,
        what=what if what in (NO_LICENSE, PER_LICENSE) else PER_LICENSE,
        reason=data.get("reason", "").strip(),
        next=_next(data.get("next", "") or _page_before(request), selected),
        tells="tell" in data,
        words=data.get("words", "").replace("\r\n", "\n").strip(),
        text_id=own.id if (own := text_chosen(request.admin.organization_id, data.get("invitation_text", ""))) else None,
        ends=tuple(
            int(text) for text in data.getlist("end_admin") if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
        ),
    )


def _pools_named(text: str) -> set[str]:
    """By the filter's `pool:` terms."""
    terms = (term for group in parse_filter(text).license_groups for term in group)
    return {term.value.lower() for term in terms if term.name == "pool" and not term.is_negated}


def _page_before(request: AdminRequest) -> str:
    """The page of ours that led here, or nothing."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or before.path == request.path:
        return ""
    return f"{before.path}?{before.query}" if before.query else before.path


def _next(wanted: str, selected: Selected) -> str:
    """Where it leads back to: a path of ours."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    query = urlencode({FILTER: selected.filter}) if selected.filter else ""
    return f"{reverse('users')}?{query}" if query else reverse("users")


def _save(request: AdminRequest, dialog: Dialog, outlook: Outlook) -> HttpResponse:
    if fault := _bad_reason(dialog.reason):
        return _page(request, dialog, outlook, status=REFUSED, reason_error=fault)
    if fault := _bad_words(dialog.words):
        return _page(request, dialog, outlook, status=REFUSED, words_error=fault)
    if dialog.contradicts_itself:
        words = _("No license takes all licenses, and below it one is to be assigned. Choose one of the two.")
        return _page(request, dialog, outlook, words, status=REFUSED)
    if dialog.choice.is_empty:
        return _page(request, dialog, outlook, _("Choose what to change first."), status=REFUSED)
    if request.POST.get("counted", "") != dialog.counted(outlook):
        return _changed(request, dialog, outlook)
    limit = _limit(request, outlook)
    if limit is not None and not _is_typed(request.POST.get("typed", ""), outlook.unassigned):
        fault = _("Type %(number)s. Nothing was changed.") % {"number": number(outlook.unassigned)}
        return _page(request, dialog, outlook, status=REFUSED, typed_error=fault)
    return _carry_out(request, dialog, outlook, released=limit is not None)


def _carry_out(request: AdminRequest, dialog: Dialog, outlook: Outlook, *, released: bool) -> HttpResponse:
    admin = request.admin
    about = dialog.selected.describe()
    act = Act(admin.organization_id, _verb(dialog.choice), SOURCE, admin.actor, about=about, reason=dialog.reason)
    if outlook.people > settings.IN_REQUEST_PEOPLE:
        operation = _leave(request, dialog, outlook, act, released=released)
        _end_admins(request, dialog)
        return redirect("operation", operation.number)
    try:
        plan = plan_choice(dialog.people, choice=dialog.choice, act=act, clock=system_clock)
    except NothingSelected:
        return _nobody(request, _("Nobody is selected. Choose people on the Users page first."))
    if not outlook.is_what(plan):
        cancel_operation(plan, now=system_clock())
        return _counted_anew(request, dialog)
    _choose_words(plan, dialog, act)
    try:
        done = apply_operation(plan, clock=system_clock, actor=admin.actor, release_brake=released)
    except BrakeHeld:
        cancel_operation(plan, now=system_clock())
        return _counted_anew(request, dialog)
    except LicensingError:
        messages.warning(request, _("Somebody else is at work on this operation. Its page says how far it is."))
        return redirect("operation", plan.number)
    _say(request, done)
    _end_admins(request, dialog)
    return redirect(dialog.next)


@transaction.atomic
def _leave(request: AdminRequest, dialog: Dialog, outlook: Outlook, act: Act, *, released: bool) -> Operation:
    """For many, to a worker."""
    now = system_clock()
    people = dialog.selected.as_json(request.admin.reach(Permission.MANAGE_USERS), today=now.date())
    how = how_of_choice(dialog.choice, people, shown=outlook)
    operation = leave_act(act, how, now=now, release_brake=released)
    _choose_words(operation, dialog, act)
    return operation


def _choose_words(operation: Operation, dialog: Dialog, act: Act) -> None:
    """What those read who lose a license, and those who are invited."""
    named: dict[str, Any] = {"organization_id": act.organization_id, "operation_number": operation.number}
    if dialog.tells:
        tell_learners(**named, text=dialog.words)
    if dialog.text_id is not None and dialog.choice.gives:
        choose_invitation(**named, actor=act.actor, now=system_clock(), text_id=dialog.text_id)


def _admins_among(admin: Admin, people: QuerySet[Learner]) -> list[Membership]:
    """Of the people selected, those who are admins whose access the asker may end; but not the asker."""
    if not admin.may(Permission.CREATE_SUB_ADMINS):
        return []
    seen = [one.membership for one in admins_seen_by(admin) if one.membership.id != admin.membership_id]
    emails = {membership.account.email for membership in seen}
    profiles = {membership.learner_id for membership in seen if membership.learner_id}
    among = people.order_by().filter(Q(email__in=emails) | Q(id__in=profiles)).values_list("id", "email")
    found = {key for pair in among for key in pair}
    return [one for one in seen if one.account.email in found or one.learner_id in found]


def _end_admins(request: AdminRequest, dialog: Dialog) -> None:
    """Of those who were named on the page."""
    if not dialog.ends:
        return
    for membership in _admins_among(request.admin, dialog.people):
        if membership.id not in dialog.ends:
            continue
        email = {"email": membership.account.email}
        try:
            end_admin(giver=request.admin, membership_id=membership.id, now=system_clock())
        except LastFullAdmin:
            messages.warning(request, _("%(email)s is the last full admin and stays one.") % email)
        except UnknownAdmin:
            continue  # somebody else ended it meanwhile
        else:
            messages.success(request, _("Admin access of %(email)s has ended.") % email)


def _verb(choice: Choice) -> str:
    if choice.ends and choice.gives:
        return "reassign"
    return "assign" if choice.gives else "unassign"


def _say(request: AdminRequest, done: Operation) -> None:
    counts = done.counts
    changed = counts["rows"] - counts["unchanged"]
    if not done.planned_changes:
        messages.info(request, _("Nothing was changed: everyone has what you chose already."))
        return
    said = [ngettext("%(shown)s person changed.", "%(shown)s people changed.", changed) % {"shown": number(changed)}]
    if freed := counts["seats_freed"] - counts["seats_taken"]:
        words = ngettext("%(shown)s seat is free.", "%(shown)s seats are free.", freed) % {"shown": number(freed)}
        said += [words] if freed > 0 else []
    if skipped := counts.get("skipped", 0):
        words = ngettext("%(shown)s change was skipped.", "%(shown)s changes were skipped.", skipped)
        said.append(words % {"shown": number(skipped)})
    address = reverse("operation_reversals", args=[done.number])
    messages.success(request, " ".join(said), extra_tags=f"undo:{address}")


def _counted_anew(request: AdminRequest, dialog: Dialog) -> HttpResponse:
    outlook = foresee(dialog.people, choice=dialog.choice, organization_id=request.admin.organization_id)
    return _changed(request, dialog, outlook)


def _changed(request: AdminRequest, dialog: Dialog, outlook: Outlook) -> HttpResponse:
    words = _("The numbers are new: read below what will happen, then save again. Nothing was changed.")
    return _page(request, dialog, outlook, words, status=REFUSED)


def _page(
    request: AdminRequest, dialog: Dialog, outlook: Outlook, problem: str = "", *, status: int = 200, **errors: str
) -> HttpResponse:
    selected = dialog.selected
    fields = selected.fields() if selected.is_all else [(FILTER, selected.filter), *selected.fields()]
    facts: dict[str, Any] = {
        "who": _who(dialog.people, outlook.people),
        "problem": problem,
        "problem_kind": "warn",
        "outlook": outlook,
        "choice": dialog.choice,
        "counted": dialog.counted(outlook),
        "limit": _limit(request, outlook),
        "fields": fields,
        "pools": dialog.wishes,
        "what": dialog.what,
        "reason": dialog.reason,
        "next": dialog.next,
        "tells": dialog.tells,
        "words": dialog.words,
        "texts": texts_of(request.admin.organization_id),
        "text_id": dialog.text_id,
        "mail_waits": not is_confirmed(request.admin.organization_id),
        "admins": [(one, one.id in dialog.ends) for one in _admins_among(request.admin, dialog.people)],
    }
    return render(request, "web/manage_licenses.html", facts | errors, status=status)


def _nobody(request: AdminRequest, problem: str) -> HttpResponse:
    who = ngettext("%(shown)s person", "%(shown)s people", 0) % {"shown": 0}
    facts = {"who": who, "problem": problem, "problem_kind": "warn", "next": reverse("users")}
    return render(request, "web/manage_licenses.html", facts, status=REFUSED)


def _who(people: QuerySet[Learner], count: int) -> str:
    person = people.first() if count == 1 else None
    if person is None:
        return ngettext("%(shown)s person", "%(shown)s people", count) % {"shown": number(count)}
    names = (person.attributes.get("preferred_first_name"), person.attributes.get("preferred_last_name"))
    return " ".join(str(name) for name in names if name) or str(person.email)


def _limit(request: AdminRequest, outlook: Outlook) -> int | None:
    books = Books.objects.get(organization_id=request.admin.organization_id)
    return limit_exceeded(books, source=SOURCE, unassigning=outlook.unassigned, now=system_clock())


def _is_typed(typed: str, wanted: int) -> bool:
    digits = "".join(letter for letter in typed[:40] if letter.isdigit())
    return digits.isascii() and digits == str(wanted)


def _bad_reason(reason: str) -> str:
    if "\0" in reason:
        return _("The reason has a character that can't be kept. Write it anew.")
    return _("Use at most %(limit)d characters.") % {"limit": LONGEST_REASON} if len(reason) > LONGEST_REASON else ""


def _bad_words(words: str) -> str:
    if "\0" in words:
        return _("The text has a character that can't be kept. Write it anew.")
    return _("Use at most %(limit)d characters.") % {"limit": LONGEST_WORDS} if len(words) > LONGEST_WORDS else ""


urls = [
    path("admin-center/licenses/", manage_licenses, name="manage_licenses"),
]
