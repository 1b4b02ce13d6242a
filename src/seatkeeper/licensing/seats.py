"""Seats on past days: reads."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from seatkeeper.licensing.models import LicensePool, PoolDay


@dataclass(frozen=True, slots=True)
class SeatsOnDay:
    """Some pools together, at the end of a day."""

    day: date
    taken: int
    seats: int


def seats_by_day(organization_id: int, *, first: date, last: date, pool_ids: Collection[int] | None = None) -> list[SeatsOnDay]:
    """One entry for each day from first to last, of all pools or those named. Two statements, whatever the ledger's length."""
    by_pool = seats_by_pool(organization_id, first=first, last=last, pool_ids=pool_ids)
    days = list(_days(first, last))
    taken, seats = [0] * len(days), [0] * len(days)
    for entries in by_pool.values():
        for number, entry in enumerate(entries):
            taken[number] += entry.taken
            seats[number] += entry.seats
    return [SeatsOnDay(*entry) for entry in zip(days, taken, seats, strict=True)]


def seats_by_pool(
    organization_id: int, *, first: date, last: date, pool_ids: Collection[int] | None = None
) -> dict[int, list[SeatsOnDay]]:
    """The same of each pool for itself. Two statements."""
    then = _before(organization_id, first, pool_ids)
    rows = PoolDay.objects.filter(organization_id=organization_id, pool_id__in=list(then), day__gte=first, day__lte=last)
    moved = {
        (pool_id, day): (taken, seats)
        for pool_id, day, taken, seats in rows.values_list("pool_id", "day", "seats_taken", "seats_in_force")
    }
    found: dict[int, list[SeatsOnDay]] = {}
    for pool_id, (taken, seats) in then.items():
        found[pool_id] = []
        for day in _days(first, last):
            taken, seats = moved.get((pool_id, day), (taken, seats))
            found[pool_id].append(SeatsOnDay(day, taken, seats))
    return found


def _before(organization_id: int, first: date, pool_ids: Collection[int] | None) -> dict[int, tuple[int, int]]:
    """By pool: seats taken, and seats in force, when the first day began."""
    earlier = PoolDay.objects.filter(organization_id=organization_id, pool_id=OuterRef("id"), day__lt=first).order_by("-day")
    pools = LicensePool.objects.filter(organization_id=organization_id).annotate(
        taken_then=Subquery(earlier.values("seats_taken")[:1]), seats_then=Subquery(earlier.values("seats_in_force")[:1])
    )
    if pool_ids is not None:
        pools = pools.filter(id__in=pool_ids)
    return {row[0]: (row[1] or 0, row[2] or 0) for row in pools.values_list("id", "taken_then", "seats_then")}


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
