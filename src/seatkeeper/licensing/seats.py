"""Seats on past days: reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from seatkeeper.licensing.models import LicensePool, PoolDay


@dataclass(frozen=True, slots=True)
class SeatsOnDay:
    """All pools of an organization together, at the end of a day."""

    day: date
    taken: int
    seats: int


def seats_by_day(organization_id: int, *, first: date, last: date) -> list[SeatsOnDay]:
    """One entry for each day from first to last. Two statements, whatever the ledger's length."""
    taken, seats = _before(organization_id, first)
    moved: dict[date, list[tuple[int, int, int]]] = {}
    rows = PoolDay.objects.filter(organization_id=organization_id, pool_id__in=list(taken), day__gte=first, day__lte=last)
    for pool_id, day, so_many, in_force in rows.values_list("pool_id", "day", "seats_taken", "seats_in_force"):
        moved.setdefault(day, []).append((pool_id, so_many, in_force))
    found = []
    for day in _days(first, last):
        for pool_id, so_many, in_force in moved.get(day, ()):
            taken[pool_id], seats[pool_id] = so_many, in_force
        found.append(SeatsOnDay(day, sum(taken.values()), sum(seats.values())))
    return found


def _before(organization_id: int, first: date) -> tuple[dict[int, int], dict[int, int]]:
    """By pool: seats taken, and seats in force, when the first day began."""
    earlier = PoolDay.objects.filter(organization_id=organization_id, pool_id=OuterRef("id"), day__lt=first).order_by("-day")
    pools = LicensePool.objects.filter(organization_id=organization_id).annotate(
        taken_then=Subquery(earlier.values("seats_taken")[:1]), seats_then=Subquery(earlier.values("seats_in_force")[:1])
    )
    rows = list(pools.values_list("id", "taken_then", "seats_then"))
    return {row[0]: row[1] or 0 for row in rows}, {row[0]: row[2] or 0 for row in rows}


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
