"""Operations: who did what, when and why, and the way back. An admin limited to groups sees only their own."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from seatkeeper.accounts.permissions import EVERYONE, Admin, Permission
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.changes import Change, changes_of, count_changes, is_within, skipped_of, standing_undos
from seatkeeper.licensing.errors import BrakeHeld, LicensingError
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.queries import PoolDemand, demand_on_pools
from seatkeeper.licensing.services.carry_out import can_be_planned, is_as_shown
from seatkeeper.licensing.services.hand_over import hand_over, leave_undo
from seatkeeper.licensing.services.operations import Act, apply_operation, cancel_operation
from seatkeeper.licensing.services.undo import plan_undo
from seatkeeper.licensing.wording import VERBS, counts_in_words
from seatkeeper.notices.queries import word_of_operation
from seatkeeper.uploads.cells import guarded
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.hand_over import hand_over as hand_over_upload
from seatkeeper.uploads.services.run import carry_on, upload_of
from seatkeeper.web.progress import followed
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.sending import csv_response
from seatkeeper.web.wording import SKIPS, SOURCES, STATUSES, in_words, refusal, title_of

OPERATIONS_A_PAGE = 50
SKIPPED_SHOWN = 100
LOOKED_THROUGH = 50_000  # changes, for a page; a larger plan is looked through when it is acted on
LINES_AT_ONCE = 500
LONGEST_REASON = 1_000
BIGGEST_NUMBER = (1 << 63) - 1
CONFLICT, UNPROCESSABLE = 409, 422
FINISHED = (OperationStatus.DONE, OperationStatus.CANCELLED)
WAITING = (OperationStatus.PLANNED, OperationStatus.HELD)
MEMBERSHIP_COUNTS = {"joined", "left"}
CHANGE_COUNTS = (
    "unassigned",
    "claims_ended",
    "claims_back",
    "reassigned",
    "invited",
    "activated",
    "added",
    "updated",
    "removed",
    "joined",
    "left",
)
UNDONE_COUNTS = {*CHANGE_COUNTS, "seats_freed", "seats_taken"}
CHANGES_HEADER = ("email", "pool", "group", "from", "to", "line", "outcome")
SEPARATORS = str.maketrans("", "", " ,.'’\u00a0\u202f")


@require_GET
@admin_required()
def operations(request: AdminRequest) -> HttpResponse:
    """Newest first; `before` is the number that the page before ended with."""
    found = _seen_by(request.admin).order_by("-number")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and int(before[:20]) <= BIGGEST_NUMBER:
        found = found.filter(number__lt=int(before[:20]))
    rows = list(found[: OPERATIONS_A_PAGE + 1])
    older = rows[OPERATIONS_A_PAGE - 1].number if len(rows) > OPERATIONS_A_PAGE else None
    listed = [_words(row) for row in rows[:OPERATIONS_A_PAGE]]
    return render(request, "web/operations.html", {"rows": listed, "older": older, "before": before})


@require_GET
@admin_required()
def operation(request: AdminRequest, number: int) -> HttpResponse:
    return _page(request, _operation(request.admin, number))


@require_POST
@admin_required(Permission.MANAGE_USERS, Permission.EDIT_GROUPS)
def operation_reversals(request: AdminRequest, number: int) -> HttpResponse:
    """Undo: plan the mirror and apply it. What somebody changed since is left alone and named."""
    this = _changeable(request.admin, number)
    undone_by = _undone_by(this)
    if undone_by is not None and _is_whole(undone_by):
        return _page(request, this, fault=_undone_already(undone_by), status=CONFLICT)
    reason = request.POST.get("reason", "").strip()
    if fault := _bad_reason(reason):
        return _page(request, this, reason=reason, reason_error=fault, status=UNPROCESSABLE)
    act = Act(this.organization_id, "undo", "page", request.admin.actor, about=f"operation {number}", reason=reason)
    try:
        if this.planned_changes > settings.IN_REQUEST_PEOPLE:
            return redirect("operation", leave_undo(this, act, clock=system_clock).number)
        undo = plan_undo(this, act=act, clock=system_clock)
    except LicensingError as error:
        return _page(request, this, fault=refusal(error), status=CONFLICT)
    return _apply(request, undo, then=_undone_words)


@require_POST
@admin_required(Permission.MANAGE_USERS, Permission.EDIT_GROUPS)
def operation_runs(request: AdminRequest, number: int) -> HttpResponse:
    """Apply what is planned; go on with what has stopped. What is held needs the number of licenses, typed."""
    this = _changeable(request.admin, number)
    if followed(this).stopped and upload_of(this) is None:
        hand_over(this, now=system_clock(), actor=request.admin.actor, confirmed=this.status == OperationStatus.APPLYING)
        return redirect("operation", number)
    is_held = this.status == OperationStatus.HELD
    if is_held and not _is_number_typed(request.POST.get("unassigned", ""), this):
        error = _("This is not the number of licenses that would be unassigned. Nothing was changed.")
        return _page(request, this, typed_error=error, status=UNPROCESSABLE)
    if this.status not in WAITING:
        return _page(request, this, fault=_wrong_status(this), status=CONFLICT)
    return _apply(request, this, release_brake=is_held, then=_applied_words)


@require_POST
@admin_required(Permission.MANAGE_USERS, Permission.EDIT_GROUPS)
def operation_cancellation(request: AdminRequest, number: int) -> HttpResponse:
    """Discard a plan, or stop what runs: what was applied stays, and can be undone."""
    this = _changeable(request.admin, number)
    was_running = this.status == OperationStatus.APPLYING
    try:
        cancel_operation(this, now=system_clock())
    except LicensingError as error:
        return _page(request, this, fault=refusal(error), status=CONFLICT)
    text = _("Stopped. What was applied stays; you can undo it below.") if was_running else _("Discarded. Nothing was changed.")
    messages.success(request, text)
    return redirect("operation", number)


@require_GET
@admin_required()
def operation_changes(request: AdminRequest, number: int) -> HttpResponse:
    """The changes as a file, a line each: an export, so it is logged."""
    this = _operation(request.admin, number)
    log_act(
        organization_id=this.organization_id,
        actor=request.admin.actor,
        action="changes.exported",
        now=system_clock(),
        operation=number,
        rows=count_changes(this, request.admin.sees),
    )
    lines = _lines(changes_of(this, request.admin.sees), has_lines=this.source == "csv")
    return csv_response(lines, f"operation-{number}-changes.csv")


def _operation(admin: Admin, number: int) -> Operation:
    if number > BIGGEST_NUMBER:
        raise Http404
    return get_object_or_404(_seen_by(admin), number=number)


def _changeable(admin: Admin, number: int) -> Operation:
    """Within the asker's reach: all of it."""
    this = _operation(admin, number)
    if not _may_change(admin, this):
        raise Http404
    return this


