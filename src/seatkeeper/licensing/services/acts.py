"""Plan an act on a selection of learners: one fixed set of statements a chunk, whatever its size."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.directory.models import Group, Learner
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.errors import NothingSelected
from seatkeeper.licensing.models import Activation, LicenseChange, LicensePool, Operation, ProfileChange, Step
from seatkeeper.licensing.queries import counts_planned
from seatkeeper.licensing.services.operations import (
    Act,
    Progress,
    beat,
    finish_planning,
    no_progress,
    open_operation,
    ready_to_count,
)
from seatkeeper.licensing.statements import ORDINALS, STATEMENTS, position_of

ANY_POOL = "TRUE"
ONE_POOL = "license.pool_id = %(from_pool)s"
INVITED = "license.status = 1 AND "

PlanChunk = Callable[[dict[str, Any], str], None]  # parameters with after and through, the selection's SQL


def plan_unassign(
    learners: QuerySet[Learner],
    *,
    pool: LicensePool | None,
    act: Act | Operation,
    clock: Clock,
    progress: Progress = no_progress,
) -> Operation:
    """Unassign each learner's license in `pool`, or all of theirs; a claim where there is none. Raises NothingSelected."""
    plan_licenses = _of_pool("plan_unassign", pool)

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        plan_licenses(parameters, selection)
        plan_end_claims(parameters, selection, pool=pool)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def plan_withdraw(
    learners: QuerySet[Learner],
    *,
    pool: LicensePool | None,
    act: Act | Operation,
    clock: Clock,
    progress: Progress = no_progress,
) -> Operation:
    """Unassign each learner's license where it is invited, in `pool` or anywhere. Raises NothingSelected."""
    return plan_by_chunks(learners, _of_pool("plan_unassign", pool, only=INVITED), act, clock, progress)


def plan_activate(
    learners: QuerySet[Learner], *, pool: LicensePool | None, act: Act, clock: Clock, progress: Progress = no_progress
) -> Operation:
    """Make each learner's invitation in `pool`, or all of theirs, an active license. Raises NothingSelected."""
    return plan_by_chunks(learners, _of_pool("plan_activate", pool), act, clock, progress)


def plan_seat(
    learners: QuerySet[Learner], *, pool: LicensePool, act: Act, clock: Clock, progress: Progress = no_progress
) -> Operation:
    """Make each learner active in `pool`, invited before or not. Raises NothingSelected."""

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        STATEMENTS.execute("plan_seat", parameters | {"pool": pool.id}, selection=selection)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def plan_assign(
    learners: QuerySet[Learner], *, pool: LicensePool, act: Act, clock: Clock, progress: Progress = no_progress
) -> Operation:
    """Give a license of `pool` to each learner who has none there. Raises NothingSelected."""

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        immediate = pool.activation == Activation.IMMEDIATE
        STATEMENTS.execute("plan_assign", parameters | {"pool": pool.id, "immediate": immediate}, selection=selection)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def plan_reassign(
    learners: QuerySet[Learner],
    *,
    source: LicensePool | None,
    target: LicensePool,
    act: Act,
    clock: Clock,
    progress: Progress = no_progress,
) -> Operation:
    """Move each learner's license from `source` (or their strongest) to `target`, with its status. Raises NothingSelected."""

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        pools = {"pool": target.id, "from_pool": source.id if source else 0}
        in_pool = ONE_POOL if source else ANY_POOL
        STATEMENTS.execute("plan_reassign_freed", parameters | pools, selection=selection, in_pool=in_pool)
        STATEMENTS.execute("plan_reassign_taken", parameters | pools)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def plan_membership(
    learners: QuerySet[Learner],
    *,
    group: Group,
    joins: bool,
    act: Act | Operation,
    clock: Clock,
    progress: Progress = no_progress,
) -> Operation:
    """Let each learner join, or leave, a group. Raises NothingSelected."""

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        STATEMENTS.execute("plan_join" if joins else "plan_leave", parameters | {"group": group.id}, selection=selection)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def _of_pool(statement: str, pool: LicensePool | None, only: str = "") -> PlanChunk:
    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        in_pool = only + (ONE_POOL if pool else ANY_POOL)
        STATEMENTS.execute(statement, parameters | {"from_pool": pool.id if pool else 0}, selection=selection, in_pool=in_pool)

    return plan_chunk


def plan_end_claims(parameters: dict[str, Any], selection: str, *, pool: LicensePool | None) -> None:
    """Of who has no license: places in the waitlist, offers and requests."""
    STATEMENTS.execute("plan_end_claims", parameters | {"from_pool": pool.id if pool else 0}, selection=selection)


def plan_by_chunks(
    learners: QuerySet[Learner], plan_chunk: PlanChunk, act: Act | Operation, clock: Clock, progress: Progress
) -> Operation:
    """Plan whatever `plan_chunk` writes for each chunk of the selection. Raises NothingSelected.

    An operation opened before is planned from the beginning: whom it finds is asked anew.
    """
    where = {"ordinals": ORDINALS, "organization": act.organization_id}
    steps = {step.label: position_of(step, 0) for step in Step}
    operation, after, selected = None, 0, 0
    for ids in bulk.id_chunks(learners, settings.CHUNK_ROWS):
        if operation is None:
            operation = _emptied(act) if isinstance(act, Operation) else open_operation(act, now=clock())
        selection, listed = bulk.listed(ids, "%(selected)s")
        of_chunk = {"operation": operation.number, "after": after, "through": ids[-1], "selected": listed}
        with transaction.atomic():
            plan_chunk(where | steps | of_chunk, selection)
        after, selected = ids[-1], selected + len(ids)
        progress("Planning", selected, 0)
        if len(ids) == settings.CHUNK_ROWS:
            beat(operation, now=clock())
            give_way()
    if operation is None:
        raise NothingSelected(about=act.about)
    ready_to_count(selected)
    _close(operation, selected, clock)
    return operation


def _emptied(operation: Operation) -> Operation:
    """Without what an earlier run, which was cut off, has planned."""
    for changes in (LicenseChange, ProfileChange):
        changes.objects.filter(organization_id=operation.organization_id, operation_id=operation.number).delete()
    return operation


def _close(operation: Operation, selected: int, clock: Clock) -> None:
    counts = counts_planned(operation, people=True)
    changed = counts.pop("people")
    planned = sum(counts[kind] for kind in ("unassigned", "claims_ended", "invited", "activated", "joined", "left"))
    finish_planning(
        operation,
        counts=counts | {"rows": selected, "problems": 0, "skipped": 0, "unchanged": selected - changed},
        planned_changes=planned + 2 * counts["reassigned"],
        now=clock(),
        let_go=True,
    )
