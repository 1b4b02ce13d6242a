"""Open an operation, plan it, and carry it from plan to done."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q, QuerySet

from seatkeeper.directory.services.find import tidy_after_bulk
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.leases import is_dead_neighbour, this_process
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.ends import End, announce
from seatkeeper.licensing.errors import BrakeHeld, NoSuchOperation, OperationBusy, WrongStatus
from seatkeeper.licensing.models import Books, Operation, OperationStatus
from seatkeeper.licensing.queries import counts_of_applied
from seatkeeper.licensing.services.brake import exceeded_limit
from seatkeeper.licensing.services.chunks import SeatsComeLater, apply_chunk, next_chunk
from seatkeeper.licensing.services.rests import let_seats_rest
from seatkeeper.licensing.statements import STATEMENTS

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # what is going on, how much is done, of how much (0: unknown)


def no_progress(what: str, done: int, of: int) -> None:
    """For callers who do not watch."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what, from where, and why: what stands on an operation."""

    organization_id: int
    verb: str
    source: str
    actor: str
    about: str = ""
    reason: str = ""


def open_operation(
    act: Act,
    *,
    now: datetime,
    undoes: int | None = None,
    options: dict[str, Any] | None = None,
    for_worker: bool = False,
) -> Operation:
    """A new operation, being planned, with the organization's next number; ours to work on, or a worker's."""
    with transaction.atomic():
        (number,) = STATEMENTS.row("next_operation", {"organization": act.organization_id})
        return Operation.objects.create(
            organization_id=act.organization_id,
            number=number,
            verb=act.verb,
            source=act.source,
            actor=act.actor,
            about=act.about,
            reason=act.reason,
            undoes=undoes,
            options=options or {},
            planned_at=now,
            lease="" if for_worker else this_process(),
            beat_at=now,
        )


def operation_of(*, organization_id: int, number: int) -> Operation:
    """Raises NoSuchOperation."""
    found = Operation.objects.filter(organization_id=organization_id, number=number).first()
    if found is None:
        raise NoSuchOperation(operation=number)
    return found


PLANNED_TABLES = ("licensing_licensechange", "licensing_profilechange")
GROWS_BY = ("added", "removed", "invited", "activated", "reassigned")
MANY_PEOPLE = 5_000
LONGER = 4
APPLIED_TABLES = ("licensing_license", "directory_learner", "directory_standing")
REGROUPS_BY = ("joined", "left")
REGROUPED_TABLE = "directory_groupmember"


def ready_to_count(rows: int) -> None:
    """Once a plan of about so many changes is written, before it is looked at as a whole.

    To PostgreSQL a plan that it knows nothing of is empty, and it would go through all of it for each change.
    """
    if rows > settings.CHUNK_ROWS:
        bulk.refresh_statistics(*PLANNED_TABLES)


def finish_planning(
    operation: Operation, *, counts: dict[str, int], planned_changes: int, now: datetime, let_go: bool = False
) -> None:
    """From now on the plan stands: what was counted is what will be applied. `let_go`: others may do so.

    Raises WrongStatus: somebody cancelled it meanwhile.
    """
    operation.status = OperationStatus.PLANNED
    operation.counts, operation.planned_changes = counts, planned_changes
    operation.planned_at, operation.lease = now, "" if let_go else operation.lease
    _save_if(operation, Q(status=OperationStatus.PLANNING), "status", "counts", "planned_changes", "planned_at", "lease")


def apply_operation(
    operation: Operation, *, clock: Clock, actor: str, release_brake: bool = False, progress: Progress = no_progress
) -> Operation:
    """Carry a plan out, from wherever it stands, to the end. A second call changes nothing.

    Raises:
        BrakeHeld: it unassigns more than may be without a person's word; the plan is kept.
        WrongStatus: it is being planned, cancelled or lapsed.
        OperationBusy: another process is at it.
    """
    if operation.status == OperationStatus.DONE:
        return operation
    with leased(operation, clock=clock, once_started=operation.status == OperationStatus.PLANNED):
        _run(operation, clock=clock, actor=actor, release_brake=release_brake, progress=progress, lease="")
    return operation


def run_plan(operation: Operation, *, clock: Clock, actor: str, release_brake: bool, progress: Progress) -> None:
    """What `apply_operation` does, for a caller that holds the operation already."""
    _run(operation, clock=clock, actor=actor, release_brake=release_brake, progress=progress, lease=operation.lease)


