"""Charts as plain numbers for an SVG template: an area with a line above it. No database."""

from collections.abc import Sequence
from dataclasses import dataclass

from seatkeeper.licensing.seats import SeatsOnDay

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 24, 32
TICKS = 4
LABELS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where it is, and what it says."""

    at: float
    value: object


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates within a view box of WIDTH × HEIGHT."""

    taken: str  # points of the area's upper edge and back along the zero line
    seats: str  # points of the line
    across: list[Tick]  # values, from zero up
    along: list[Tick]  # days
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    zero: int = HEIGHT - BOTTOM
    top: int = TOP


def seats_chart(days: Sequence[SeatsOnDay]) -> Chart:
    """At least two days."""
    most = _round_up(max(max(day.taken, day.seats) for day in days))
    step = (WIDTH - LEFT - RIGHT) / (len(days) - 1)

    def x(number: int) -> float:
        return round(LEFT + number * step, 1)

    def y(value: int) -> float:
        return round(HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - TOP) / most, 1)

    taken = [f"{x(number)},{y(day.taken)}" for number, day in enumerate(days)]
    corners = [f"{x(len(days) - 1)},{y(0)}", f"{x(0)},{y(0)}"]
    marks = sorted({round(number * (len(days) - 1) / (LABELS - 1)) for number in range(LABELS)})
    return Chart(
        taken=" ".join([*taken, *corners]),
        seats=" ".join(f"{x(number)},{y(day.seats)}" for number, day in enumerate(days)),
        across=[Tick(y(value), value) for value in (most * number // TICKS for number in range(TICKS + 1))],
        along=[Tick(x(number), days[number].day) for number in marks],
    )


def _round_up(value: int) -> int:
    """The next number that four steps divide: 1, 2, 4 or 8 times a power of ten, at least 4."""
    power = 1
    while True:
        for times in (4, 8, 10, 20):
            if times * power >= value:
                return times * power
        power *= 10
