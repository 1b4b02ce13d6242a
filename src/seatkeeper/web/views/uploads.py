"""Upload Custom Attributes CSV: send a file, see what it does, take it back. Who is limited to groups sees their own."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.accounts.services.groups import keep_new_people_group, new_people_group_of
from seatkeeper.directory.attributes import STANDARD
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.services.texts import texts_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import WrongStatus
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.operations import Act, cancel_operation
from seatkeeper.uploads.errors import AlreadyRunning, FileRefused, NoRoom
from seatkeeper.uploads.layout import Layout
from seatkeeper.uploads.messages import refusal
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.results import problem_rows, results_path
from seatkeeper.uploads.services.aside import aside, set_aside
from seatkeeper.uploads.services.hand_over import hand_over
from seatkeeper.uploads.services.receive import Choices, receive_file
from seatkeeper.web.invitation_words import text_chosen
from seatkeeper.web.receiving import NO_ROOM, TOO_LARGE, fault_of
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.sending import CSV, csv_response
from seatkeeper.web.upload_state import UploadState, state_of, states_of

UPLOADS_A_PAGE = 50
BIGGEST_NUMBER = (1 << 63) - 1
LONGEST_FILE_NAME = 200
PREVIEW = "preview"
GROUP_REFUSAL = "EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR"
EXAMPLES = {
    "preferred_first_name": "Ana",
    "preferred_last_name": "Silva",
    "work_title": "Engineer",
    "department_name": "Research",
    "job_function": "Engineering",
    "job_level": "Senior",
    "worker_type": "Employee",
    "country_code": "PT",
    "start_date": "2026-01-31",
    "location": "Lisbon",
    "manager_primary_email_address": "manager@example.com",
    "manager_unique_user_id": "1001",
    "worker_status": "active",
    "language": "pt-BR",
}


@require_GET
@admin_required(Permission.MANAGE_USERS)
def uploads(request: AdminRequest) -> HttpResponse:
    """Newest first; `before` is the number that the page before ended with."""
    found = _seen_by(request.admin).order_by("-number")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < len(str(BIGGEST_NUMBER)):
        found = found.filter(number__lt=int(before))
    operations = list(found[: UPLOADS_A_PAGE + 1])
    numbers = [operation.number for operation in operations]
    files = Upload.objects.filter(organization_id=request.admin.organization_id, operation_id__in=numbers)
    listed = states_of(request.admin.organization_id, operations[:UPLOADS_A_PAGE], files)
    older = numbers[UPLOADS_A_PAGE - 1] if len(numbers) > UPLOADS_A_PAGE else None
    return render(
        request,
        "web/uploads.html",
        {
            "uploads": listed,
            "older": older,
            "before": before,
            "may_import_usage": request.admin.may_for_everyone(Permission.MANAGE_USERS),
        },
    )


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def upload_new(request: AdminRequest) -> HttpResponse:
    return _take_in(request) if request.method == "POST" else _form(request)


@require_GET
@admin_required(Permission.MANAGE_USERS)
def upload_template(request: AdminRequest) -> HttpResponse:
    """A file with the columns chosen and one example row."""
    cells = {"invited_email_address": "ana@example.com"}
    wanted = set(request.GET.getlist("column"))
    cells |= {name: EXAMPLES[name] for name in STANDARD if name in wanted}
    cells |= {header: "active" for header in _license_headers(request.admin) if header in wanted}
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([cells.keys(), cells.values()])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="template.csv"'
    return response


@require_GET
@admin_required(Permission.MANAGE_USERS)
def upload(request: AdminRequest, number: int) -> HttpResponse:
    state = _state(request.admin, number)
    return render(request, "web/_upload_state.html" if request.htmx else "web/upload.html", {"upload": state})


@require_POST
@admin_required(Permission.MANAGE_USERS)
def upload_apply(request: AdminRequest, number: int) -> HttpResponse:
    """Apply a plan; one that the brake holds only with the number of licenses typed. Go on with what has stopped."""
    state = _state(request.admin, number)
    if not _reaches(request.admin, state.file):
        messages.warning(request, _("Your groups have changed since this file was checked. Upload it again."))
        return redirect("upload", number)
    typed = "".join(letter for letter in request.POST.get("typed", "") if letter.isalnum())
    if state.is_held and typed != str(state.unassigning):
        fault = _("This is not the number. Type how many licenses will be unassigned.")
        return render(request, "web/upload.html", {"upload": state, "typed_fault": fault}, status=422)
    if state.waits:
        hand_over(state.file, now=system_clock(), actor=request.admin.actor, apply=True, release_brake=state.is_held)
    elif state.stopped:
        hand_over(state.file, now=system_clock(), actor=request.admin.actor, apply=state.is_to_be_applied)
    elif state.has_ended:
        messages.warning(request, _("This upload can't be applied any more. Upload the file again."))
    return redirect("upload", number)


@require_POST
@admin_required(Permission.MANAGE_USERS)
def upload_cancel(request: AdminRequest, number: int) -> HttpResponse:
    """Stop it, or discard its plan. What was applied stays and can be undone."""
    state = _state(request.admin, number)
    try:
        cancel_operation(state.operation, now=system_clock())
    except WrongStatus:
        messages.warning(request, _("This upload has ended already. Nothing was cancelled."))
    else:
        messages.success(request, _("Upload %(number)s is cancelled. Nothing more of it will be applied.") % {"number": number})
    return redirect("upload", number)


@require_GET
@admin_required(Permission.MANAGE_USERS)
def upload_results(request: AdminRequest, number: int) -> HttpResponse:
    """The results file; with `only=problems`, the rows to correct."""
    state = _state(request.admin, number)
    written = results_path(state.operation)
    if not written.is_file():
        raise Http404
    name = get_valid_filename(state.file.file_name.removesuffix(".csv") or "upload")[:LONGEST_FILE_NAME]
    if request.GET.get("only") == "problems":
        rows = problem_rows(written, Layout.of_json(state.file.layout).delimiter)
        return csv_response(_in_blocks(rows), f"{_ascii(name)}-problems.csv")
    file = written.open("rb")
    response = FileResponse(file, as_attachment=True, filename=f"{name}-results.csv", content_type=CSV)
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)


def _take_in(request: AdminRequest) -> HttpResponse:
    """From the form to an upload, or the form again with the reason."""
    sent = request.FILES.get("file")  # reads the body
    if fault := fault_of(request):
        return _form(request, fault=fault_words(fault))
    now, kept = system_clock(), None
    if token := request.POST.get("kept", ""):
        kept = aside(token, membership_id=request.admin.membership_id, now=now)
        if kept is None:
            return _form(request, fault=_("The file is kept for an hour, which is over. Choose it again."))
    if kept is None and sent is None:
        return _form(request, fault=_("Choose a file."))
    reach = request.admin.reach(Permission.MANAGE_USERS)
    joins = _chosen_group(request, reach)
    if joins is None and reach.group_ids:
        return _form(request, group_fault=_("Choose the group that new people join."))
    name = shown_name(request.POST.get("name", "") if sent is None else str(sent.name))
    choices = Choices(
        invitations=request.POST.get("invitations") == "on",
        invitation_text=_text_id(request),
        without_groups=kept is not None,
        preview=request.POST.get("way") == PREVIEW,
        group_ids=reach.group_ids,
        join_group_id=joins,
    )
    with kept.open("rb") if kept else cast(Any, sent) as source:
        answer = _received(request, source, name, choices, now)
    if kept and answer.status_code < 400:
        kept.unlink(missing_ok=True)
    return answer


def _received(request: AdminRequest, source: BinaryIO, name: str, choices: Choices, now: datetime) -> HttpResponse:
    act = Act(request.admin.organization_id, "import", "csv", request.admin.actor, about=name)
    try:
        received = receive_file(source, name=name, act=act, choices=choices, now=now, for_worker=True)
    except FileRefused as refused:
        if refused.problem == GROUP_REFUSAL:
            return _group_refusal(request, source, name, choices, now, refused)
        return _form(request, fault=refusal(refused.problem, column=refused.column, detail=refused.detail))
    except AlreadyRunning as running:
        seen = _seen_by(request.admin).filter(number=running.operation).exists()
        fault = _("The same file is being applied at this moment. Wait for it, then upload again.")
        return _form(request, fault=fault, running=running.operation if seen else None)
    except NoRoom:
        return _form(request, fault=fault_words(NO_ROOM))
    if choices.join_group_id is not None:
        keep_new_people_group(membership_id=request.admin.membership_id, group_id=choices.join_group_id)
    return redirect("upload", received.operation_id)


def _text_id(request: AdminRequest) -> int | None:
    own = text_chosen(request.admin.organization_id, request.POST.get("invitation_text", ""))
    return own.id if own else None


def _chosen_group(request: AdminRequest, reach: Reach) -> int | None:
    """The group that new people join: for who is limited to groups, one of these."""
    sent = request.POST.get("group", "")
    return next((group.id for group in reach.groups() if str(group.id) == sent), None) if not reach.is_everyone else None


def _group_refusal(
    request: AdminRequest, source: BinaryIO, name: str, choices: Choices, now: datetime, refused: FileRefused
) -> HttpResponse:
    try:
        token = set_aside(source, membership_id=request.admin.membership_id, now=now)
    except NoRoom:
        return _form(request, fault=fault_words(NO_ROOM))
    kept = {"token": token, "name": name, "choices": choices, "column": refused.column, "code": refused.problem}
    return _form(request, kept=kept)


def _form(request: AdminRequest, **facts: Any) -> HttpResponse:
    reach = request.admin.reach(Permission.MANAGE_USERS)
    groups = [] if reach.is_everyone else list(reach.groups().order_by("key"))
    offered = groups[0].id if len(groups) == 1 else new_people_group_of(request.admin.membership_id)
    facts |= {
        "columns": [*STANDARD, *_license_headers(request.admin)],
        "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
        "kept_days": settings.FILES_KEPT_DAYS,
        "invitations": request.method != "POST" or request.POST.get("invitations") == "on",
        "texts": texts_of(request.admin.organization_id),
        "text_id": _text_id(request),
        "is_limited": not reach.is_everyone,
        "groups": groups,
        "group": request.POST.get("group", str(offered or "")),
    }
    return render(request, "web/upload_new.html", facts, status=422 if request.method == "POST" else 200)


def fault_words(fault: str) -> str:
    if fault == TOO_LARGE:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        return refusal("EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR", column="", detail=limit)
    return _("The file can't be kept: the server's disk is full or can't be used. Tell whoever runs the server.")


def _license_headers(admin: Admin) -> list[str]:
    parts = (key.partition("/") for key in pools_of(admin.organization_id))
    return [f"{budget_group}_license_{license_type}_status" for budget_group, _slash, license_type in parts]


def shown_name(name: str) -> str:
    """As it is shown: the last part alone, of characters that can be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_FILE_NAME].strip() or _("file")


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode() or "upload"


