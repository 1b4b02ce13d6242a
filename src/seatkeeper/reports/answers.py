"""What a report answers with: plain values, written by whoever shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from seatkeeper.directory.reach import Reach
from seatkeeper.reports.asked import Asked, read
from seatkeeper.reports.definitions import Definition


@dataclass(frozen=True, slots=True)
class Who:
    """A person named in a row."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Further:
    """Where a row leads: another report, with these fields in place of those that this one's address has."""

    report: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with a cell for each column, and the cursors of the pages beside them; empty where there is none.

    `further`: for each row where it leads; empty where none of them leads anywhere.
    """

    rows: Sequence[Sequence[Any]]
    previous: str = ""
    next: str = ""
    further: Sequence[Further | None] = ()


@dataclass(frozen=True, slots=True)
class OverTime:
    """A line or two over days, weeks or months, the oldest first. `measures`: keys of the columns they come from."""

    starts: Sequence[date]
    measures: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Names with a number each, the largest first."""

    measure: str
    rows: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class SeatsPlot:
    """Seats by day, the oldest first; behind today as many days as the forecast has."""

    days: Sequence[date]
    seats: Sequence[int]
    taken: Sequence[int]
    forecast: Sequence[float] = ()
    runs_out_on: date | None = None


Plot = OverTime | Ranking | SeatsPlot


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stands above the table: a value for each figure (None: not known), and the plot.

    `unknown`: of figures that are not known, why, in a few words.
    """

    figures: Mapping[str, Any]
    plot: Plot | None = None
    unknown: Mapping[str, Promise] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """How a report is found. Each function raises FilterRefused; `write` returns the number of lines below the header."""

    definition: Definition
    numbers: Callable[[Asked], Numbers]
    page: Callable[[Asked], Page]
    write: Callable[[Asked, BinaryIO], int]

    @property
    def key(self) -> str:
        return self.definition.key

    def asked(self, data: Mapping[str, str], reach: Reach, *, now: datetime, zone: ZoneInfo) -> Asked:
        """What an address asks of it: see `asked.read`. What it has no choice of does not count."""
        one = self.definition
        choices = {
            "zone": one.has_time_zone,
            "days": one.has_idle_days,
            "who": one.chooses_active,
            "content": one.is_of_content,
        }
        told = {name: value for name, value in data.items() if choices.get(name, True)}
        return read(told, reach, now=now, zone=zone)
