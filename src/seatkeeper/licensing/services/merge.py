"""Join two profiles of one person: licenses, groups, values and sign-ins go to the one that stays.

It is an operation like any other: planned, applied, in the ledger, undone. Of each pool the stronger
license stays, with the date and the operation that gave it; a license that had ended stays ended. The
other profile leaves the directory; its history is found from the one that stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from seatkeeper.directory.models import Group, GroupMember, Learner
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import MergeOfSuspended, SamePerson
from seatkeeper.licensing.models import (
    Claim,
    License,
    LicenseChange,
    LicensePool,
    MergedProfile,
    Operation,
    ProfileChange,
    ProfileChangeKind,
    Status,
    Step,
)
from seatkeeper.licensing.queries import counts_planned
from seatkeeper.licensing.services.merged import activity_of
from seatkeeper.licensing.services.operations import Act, finish_planning, open_operation
from seatkeeper.licensing.statements import ORDINALS, position_of

NEVER = License(status=Status.UNASSIGNED, operation_id=0, status_at=None, was_active=False)


@dataclass(frozen=True, slots=True)
class PoolOutlook:
    """One pool in which either has, or had, a license."""

    pool: LicensePool
    leaving: License  # of the profile that goes
    staying: License  # of the one that stays, now
    after: License  # and afterwards

    @property
    def frees_a_seat(self) -> bool:
        return Status.ACTIVE == self.leaving.status == self.staying.status


@dataclass(frozen=True, slots=True)
class Outlook:
    """What merging two profiles does."""

    leaving: Learner
    staying: Learner
    pools: tuple[PoolOutlook, ...]
    groups: tuple[Group, ...]  # that the one who stays joins
    values: dict[str, str]  # that the one who stays had none of
    moved_id: str  # the unique user id of the one who goes, where the one who stays has none
    lost_id: str  # or else, which no profile has afterwards


def outlook_of(*, leaving: Learner, staying: Learner) -> Outlook:
    """Look before planning. Raises SamePerson, MergeOfSuspended."""
    if leaving.id == staying.id or leaving.organization_id != staying.organization_id:
        raise SamePerson("two profiles of one organization are needed")
    if leaving.suspended_at or staying.suspended_at:
        raise MergeOfSuspended("one of them is suspended")
    held = {
        (license.learner_id, license.pool_id): license
        for license in License.objects.filter(
            organization_id=staying.organization_id, learner_id__in=(leaving.id, staying.id), operation_id__gt=0
        )
    }
    pools = LicensePool.objects.filter(organization_id=staying.organization_id).select_related("license_type", "budget_group")
    both = [(pool, held.get((leaving.id, pool.id), NEVER), held.get((staying.id, pool.id), NEVER)) for pool in pools]
    mine = set(_groups_of(staying))
    joins = [group for group in _groups_of(leaving) if group not in mine]
    groups = Group.objects.filter(organization_id=staying.organization_id, id__in=joins).order_by("key")
    return Outlook(
        leaving=leaving,
        staying=staying,
        pools=tuple(PoolOutlook(pool, a, b, _joined(a, b)) for pool, a, b in both if a is not NEVER),
        groups=tuple(groups),
        values={key: value for key, value in leaving.attributes.items() if not staying.attributes.get(key)},
        moved_id="" if staying.unique_user_id else leaving.unique_user_id or "",
        lost_id=(leaving.unique_user_id or "") if staying.unique_user_id else "",
    )


@transaction.atomic
def plan_merge(outlook: Outlook, *, act: Act, clock: Clock) -> Operation:
    """A planned operation. What changes between the look and its turn is skipped, and named."""
    operation = open_operation(act, now=clock())
    people, licenses = list(_people(outlook, operation)), list(_licenses(outlook, operation))
    ProfileChange.objects.bulk_create(people)
    LicenseChange.objects.bulk_create(licenses)
    claims = Claim.objects.filter(organization_id=operation.organization_id, learner_id=outlook.leaving.id, ended_by=0)
    MergedProfile.objects.create(
        organization_id=operation.organization_id,
        operation_number=operation.number,
        learner_id=outlook.leaving.id,
        into_id=outlook.staying.id,
        claims=[list(claim) for claim in claims.values_list("pool_id", "number")],
        activity={str(learner.id): activity_of(learner) for learner in (outlook.leaving, outlook.staying)},
    )
    counts = counts_planned(operation) | {"rows": 2, "problems": 0, "skipped": 0, "unchanged": 0}
    finish_planning(operation, counts=counts, planned_changes=len(people) + len(licenses), now=clock(), let_go=True)
    return operation


def _groups_of(learner: Learner) -> list[int]:
    members = GroupMember.objects.filter(organization_id=learner.organization_id, learner_id=learner.id)
    return list(members.values_list("group_id", flat=True))


def _joined(leaving: License, staying: License) -> License:
    """The stronger of the two; of two that have ended, the one that did so last."""
    if staying.operation_id and (staying.status > leaving.status or leaving.operation_id == 0):
        return staying
    if staying.status == leaving.status and _since(staying) >= _since(leaving):
        return staying
    return leaving


def _since(license: License) -> float:
    return license.status_at.timestamp() if license.status_at else 0.0


def _people(outlook: Outlook, operation: Operation) -> Iterator[ProfileChange]:
    leaving, staying = outlook.leaving, outlook.staying
    where = {"organization_id": operation.organization_id, "operation_id": operation.number, "before": {}, "after": {}}
    stays = where | {"learner_id": staying.id, "position": _position(Step.PEOPLE, staying)}
    goes = where | {"learner_id": leaving.id, "position": _position(Step.PEOPLE, leaving)}
    if outlook.values or outlook.moved_id:
        before: dict[str, Any] = {key: staying.attributes.get(key) for key in outlook.values}
        # An id comes free only when the other one has left.
        step = Step.INHERIT if outlook.moved_id else Step.PEOPLE
        yield ProfileChange(
            **stays | {"position": _position(step, staying), "before": before, "after": outlook.values},
            kind=ProfileChangeKind.UPDATED,
            to_unique_user_id=outlook.moved_id or None,
        )
    for group in outlook.groups:
        yield ProfileChange(**stays, kind=ProfileChangeKind.JOINED, group_id=group.id)
    for group_id in _groups_of(leaving):
        yield ProfileChange(**goes, kind=ProfileChangeKind.LEFT, group_id=group_id)
    yield ProfileChange(
        **goes | {"position": _position(Step.LEAVE, leaving), "before": leaving.attributes},
        kind=ProfileChangeKind.REMOVED,
        from_email=leaving.email,
        from_unique_user_id=leaving.unique_user_id,
    )


def _licenses(outlook: Outlook, operation: Operation) -> Iterator[LicenseChange]:
    """One step for all, so that a seat goes from the one to the other with nobody in between."""
    for pool in outlook.pools:
        yield _change(operation, outlook.leaving, pool.pool, pool.leaving, NEVER, was_active=False)
        was_active = pool.leaving.was_active or pool.staying.was_active
        if pool.after is not pool.staying or was_active != pool.staying.was_active:
            yield _change(operation, outlook.staying, pool.pool, pool.staying, pool.after, was_active=was_active)


def _change(
    operation: Operation, learner: Learner, pool: LicensePool, was: License, becomes: License, *, was_active: bool
) -> LicenseChange:
    return LicenseChange(
        organization_id=operation.organization_id,
        operation_id=operation.number,
        position=_position(Step.MOVE, learner),
        pool_id=pool.id,
        learner_id=learner.id,
        from_status=was.status,
        from_operation_id=was.operation_id,
        from_status_at=was.status_at,
        from_was_active=was.was_active,
        to_status=becomes.status,
        to_operation_id=becomes.operation_id,
        to_status_at=becomes.status_at,
        to_was_active=was_active,
    )


def _position(step: Step, learner: Learner) -> int:
    return position_of(step, learner.id & ORDINALS)