def _run(operation: Operation, *, clock: Clock, actor: str, release_brake: bool, progress: Progress, lease: str) -> None:
    _start(operation, now=clock(), actor=actor, release_brake=release_brake)
    if operation.status == OperationStatus.DONE:
        return
    went_as_planned = _walk(operation, clock=clock, progress=progress)
    _finish(operation, now=clock(), went_as_planned=went_as_planned, lease=lease)


def cancel_operation(operation: Operation, *, now: datetime) -> Operation:
    """Stop it where it is: what was applied stays (and can be undone), the rest never will be.

    Raises:
        WrongStatus: it is done already.
    """
    open_statuses = (
        OperationStatus.PLANNING,
        OperationStatus.PLANNED,
        OperationStatus.HELD,
        OperationStatus.APPLYING,
    )
    with transaction.atomic():
        this = Operation.objects.select_for_update() if connection.features.has_select_for_update else Operation.objects
        current = this.get(organization_id=operation.organization_id, number=operation.number)
        if current.status not in open_statuses:
            raise WrongStatus(operation=current.number, status=current.status, wanted="cancel")
        current.status, current.finished_at, current.lease = OperationStatus.CANCELLED, now, ""
        current.counts = current.counts | counts_of_applied(current)
        current.save(update_fields=["status", "finished_at", "lease", "counts"])
        let_seats_rest(current, now=now)
        if current.counts.get("added") and current.cursor:
            where = {"organization": current.organization_id, "operation": current.number, "cursor": current.cursor}
            STATEMENTS.execute("add_left_standings", where)
        announce(current, End.CANCELLED, now=now)
    return current


@contextmanager
def leased(operation: Operation, *, clock: Clock, once_started: bool = False) -> Iterator[None]:
    """Hold the operation for this process: 20 s, renewed with every chunk. `once_started`: `_start` takes the lease.

    Raises:
        OperationBusy: another process, still alive, holds it.
        WrongStatus: it was cancelled or has lapsed; nobody goes on with it.
    """
    this = _this(operation)
    me, now = this_process(), clock()
    operation.lease, operation.beat_at = me, now
    if not once_started:
        _take_lease(this, me, now)
    try:
        yield
    except BaseException:
        with suppress(DatabaseError, InterfaceError):  # it may be what is being told of
            if not connection.in_atomic_block:
                this.filter(lease=me).update(lease="")
        raise
    if operation.lease:
        this.filter(lease=me).update(lease="")


def _take_lease(this: QuerySet[Operation], me: str, now: datetime) -> None:
    stale = now - timedelta(seconds=settings.LEASE_SECONDS)
    free = Q(lease="") | Q(lease=me) | Q(beat_at__lt=stale)
    open_ones = this.exclude(status__in=(OperationStatus.CANCELLED, OperationStatus.LAPSED))
    if open_ones.filter(free).update(lease=me, beat_at=now):
        return
    number, holder, status = this.values_list("number", "lease", "status").get()
    if status in (OperationStatus.CANCELLED, OperationStatus.LAPSED):
        raise WrongStatus(operation=number, status=status, wanted="apply")
    if not is_dead_neighbour(holder) or not open_ones.filter(lease=holder).update(lease=me, beat_at=now):
        raise OperationBusy(operation=number)


def beat(operation: Operation, *, now: datetime) -> None:
    """Say that we are still at it, where we have not said so for a while.

    Raises:
        WrongStatus: it was cancelled meanwhile.
        OperationBusy: we were silent for so long that another process has taken it.
    """
    if _is_fresh(operation, now=now):
        return
    operation.beat_at = now
    this = _this(operation)
    if this.filter(lease=this_process()).update(beat_at=now):
        return
    status = this.values_list("status", flat=True).get()
    if status == OperationStatus.CANCELLED:
        raise WrongStatus(operation=operation.number, status=status, wanted="apply")
    raise OperationBusy(operation=operation.number)


def _is_fresh(operation: Operation, *, now: datetime) -> bool:
    return operation.beat_at is not None and operation.beat_at > now - timedelta(seconds=settings.LEASE_BEAT_SECONDS)


def is_at_work(operation: Operation, *, now: datetime) -> bool:
    """Whether a process that is still alive holds it."""
    if not operation.lease or is_dead_neighbour(operation.lease) or operation.beat_at is None:
        return False
    return operation.beat_at >= now - timedelta(seconds=settings.LEASE_SECONDS)


