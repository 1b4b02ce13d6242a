"""What a report shows, in words: the page and docs/reference/reports.md say the same, as both are made of this."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Kind(StrEnum):
    """How a value is written."""

    PERSON = "person"
    TEXT = "text"
    POOL = "pool"
    STATUS = "status"
    DAY = "day"
    MOMENT = "moment"
    COUNT = "count"
    DECIMAL = "decimal"
    RATE = "rate"
    HOURS = "hours"


NUMBERS = frozenset({Kind.COUNT, Kind.DECIMAL, Kind.RATE, Kind.HOURS})


@dataclass(frozen=True, slots=True)
class Meaning:
    """A column, or a figure above the table, and what it counts."""

    key: str  # the header of its column in the file, too
    label: Promise
    meaning: Promise
    kind: Kind

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS


@dataclass(frozen=True, slots=True)
class Definition:
    """One report. `headers`: of the file."""

    key: str
    title: Promise
    about: Promise
    figures: tuple[Meaning, ...]
    columns: tuple[Meaning, ...]
    headers: tuple[str, ...]
    notes: tuple[Promise, ...] = ()
    filters_people: bool = True  # else its filter can name pools
    has_period: bool = False
    has_steps: bool = False  # by day, week or month
    has_time_zone: bool = False  # days can be read in another one than the organization's
    has_idle_days: bool = False
    is_of_content: bool = False  # of one, which its address names
    chooses_active: bool = False  # can list only who did anything in the period
    sorts: tuple[str, ...] = ()  # columns it can be sorted by, beside its own order
    takes_time: bool = False  # to find its figures: a page does not wait for them
    adds_up: bool = False  # its rows are sums, too: of many people, a page does not wait for those either

    @property
    def counts_days(self) -> bool:
        """Whether its figures are what people did on days: kept in the organization's time zone, and no other."""
        return self.has_time_zone and self.has_period

    @property
    def counts_learners(self) -> bool:
        """Whether it tells how many people did anything in the period."""
        return any(figure.key == "learners" for figure in self.figures)
