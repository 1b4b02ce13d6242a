"""Usage files: send one, see what became of it, and what waits for people and content unknown as yet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.accounts.permissions import Permission
from seatkeeper.kernel.clock import system_clock
from seatkeeper.uploads.errors import FileRefused, NoRoom
from seatkeeper.uploads.messages import ROW_CODE, note, refusal, sentence
from seatkeeper.usage.models import FileStatus, UsageFile
from seatkeeper.usage.services.discard import WAITS_FOR, discard_waiting
from seatkeeper.usage.services.files import problems_of, receive_usage_file
from seatkeeper.usage.waiting import waiting_of
from seatkeeper.web.numbers import number
from seatkeeper.web.receiving import NO_ROOM, fault_of
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.sending import csv_lines, csv_response
from seatkeeper.web.views.uploads import fault_words, shown_name

FILES_SHOWN, NAMES_SHOWN = 20, 50
BIGGEST_ID = (1 << 63) - 1
RESULT_COLUMNS = ("line", "column", "code", "message")

may_import = admin_required(Permission.MANAGE_USERS, for_everyone=True)


@require_http_methods(["GET", "POST"])
@may_import
def usage_files(request: AdminRequest) -> HttpResponse:
    """The page; POST sends a file, which a worker reads."""
    fault = ""
    if request.method == "POST":
        sent = request.FILES.get("file")  # reads the body
        fault, notes = _receive(request, sent)
        if not fault:
            messages.success(request, _("The file is being read. You can leave this page."))
            for one in notes:
                messages.warning(request, note(one))
            return redirect("usage_files")
    organization_id = request.admin.organization_id
    files = list(UsageFile.objects.filter(organization_id=organization_id).order_by("-id")[:FILES_SHOWN])
    facts = {"files": files, "is_live": any(file.status == FileStatus.READING for file in files)}
    if request.htmx:
        return render(request, "web/_usage_files.html", facts)
    facts |= {
        "fault": fault,
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
        "kept_days": settings.FILES_KEPT_DAYS,
        "waiting": waiting_of(organization_id, most=NAMES_SHOWN),
    }
    return render(request, "web/usage_files.html", facts, status=422 if fault else 200)


@require_GET
@may_import
def usage_file_problems(request: AdminRequest, file_id: int) -> HttpResponse:
    """The lines that were not taken in, as CSV."""
    if file_id > BIGGEST_ID:
        raise Http404
    file = get_object_or_404(UsageFile, organization_id=request.admin.organization_id, id=file_id)
    return csv_response(csv_lines(_problem_rows(file)), f"usage-{file.pk}-problems.csv")


@require_POST
@may_import
def usage_discard(request: AdminRequest) -> HttpResponse:
    """What waits for one person or content goes for good."""
    waits_for, name = request.POST.get("waits_for", ""), request.POST.get("name", "")
    if waits_for not in WAITS_FOR or not name:
        raise Http404
    admin = request.admin
    count = discard_waiting(
        organization_id=admin.organization_id, waits_for=waits_for, name=name, actor=admin.actor, now=system_clock()
    )
    words = ngettext("%(count)s line about %(name)s is discarded.", "%(count)s lines about %(name)s are discarded.", count)
    messages.success(request, words % {"count": number(count), "name": name})
    return redirect("usage_files")


def _receive(request: AdminRequest, sent: Any) -> tuple[str, Sequence[Mapping[str, str]]]:
    """Why the file was not taken; "": it was. And what should be known of it then."""
    if fault := fault_of(request):
        return fault_words(fault), ()
    if sent is None:
        return _("Choose a file."), ()
    admin, name = request.admin, shown_name(str(sent.name))
    try:
        received = receive_usage_file(
            cast(Any, sent), organization_id=admin.organization_id, name=name, actor=admin.actor, now=system_clock()
        )
    except FileRefused as refused:
        return refusal(refused.problem, column=refused.column, detail=refused.detail), ()
    except NoRoom:
        return fault_words(NO_ROOM), ()
    return "", received.notes


def _problem_rows(file: UsageFile) -> Iterator[tuple[Any, ...]]:
    yield RESULT_COLUMNS
    for one in problems_of(file):
        yield one.line, one.column, ROW_CODE.format(one.code), sentence(one.code, one.detail, one.column)


urls = [
    path("admin-center/uploads/usage/", usage_files, name="usage_files"),
    path("admin-center/uploads/usage/<int:file_id>/problems/", usage_file_problems, name="usage_file_problems"),
    path("admin-center/uploads/usage/discarded/", usage_discard, name="usage_discard"),
]
