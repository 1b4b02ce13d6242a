"""When a pool runs out of seats: a straight line through the days that were. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

DAYS_LOOKED_AT = 90
FEWEST_DAYS = 14
MOST_DAYS_AHEAD = 730


@dataclass(frozen=True, slots=True)
class Forecast:
    """`a_day`: seats taken more each day. `runs_out_on`: None where no seat is missing within two years."""

    a_day: float
    runs_out_on: date | None


def forecast(taken: Sequence[int], *, seats: int, today: date) -> Forecast | None:
    """From the seats taken at the end of each day, today last. None for fewer than 14 days: too few to tell.

    The slope is that of the line with the least squared distance from the last 90 days; it is drawn
    on from what is taken today.
    """
    if len(taken) < FEWEST_DAYS:
        return None
    slope = _slope(taken[-DAYS_LOOKED_AT:])
    free = seats - taken[-1]
    if free <= 0:
        return Forecast(slope, today)
    days = ceil(round(free / slope, 6)) if slope >= free / MOST_DAYS_AHEAD else None
    return Forecast(slope, today + timedelta(days=days) if days is not None else None)


def _slope(values: Sequence[int]) -> float:
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    across = sum((number - middle) ** 2 for number in range(len(values)))
    return round(sum((number - middle) * (value - mean) for number, value in enumerate(values)) / across, 9)
