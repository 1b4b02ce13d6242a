"""Seats over time: taken and in force at the end of each day, week or month; and when the pools run out of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, BinaryIO

from django.utils.functional import Promise

from seatkeeper.licensing.filter_terms import pools_named
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.queries import percent_of, pools_of
from seatkeeper.licensing.seats import SeatsOnDay, seats_by_day, seats_by_pool
from seatkeeper.reports.answers import Numbers, Page, Ranking, Report, SeatsPlot
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.forecasts import DAYS_LOOKED_AT, Forecast, forecast
from seatkeeper.reports.rows import page_by_day, page_by_place, rate, write_rows
from seatkeeper.reports.wording import FAR_OFF, FEW_DAYS, NOT_RISING, POOLS, SEATS
from seatkeeper.uploads.cells import guarded

BARS = 12
MOST_DAYS_DRAWN = 180  # of a forecast
ONE_DAY = timedelta(days=1)


def seats_numbers(asked: Asked) -> Numbers:
    """Now, and how it came to that; with the forecast where the period ends today."""
    pools = _pools(asked)
    ids = [pool.id for pool in pools]
    taken, seats = sum(pool.seats_taken for pool in pools), sum(pool.seats_in_force for pool in pools)
    before = _lived(_days(asked, ids, asked.today - ONE_DAY * (DAYS_LOOKED_AT - 1), asked.today - ONE_DAY))
    ahead = forecast([*(day.taken for day in before), taken], seats=seats, today=asked.today)
    figures = {
        "taken": taken,
        "seats": seats,
        "held": sum(pool.seats_held for pool in pools),
        "free": sum(max(0, pool.seats_free) for pool in pools),
        "runs_out_on": ahead.runs_out_on if ahead else None,
    }
    plot = _plot(_lived(_days(asked, ids, asked.period.first, asked.period.last)), ahead, asked)
    return Numbers(figures, plot, {"runs_out_on": _why_unforeseen(ahead)})


def seats_page(asked: Asked) -> Page:
    """The newest first."""
    return page_by_day(_rows(asked), asked)


def write_seats(asked: Asked, output: BinaryIO) -> int:
    return write_rows(SEATS.headers, _rows(asked), output)


def pools_numbers(asked: Asked) -> Numbers:
    rows = _by_pool(asked)
    running_out = [row for row in rows if row[-1] is not None]
    bars = sorted(((row[0].title, row[3]) for row in rows if row[3] is not None), key=lambda row: (-row[1], row[0]))
    return Numbers({"pools": len(rows), "running_out": len(running_out)}, Ranking("percent", bars[:BARS]) if bars else None)


def pools_page(asked: Asked) -> Page:
    """Who runs out first stands first."""
    return page_by_place([(pool.title, *rest) for pool, *rest in _by_pool(asked)], asked)


def write_pools(asked: Asked, output: BinaryIO) -> int:
    """Pools by their keys, as in other files."""
    rows = [
        (guarded(pool.key), *rest, rate(a_week) if a_week is not None else None, runs_out_on)
        for pool, *rest, a_week, runs_out_on in _by_pool(asked)
    ]
    return write_rows(POOLS.headers, rows, output)


def _pools(asked: Asked) -> list[LicensePool]:
    """Those that the filter names, else all. Raises FilterRefused for a filter about anything else."""
    named = pools_named(asked.organization_id, asked.filter, only=True)
    return named if named is not None else list(pools_of(asked.organization_id).values())


def _days(asked: Asked, ids: Sequence[int], first: date, last: date) -> list[SeatsOnDay]:
    return seats_by_day(asked.organization_id, first=first, last=last, pool_ids=ids)


def _lived(days: Sequence[SeatsOnDay]) -> list[SeatsOnDay]:
    """Without the days before there was any seat."""
    begun = next((number for number, day in enumerate(days) if day.seats or day.taken), len(days))
    return list(days[begun:])


def _why_unforeseen(ahead: Forecast | None) -> Promise:
    """In words, where there is no day on which seats run out."""
    if ahead is None:
        return FEW_DAYS
    return FAR_OFF if ahead.a_day > 0 else NOT_RISING


def _rows(asked: Asked) -> list[tuple[date, int, int, int]]:
    """Of each day, week or month: its first day, and how it was at the end of its last one, or of the period's."""
    days = _lived(_days(asked, [pool.id for pool in _pools(asked)], asked.period.first, asked.period.last))
    ends = {asked.step.start(day.day): day for day in days}
    return [(start, day.taken, day.seats, day.seats - day.taken) for start, day in sorted(ends.items(), reverse=True)]


def _plot(days: Sequence[SeatsOnDay], ahead: Forecast | None, asked: Asked) -> SeatsPlot | None:
    if not days:
        return None
    dates, seats, taken = [day.day for day in days], [day.seats for day in days], [day.taken for day in days]
    if ahead is None or ahead.a_day <= 0 or asked.period.last != asked.today or taken[-1] >= seats[-1]:
        return SeatsPlot(dates, seats, taken)
    drawn = min(len(days), MOST_DAYS_DRAWN)
    if ahead.runs_out_on is not None:
        drawn = min(drawn, (ahead.runs_out_on - asked.today).days + 7)
    coming = [asked.today + ONE_DAY * number for number in range(1, drawn + 1)]
    line = [min(taken[-1] + ahead.a_day * number, seats[-1]) for number in range(1, drawn + 1)]
    runs_out = ahead.runs_out_on if ahead.runs_out_on and ahead.runs_out_on <= coming[-1] else None
    return SeatsPlot([*dates, *coming], [*seats, *seats[-1:] * drawn], taken, line, runs_out)


def _by_pool(asked: Asked) -> list[tuple[Any, ...]]:
    """Of each pool, which stands in the first place, what the other columns say. Raises FilterRefused."""
    pools = _pools(asked)
    first, yesterday = asked.today - ONE_DAY * (DAYS_LOOKED_AT - 1), asked.today - ONE_DAY
    ids = [pool.id for pool in pools]
    days = seats_by_pool(asked.organization_id, first=first, last=yesterday, pool_ids=ids)
    rows = []
    for pool in pools:
        taken = [*(day.taken for day in _lived(days.get(pool.id, ()))), pool.seats_taken]
        ahead = forecast(taken, seats=pool.seats_in_force, today=asked.today)
        a_week = ahead.a_day * 7 if ahead else None
        percent = percent_of(pool.seats_taken, pool.seats_in_force) if pool.seats_in_force else None
        runs_out_on = ahead.runs_out_on if ahead else None
        seats = (pool.seats_in_force, pool.seats_taken, percent, pool.seats_held, pool.seats_free)
        rows.append((pool, *seats, a_week, runs_out_on))
    return sorted(rows, key=lambda row: (row[-1] or date.max, -row[2], row[0].title))


SEATS_REPORT = Report(SEATS, seats_numbers, seats_page, write_seats)
POOLS_REPORT = Report(POOLS, pools_numbers, pools_page, write_pools)