def _seen_by(admin: Admin) -> QuerySet[Operation]:
    found = Operation.objects.filter(organization_id=admin.organization_id)
    if admin.is_full or EVERYONE in admin.grants.values():
        return found
    return found.filter(actor=admin.actor)


def _may_change(admin: Admin, this: Operation, *, is_page: bool = False) -> bool:
    """Whether the asker could have done it: people and licenses need one permission, groups alone another.

    `is_page`: to show the buttons; what is too large to look through then is looked through when they are used.
    """
    changed = {key for key in CHANGE_COUNTS if this.counts.get(key)}
    only_groups = changed & MEMBERSHIP_COUNTS and changed <= MEMBERSHIP_COUNTS | {"updated"}  # who joined counts there, too
    permission = Permission.EDIT_GROUPS if only_groups else Permission.MANAGE_USERS
    if admin.is_full or admin.may_for_everyone(permission):
        return True
    if not admin.may(permission) or this.actor != admin.actor:
        return False
    if is_page and this.planned_changes > LOOKED_THROUGH:
        return True
    reach = admin.reach(permission)
    return is_within(this, people=reach, groups=reach)


def _page(request: AdminRequest, this: Operation, *, status: int = 200, **more: Any) -> HttpResponse:
    state, upload = followed(this), upload_of(this)
    waiting = state.waits
    undone_by = _undone_by(this) if this.status in FINISHED else None
    is_undone = undone_by is not None and _is_whole(undone_by)
    skipped = skipped_of(this, request.admin.sees, at_most=SKIPPED_SHOWN) if this.counts.get("skipped") else []
    facts = _words(this) | {
        "title": title_of(this),
        "counts": counts_in_words(this.counts),
        "skipped": [(entry, in_words(SKIPS, entry.reason)) for entry in skipped],
        "undoes": counts_in_words({key: count for key, count in this.counts.items() if key in UNDONE_COUNTS}),
        "may_change": _may_change(request.admin, this, is_page=True),
        "is_waiting": waiting,
        "state": state,
        "is_open": state.is_unfinished,
        "is_running": this.status == OperationStatus.APPLYING,
        "can_go_on": state.stopped and (this.status == OperationStatus.APPLYING or can_be_planned(this)),
        "differs": this.status == OperationStatus.PLANNED and not is_as_shown(this),
        "is_held": this.status == OperationStatus.HELD,
        "unassigning": this.counts.get("unassigned", 0),
        "missing": _missing_seats(this, upload) if waiting else [],
        "undone_by": undone_by,
        "can_undo": this.status in FINISHED
        and not (is_undone or this.is_for_good)
        and any(this.counts.get(key) for key in CHANGE_COUNTS),
        "upload": upload,
        "word": word_of_operation(organization_id=this.organization_id, number=this.number),
        "seats_unknown": waiting and upload is None and this.planned_changes > LOOKED_THROUGH,
    }
    template = "web/_operation_state.html" if request.htmx else "web/operation.html"
    return render(request, template, facts | more, status=status)


