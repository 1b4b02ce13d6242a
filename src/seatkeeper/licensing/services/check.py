"""Prove the books: the state is the sum of the ledger, and the ledger has no hole."""

from dataclasses import dataclass
from typing import Any

from seatkeeper.licensing.models import Books, Skipped
from seatkeeper.licensing.services.check_people import wrong_memberships, wrong_people
from seatkeeper.licensing.services.pool_days import wrong_pool_days
from seatkeeper.licensing.statements import LICENSE_NOT_SKIPPED, NOTHING_SKIPPED, STATEMENTS


@dataclass(frozen=True, slots=True)
class PoolBooks:
    """Seats taken as the pool says, and as its ledger adds up; seats held as it says, and offers that hold one."""

    key: str
    taken: int
    active: int
    ledger: int
    held: int
    offers: int


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not as the ledger says: a stable code and the numbers that show it."""

    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found; `ok` when state and ledger agree everywhere."""

    pools: list[PoolBooks]
    gaps: list[Gap]

    @property
    def ok(self) -> bool:
        return not self.gaps


def check_books(*, organization_id: int) -> Proof:
    """Replay the ledger against the state. Reads only; time grows with the ledger."""
    where = {"organization": organization_id}
    has_skipped = Skipped.objects.filter(organization_id=organization_id).exists()
    not_skipped = LICENSE_NOT_SKIPPED if has_skipped else NOTHING_SKIPPED
    pools = [PoolBooks(*row) for row in STATEMENTS.rows("pool_books", where, license_not_skipped=not_skipped)]
    gaps = [
        Gap("seats_taken_wrong", {"pool": pool.key, "taken": pool.taken, "active": pool.active, "ledger": pool.ledger})
        for pool in pools
        if not pool.taken == pool.active == pool.ledger
    ]
    gaps += [
        Gap("seats_held_wrong", {"pool": pool.key, "held": pool.held, "offers": pool.offers})
        for pool in pools
        if pool.held != pool.offers
    ]
    wrong = STATEMENTS.rows("wrong_licenses", where, license_not_skipped=not_skipped)
    names = ("learner", "pool", "status", "ledger")
    gaps += [Gap("license_wrong", dict(zip(names, row, strict=True))) for row in wrong]
    gaps += [Gap("seats_on_day_wrong", facts) for facts in wrong_pool_days(organization_id=organization_id)]
    gaps += [Gap("person_wrong", facts) for facts in wrong_people(organization_id=organization_id)]
    gaps += [Gap("membership_wrong", facts) for facts in wrong_memberships(organization_id=organization_id)]
    return Proof(pools, gaps + _segment_gaps(organization_id) + _orphans(where))


def _segment_gaps(organization_id: int) -> list[Gap]:
    where = {"organization": organization_id}
    count, first, last = STATEMENTS.row("segments_in_a_row", where)
    kept = Books.objects.get(organization_id=organization_id).last_segment
    gaps = []
    if (first, last, count) != (1, kept, kept):
        gaps.append(Gap("segment_missing", {"segments": count, "first": first, "last": last, "kept": kept}))
    gaps += [Gap("operation_not_covered", {"operation": number}) for (number,) in STATEMENTS.rows("broken_chains", where)]
    gaps += [
        Gap("segment_wrong", {"segment": segment, "operation": operation})
        for segment, operation in STATEMENTS.rows("wrong_segments", where)
    ]
    return gaps


def _orphans(where: dict[str, int]) -> list[Gap]:
    codes = ("licenses_without_ledger", "licenses_without_person", "standings_wrong", "claims_wrong", "people_without_ledger")
    counts = STATEMENTS.row("licenses_without_ledger", where)
    return [Gap(code, {"count": count}) for code, count in zip(codes, counts, strict=True) if count]
