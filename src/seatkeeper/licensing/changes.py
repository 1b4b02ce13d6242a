"""The changes of one operation: those skipped, all of them in order, and whether somebody may reach them."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from seatkeeper.directory.models import Group, Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.licensing.history import statuses_of
from seatkeeper.licensing.models import (
    LicenseChange,
    LicensePool,
    Operation,
    OperationStatus,
    ProfileChange,
    ProfileChangeKind,
    Skipped,
    Status,
)
from seatkeeper.licensing.statements import ORDINALS

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class SkippedChange:
    """One that no longer fitted when its turn came. `email` is empty for a person no longer there."""

    email: str
    learner_id: int
    item: str  # the pool or group
    reason: str
    by_operation: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the ledger, or of a plan. `outcome`: applied, planned, left (never applied) or why it was skipped."""

    position: int
    email: str
    pool: str
    group: str
    before: str
    after: str
    outcome: str

    @property
    def ordinal(self) -> int:
        """The line of the file, where the operation came from one."""
        return self.position & ORDINALS


def skipped_of(operation: Operation, reach: Reach, *, at_most: int) -> list[SkippedChange]:
    """The first ones, of people within reach."""
    found = list(_within(Skipped.objects.filter(**_where(operation)), reach).order_by("position", "item_id")[:at_most])
    emails = _emails(operation, {entry.learner_id for entry in found})
    items = _pools(operation) | _groups(operation)
    return [
        SkippedChange(
            emails.get(entry.learner_id, ""),
            entry.learner_id if entry.learner_id in emails else 0,
            items.get(entry.item_id, ""),
            entry.reason,
            entry.by_operation_id,
        )
        for entry in found
    ]


def changes_of(operation: Operation, reach: Reach) -> Iterator[Change]:
    """In order of position, of people within reach; some thousand are in memory at a time."""
    names = _Names(operation, reach)
    return heapq.merge(names.people(), names.licenses(), key=lambda change: change.position)


def count_changes(operation: Operation, reach: Reach) -> int:
    """How many `changes_of` gives."""
    tables = (LicenseChange.objects, ProfileChange.objects)
    return sum(_within(table.filter(**_where(operation)), reach).count() for table in tables)


def is_within(operation: Operation, *, people: Reach, groups: Reach) -> bool:
    """Whether all that it changes are licenses and values of such people, and memberships of such groups."""
    everyone, of_groups = people.is_everyone, groups.is_everyone
    everybody = Learner.objects.filter(organization_id=operation.organization_id)
    # Who is not there, as never added or removed again, is beyond nobody's reach.
    beyond = Q(learner_id__in=everybody.exclude(id__in=people.learners().values("id")).values("id"))
    licenses, profiles = LicenseChange.objects.filter(**_where(operation)), ProfileChange.objects.filter(**_where(operation))
    if not everyone and (licenses.filter(beyond).exists() or profiles.filter(beyond, group_id__lte=0).exists()):
        return False
    memberships = profiles.filter(group_id__gt=0)
    return of_groups or not memberships.exclude(group_id__in=groups.groups().values("id")).exists()


@dataclass(frozen=True, slots=True)
class Undo:
    """What undoes an operation, or is planned to."""

    number: int
    is_applied: bool


def standing_undos(organization_id: int, numbers: set[int]) -> dict[int, Undo]:
    """Which of the operations are undone, and by which; an undo that was undone itself does not count.

    One that is not applied, or not yet whole, is named where there is no other.
    """
    if not numbers:
        return {}
    undos = (
        Operation.objects.filter(organization_id=organization_id, number__gt=min(numbers), undoes__isnull=False)
        .exclude(status__in=(OperationStatus.CANCELLED, OperationStatus.LAPSED))
        .order_by("-number")
        .values_list("number", "undoes", "status")
    )
    applied: dict[int, Undo] = {}
    planned: dict[int, Undo] = {}
    for number, undoes, status in undos:
        if number in applied or undoes is None:
            continue
        is_applied = status == OperationStatus.DONE
        (applied if is_applied else planned).setdefault(undoes, Undo(number, is_applied))
    return {number: undo for number, undo in (planned | applied).items() if number in numbers}


