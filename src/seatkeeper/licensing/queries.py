"""What pools and operations look like: reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.bulk import in_order_of
from seatkeeper.licensing.errors import UnknownPool
from seatkeeper.licensing.filter_terms import idle_of
from seatkeeper.licensing.models import (
    Claim,
    ClaimKind,
    License,
    LicensePool,
    Operation,
    ProfileChangeKind,
    Skipped,
    Status,
    Step,
)
from seatkeeper.licensing.statements import LICENSE_NOT_SKIPPED, NOTHING_SKIPPED, PERSON_NOT_SKIPPED, STATEMENTS

GROUP_CHANGES = {ProfileChangeKind.JOINED, ProfileChangeKind.LEFT}
LICENSE_COUNTS = (
    "unassigned",
    "claims_ended",  # of who has no license: places in a waitlist, offers, requests
    "claims_back",  # by an undo
    "reassigned",
    "invited",
    "activated",
    "seats_freed",
    "seats_taken",
)
END = 1 << 62  # behind every position


@dataclass(frozen=True, slots=True)
class PoolSummary:
    """A pool in numbers."""

    key: str
    activation: str
    seats: int
    taken: int
    held: int
    invited: int
    id: int = 0
    waiting: int = 0

    @property
    def free(self) -> int:
        return self.seats - self.taken - self.held

    @property
    def in_use(self) -> int:
        return self.taken + self.held

    @property
    def percent(self) -> float:
        """Of the seats, how many are taken or held."""
        return percent_of(self.in_use, self.seats)

    @property
    def fullness(self) -> float:
        """To sort by."""
        return self.in_use / self.seats if self.seats else float(bool(self.in_use))


def percent_of(part: int, seats: int) -> float:
    """Of 100 seats so many, to one decimal, rounded down: 100 is full, more is over. A pool without seats is empty or full."""
    if not seats:
        return 100.0 if part else 0.0
    return part * 1000 // seats / 10


@dataclass(frozen=True, slots=True)
class PoolDemand:
    """What a plan takes from and gives back to a pool, beside what is free."""

    pool_id: int
    key: str
    free: int
    takes: int
    frees: int

    @property
    def missing(self) -> int:
        return max(0, self.takes - max(0, self.free + self.frees))


def pools_of(organization_id: int) -> dict[str, LicensePool]:
    """By key, in order of keys; with their names."""
    pools = LicensePool.objects.filter(organization_id=organization_id).select_related("license_type", "budget_group")
    return {pool.key: pool for pool in pools.order_by("key")}


def pool_titles(organization_id: int) -> dict[str, str]:
    """As people read them, by key."""
    return {key: pool.title for key, pool in pools_of(organization_id).items()}


def pool_by_key(organization_id: int, key: str) -> LicensePool:
    """Raises UnknownPool."""
    pools = pools_of(organization_id)
    if key.lower() not in pools:
        raise UnknownPool(key=key, known=list(pools))
    return pools[key.lower()]


def pool_summaries(organization_id: int) -> list[PoolSummary]:
    """In order of keys. Three statements."""
    pools = pools_of(organization_id)
    ids = [pool.id for pool in pools.values()]  # named, so that each is a range of the index
    invited = dict(
        License.objects.filter(organization_id=organization_id, status=Status.INVITED, pool_id__in=ids)
        .values_list("pool_id")
        .annotate(count=Count("*"))
    )
    in_waitlist = Claim.objects.filter(organization_id=organization_id, kind=ClaimKind.WAITING, ended_by=0, pool_id__in=ids)
    waiting = dict(in_waitlist.order_by().values_list("pool_id").annotate(count=Count("*")))
    return [
        PoolSummary(
            key=pool.key,
            activation=pool.activation,
            seats=pool.seats_in_force,
            taken=pool.seats_taken,
            held=pool.seats_held,
            invited=invited.get(pool.id, 0),
            id=pool.id,
            waiting=waiting.get(pool.id, 0),
        )
        for pool in pools.values()
    ]


def count_idle(reach: Reach, *, days: int, today: date, at_most: int) -> tuple[int | None, int]:
    """Idle licenses within reach, counted so far; and how many pools are left out, as no usage ever came there.

    None for the count where that is all of them. Looks at every active license until it has found so many.
    """
    pools = LicensePool.objects.filter(organization_id=reach.organization_id)
    used = list(pools.filter(first_used_on__isnull=False).values_list("id", flat=True))
    without_usage = pools.filter(first_used_on=None).count()
    if not used:
        return None, without_usage
    licenses = License.objects.filter(organization_id=reach.organization_id, pool_id__in=used)
    if not reach.is_everyone:
        licenses = licenses.filter(learner_id__in=reach.learners().values("id"))
    return idle_of(licenses, days=days, today=today).order_by()[:at_most].count(), without_usage


def demand_on_pools(operation: Operation) -> list[PoolDemand]:
    where = {"organization": operation.organization_id, "operation": operation.number}
    return [PoolDemand(*row) for row in STATEMENTS.rows("count_takes", where)]


def counts_planned(operation: Operation, *, people: bool = False) -> dict[str, int]:
    """What the plan would do: licenses by outcome, people by kind of change, seats; `people`: also how many in all."""
    return _counts(operation, cursor=END, not_skipped=(NOTHING_SKIPPED, NOTHING_SKIPPED), people=people)


def counts_of_applied(operation: Operation) -> dict[str, int]:
    """What took effect up to the cursor, and for how many people something did not."""
    skipped = Skipped.objects.filter(organization_id=operation.organization_id, operation_id=operation.number)
    skipped_count = skipped.values("learner_id").distinct().count()
    not_skipped = (LICENSE_NOT_SKIPPED, PERSON_NOT_SKIPPED) if skipped_count else (NOTHING_SKIPPED, NOTHING_SKIPPED)
    return _counts(operation, cursor=operation.cursor, not_skipped=not_skipped) | {"skipped": skipped_count}


def _counts(operation: Operation, *, cursor: int, not_skipped: tuple[str, str], people: bool = False) -> dict[str, int]:
    where = {"organization": operation.organization_id, "operation": operation.number, "cursor": cursor}
    of_licenses, of_people = not_skipped
    rows = _change_counts(where, of_licenses, of_people, STATEMENTS.compose("people_changed") if people else "")
    kinds = {kind: number for _, _, _, kind, number in rows if kind}
    counts = dict.fromkeys(LICENSE_COUNTS, 0)
    for step, was, becomes, kind, number in rows:
        if kind:
            continue
        counts[_outcome(step, was, becomes)] += number if step != Step.MOVE or becomes != Status.UNASSIGNED else 0
        counts["seats_freed"] += number if was == Status.ACTIVE and becomes != Status.ACTIVE else 0
        counts["seats_taken"] += number if was != Status.ACTIVE and becomes == Status.ACTIVE else 0
    counts |= {"people": kinds.pop("people")} if people else {}
    updated = kinds.get(ProfileChangeKind.UPDATED, 0)
    if GROUP_CHANGES & kinds.keys() or operation.undoes is not None:  # else each person changes once
        (updated,) = STATEMENTS.row("count_people_updated", where, not_skipped=of_people)
    return counts | {
        "added": kinds.get(ProfileChangeKind.ADDED, 0),
        "removed": kinds.get(ProfileChangeKind.REMOVED, 0),
        "joined": kinds.get(ProfileChangeKind.JOINED, 0),
        "left": kinds.get(ProfileChangeKind.LEFT, 0),
        "updated": updated,
    }


def _change_counts(where: dict[str, int], of_licenses: str, of_people: str, more: str) -> list[tuple[int, int, int, str, int]]:
    """Rows of step, statuses and, of people instead, the kind; and how many."""
    statement = {"license_not_skipped": of_licenses, "person_not_skipped": of_people, "more": more}
    return [
        (step, was, becomes, kind, n) for step, was, becomes, kind, n in STATEMENTS.rows("count_changes", where, **statement)
    ]


def _outcome(step: int, was: int, becomes: int) -> str:
    if step == Step.MOVE:
        return "reassigned"
    if was == becomes == Status.UNASSIGNED:
        return "claims_ended" if step == Step.FREE else "claims_back"
    return {Status.UNASSIGNED: "unassigned", Status.INVITED: "invited", Status.ACTIVE: "activated"}[Status(becomes)]


def operations_of_actor(organization_id: int, actor: str) -> Iterator[Operation]:
    """In order of numbers."""
    return in_order_of("number", Operation.objects.filter(organization_id=organization_id, actor=actor))


def count_active(organization_id: int) -> int:
    return License.objects.filter(organization_id=organization_id, status=Status.ACTIVE).count()