def _start(operation: Operation, *, now: datetime, actor: str, release_brake: bool) -> None:
    if operation.status != OperationStatus.PLANNED:  # planned by us just now, or it shows below
        operation.refresh_from_db()
    if operation.status in (OperationStatus.APPLYING, OperationStatus.DONE):
        return
    if operation.status not in (OperationStatus.PLANNED, OperationStatus.HELD):
        raise WrongStatus(operation=operation.number, status=operation.status, wanted="apply")
    with transaction.atomic():
        limit = exceeded_limit(operation, locked_books(operation.organization_id), now=now)
        if limit is not None and not release_brake:
            operation.status = OperationStatus.HELD
        else:
            operation.status, operation.started_at = OperationStatus.APPLYING, now
            operation.released_by = actor if limit is not None else ""
        _save_started(operation, now=now)
        if operation.status == OperationStatus.HELD:
            announce(operation, End.HELD, now=now)
    if operation.status == OperationStatus.HELD:
        raise BrakeHeld(operation=operation.number, unassigning=operation.counts["unassigned"], limit=limit or 0)


def _save_started(operation: Operation, *, now: datetime) -> None:
    """Take its lease with the same statement.

    Raises:
        WrongStatus: somebody cancelled it, or its plan lapsed.
        OperationBusy: another process has it.
    """
    me, fields = this_process(), ("status", "started_at", "released_by", "lease", "beat_at")
    operation.lease, operation.beat_at = me, now
    waiting = Q(status__in=(OperationStatus.PLANNED, OperationStatus.HELD))
    if not _save_where(operation, waiting & Q(lease__in=("", me)), fields):
        _take_lease(_this(operation), me, now)
        _save_if(operation, waiting, *fields)


def locked_books(organization_id: int) -> Books:
    """Until the transaction ends, nobody else starts an operation here. (SQLite: it holds the only lock.)"""
    locked = connection.features.has_select_for_update
    return (Books.objects.select_for_update() if locked else Books.objects).get(organization_id=organization_id)


def _walk(operation: Operation, *, clock: Clock, progress: Progress) -> bool:
    """Apply chunk after chunk; whether all of the plan took effect, as far as this run saw it."""
    after, done, went_as_planned, rows = operation.cursor, 0, operation.cursor == 0, settings.CHUNK_ROWS
    while chunk := next_chunk(organization_id=operation.organization_id, operation_id=operation.number, after=after, rows=rows):
        try:
            applied = apply_chunk(chunk, now=clock())
        except SeatsComeLater:  # people of full pools change places: they must do so together
            rows *= LONGER
            continue
        after, rows = chunk.through, settings.CHUNK_ROWS
        done += applied.changed + applied.skipped
        went_as_planned = went_as_planned and not applied.skipped
        logger.info("chunk applied", extra={"operation": operation.number, "through": after, "applied": applied.changed})
        progress("Applying", done, operation.planned_changes)
        if chunk.is_last:
            break
        give_way()
    operation.cursor = after
    return went_as_planned


def _finish(operation: Operation, *, now: datetime, went_as_planned: bool, lease: str) -> None:
    operation.counts = operation.counts | ({"skipped": 0} if went_as_planned else counts_of_applied(operation))
    operation.status, operation.finished_at, operation.lease = OperationStatus.DONE, now, lease
    with transaction.atomic():
        _save_if(operation, Q(status=OperationStatus.APPLYING), "counts", "status", "finished_at", "lease")
        let_seats_rest(operation, now=now)
        announce(operation, End.APPLIED, now=now)
    if sum(operation.counts.get(change, 0) for change in GROWS_BY) > settings.CHUNK_ROWS:
        bulk.refresh_statistics(*APPLIED_TABLES)
    if sum(operation.counts.get(change, 0) for change in REGROUPS_BY) > settings.CHUNK_ROWS:
        bulk.refresh_statistics(REGROUPED_TABLE)
    if sum(operation.counts.get(change, 0) for change in ("added", "updated", "removed")) > MANY_PEOPLE:
        tidy_after_bulk()


def _save_if(operation: Operation, condition: Q, *fields: str) -> None:
    """Save where the condition still holds: nobody cancelled, and no plan lapsed, behind our back."""
    if not _save_where(operation, condition, fields):
        status = _this(operation).values_list("status", flat=True).get()
        raise WrongStatus(operation=operation.number, status=status, wanted="apply")


def _save_where(operation: Operation, condition: Q, fields: tuple[str, ...]) -> bool:
    return bool(_this(operation).filter(condition).update(**{field: getattr(operation, field) for field in fields}))


def _this(operation: Operation) -> QuerySet[Operation]:
    return Operation.objects.filter(organization_id=operation.organization_id, number=operation.number)