class _Names:
    """Changes with people, pools and groups by name."""

    def __init__(self, operation: Operation, reach: Reach) -> None:
        self.operation, self.reach = operation, reach
        self.pools, self.groups = _pools(operation), _groups(operation)

    def licenses(self) -> Iterator[Change]:
        after, pool = -1, 0
        while True:
            rows = _within(LicenseChange.objects.filter(**_where(self.operation)), self.reach)
            rows = rows.filter(position__gte=after).exclude(position=after, pool_id__lte=pool)
            batch = list(rows.order_by("position", "pool_id")[:BATCH])
            if not batch:
                return
            emails, skipped = self._about(batch)
            for row in batch:
                before, becomes = statuses_of(row)
                yield Change(
                    row.position,
                    emails.get(row.learner_id, ""),
                    self.pools.get(row.pool_id, ""),
                    "",
                    _in_words(before),
                    _in_words(becomes),
                    self._outcome(row.position, row.pool_id, skipped),
                )
            after, pool = batch[-1].position, batch[-1].pool_id

    def people(self) -> Iterator[Change]:
        after, group = -1, 0
        while True:
            rows = _within(ProfileChange.objects.filter(**_where(self.operation)), self.reach)
            rows = rows.filter(position__gte=after).exclude(position=after, group_id__lte=group)
            batch = list(rows.order_by("position", "group_id")[:BATCH])
            if not batch:
                return
            emails, skipped = self._about(batch)
            for row in batch:
                before, becomes = _values(row)
                yield Change(
                    row.position,
                    emails.get(row.learner_id) or row.to_email or row.from_email or "",
                    "",
                    self.groups.get(row.group_id, ""),
                    before,
                    becomes,
                    self._outcome(row.position, row.group_id, skipped),
                )
            after, group = batch[-1].position, batch[-1].group_id

    def _about(self, batch: list[Any]) -> tuple[dict[int, str], dict[tuple[int, int], str]]:
        span = {"position__gte": batch[0].position, "position__lte": batch[-1].position}
        skipped = Skipped.objects.filter(**_where(self.operation), **span).values_list("position", "item_id", "reason")
        reasons = {(position, item): reason for position, item, reason in skipped}
        return _emails(self.operation, {row.learner_id for row in batch}), reasons

    def _outcome(self, position: int, item: int, skipped: dict[tuple[int, int], str]) -> str:
        if (position, item) in skipped:
            return skipped[position, item]
        if self.operation.status == OperationStatus.DONE or position <= self.operation.cursor:
            return "applied"
        is_over = self.operation.status in (OperationStatus.CANCELLED, OperationStatus.LAPSED)
        return "left" if is_over else "planned"


def _values(row: ProfileChange) -> tuple[str, str]:
    match row.kind:
        case ProfileChangeKind.JOINED | ProfileChangeKind.ADDED:
            return "", str(row.kind)
        case ProfileChangeKind.LEFT | ProfileChangeKind.REMOVED:
            return str(row.kind), ""
    return _listed(row.before), _listed(row.after)


def _listed(values: dict[str, Any]) -> str:
    return "; ".join(f"{key}: {value if value is not None else ''}" for key, value in sorted(values.items()))


def _in_words(status: str) -> str:
    return "no license" if status == Status.UNASSIGNED.label else status


def _where(operation: Operation) -> dict[str, Any]:
    return {"organization_id": operation.organization_id, "operation_id": operation.number}


def _within(rows: Any, reach: Reach) -> Any:
    return rows if reach.is_everyone else rows.filter(learner_id__in=reach.learners().values("id"))


def _emails(operation: Operation, ids: set[int]) -> dict[int, str]:
    people = Learner.objects.filter(organization_id=operation.organization_id, id__in=ids)
    return dict(people.values_list("id", "email"))


def _pools(operation: Operation) -> dict[int, str]:
    return dict(LicensePool.objects.filter(organization_id=operation.organization_id).values_list("id", "key"))


def _groups(operation: Operation) -> dict[int, str]:
    return dict(Group.objects.filter(organization_id=operation.organization_id).values_list("id", "name"))