def _in_blocks(lines: Iterator[str], size: int = 1 << 16) -> Iterator[str]:
    """Fewer and longer pieces: each is one step of the server."""
    block, length = [], 0
    for line in lines:
        block.append(line)
        length += len(line)
        if length >= size:
            yield "".join(block)
            block, length = [], 0
    yield "".join(block)


def _state(admin: Admin, number: int) -> UploadState:
    if number > BIGGEST_NUMBER:
        raise Http404
    operation = _seen_by(admin).filter(number=number).first()
    file = Upload.objects.filter(organization_id=admin.organization_id, operation_id=number).first()
    if operation is None or file is None:
        raise Http404
    return state_of(file, operation)


def _reaches(admin: Admin, file: Upload) -> bool:
    """Whether the admin still has the reach within which the file was checked, or more."""
    of_admin, of_file = admin.reach(Permission.MANAGE_USERS).group_ids, file.options.get("group_ids")
    return of_admin is None or (of_file is not None and set(of_file) <= set(of_admin))


def _seen_by(admin: Admin) -> QuerySet[Operation]:
    found = Operation.objects.filter(organization_id=admin.organization_id, verb="import")
    return found if admin.may_for_everyone(Permission.MANAGE_USERS) else found.filter(actor=admin.actor)


urls = [
    path("admin-center/uploads/", uploads, name="uploads"),
    path("admin-center/uploads/new/", upload_new, name="upload_new"),
    path("admin-center/uploads/template/", upload_template, name="upload_template"),
    path("admin-center/uploads/<int:number>/", upload, name="upload"),
    path("admin-center/uploads/<int:number>/apply/", upload_apply, name="upload_apply"),
    path("admin-center/uploads/<int:number>/cancel/", upload_cancel, name="upload_cancel"),
    path("admin-center/uploads/<int:number>/results/", upload_results, name="upload_results"),
]