def _missing_seats(this: Operation, upload: Upload | None) -> list[PoolDemand]:
    if upload is not None:  # counted when it was planned
        demands = [PoolDemand(0, *pool) for pool in upload.counts.get("pools", ())]
    else:
        demands = demand_on_pools(this) if this.planned_changes <= LOOKED_THROUGH else []
    return [demand for demand in demands if demand.missing]


def _words(this: Operation) -> dict[str, Any]:
    return {
        "operation": this,
        "verb": in_words(VERBS, this.verb),
        "source": in_words(SOURCES, this.source),
        "status": in_words(STATUSES, this.status),
    }


def _undone_by(this: Operation) -> Operation | None:
    undo = standing_undos(this.organization_id, {this.number}).get(this.number)
    return Operation.objects.filter(organization_id=this.organization_id, number=undo.number).first() if undo else None


def _is_whole(undo: Operation) -> bool:
    """Whether it leaves nothing to be undone once more; one that is still open is to be ended first."""
    return undo.status != OperationStatus.DONE or not undo.counts.get("skipped")


def _apply(request: AdminRequest, this: Operation, *, then: Any, release_brake: bool = False) -> HttpResponse:
    """Apply it, then show it; what is large is a worker's, and its page shows how far it is."""
    actor, upload = request.admin.actor, upload_of(this)
    if max(this.planned_changes, this.counts.get("rows", 0)) > settings.IN_REQUEST_PEOPLE:
        if upload is not None:
            hand_over_upload(upload, now=system_clock(), actor=actor, apply=True, release_brake=release_brake)
        else:
            hand_over(this, now=system_clock(), actor=actor, release_brake=release_brake)
        return redirect("operation", this.number)
    try:
        if upload is not None:
            this = carry_on(upload, clock=system_clock, actor=actor, apply=True, release_brake=release_brake)
        else:
            this = apply_operation(this, clock=system_clock, actor=actor, release_brake=release_brake)
    except BrakeHeld as error:
        messages.warning(request, refusal(error))
        return redirect("operation", this.number)
    except LicensingError as error:
        return _page(request, this, fault=refusal(error), status=CONFLICT)
    address = reverse("operation_reversals", args=[this.number])
    messages.success(request, then(this), extra_tags=f"undo:{address} undone" if _takes_back(this) else f"undo:{address}")
    return redirect("operation", this.number)


def _takes_back(this: Operation | None) -> bool:
    """Whether it takes an act back: an undo does, an undo of an undo does the act again."""
    takes_back = False
    while this is not None and this.undoes is not None:
        this = Operation.objects.filter(organization_id=this.organization_id, number=this.undoes).first()
        takes_back = not takes_back
    return takes_back


def _undone_words(undo: Operation) -> str:
    if undo.counts.get("skipped"):
        return _("Operation %(number)s is undone, but not for everyone: those skipped are named below.") % {
            "number": undo.undoes
        }
    if not _takes_back(undo):
        return _("Done again: operation %(number)s, which had undone it, is undone.") % {"number": undo.undoes}
    return _("Operation %(number)s is undone. All is as it was before it.") % {"number": undo.undoes}


def _applied_words(this: Operation) -> str:
    return _("The changes of operation %(number)s are applied.") % {"number": this.number}


def _undone_already(undo: Operation) -> str:
    if undo.status == OperationStatus.DONE:
        text = _("This operation is undone already, by operation %(number)s. To have its changes again, undo that one.")
    else:
        text = _("Its undo is planned already: operation %(number)s. Apply or discard that one.")
    return text % {"number": undo.number}


def _wrong_status(this: Operation) -> str:
    text = _("The operation can't be changed like this any more. Its status is: %(status)s.")
    return text % {"status": in_words(STATUSES, this.status)}


def _bad_reason(reason: str) -> str:
    if "\0" in reason:
        return _("The reason has a character that can't be kept. Write it anew.")
    return _("Use at most %(limit)d characters.") % {"limit": LONGEST_REASON} if len(reason) > LONGEST_REASON else ""


def _is_number_typed(typed: str, this: Operation) -> bool:
    digits = typed[:40].translate(SEPARATORS)
    return digits.isascii() and digits.isdecimal() and int(digits) == this.counts.get("unassigned", 0)


def _lines(changes: Iterable[Change], *, has_lines: bool) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(CHANGES_HEADER)
    for count, change in enumerate(changes, start=1):
        texts = (change.email, change.pool, change.group, change.before, change.after)
        writer.writerow([*map(guarded, texts), change.ordinal if has_lines else "", change.outcome])
        if count % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


urls = [
    path("admin-center/operations/", operations, name="operations"),
    path("admin-center/operations/<int:number>/", operation, name="operation"),
    path("admin-center/operations/<int:number>/reversals/", operation_reversals, name="operation_reversals"),
    path("admin-center/operations/<int:number>/runs/", operation_runs, name="operation_runs"),
    path("admin-center/operations/<int:number>/cancellation/", operation_cancellation, name="operation_cancellation"),
    path("admin-center/operations/<int:number>/changes.csv", operation_changes, name="operation_changes"),
]
