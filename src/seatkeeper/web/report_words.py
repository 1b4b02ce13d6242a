"""Reports as a page shows them: choices, headings, cells and figures in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from seatkeeper.reports.answers import Numbers
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.definitions import Definition, Kind, Meaning
from seatkeeper.reports.periods import Period, Step
from seatkeeper.reports.rows import hours, rate
from seatkeeper.web.numbers import number

PERIODS: tuple[tuple[str, Promise], ...] = (
    ("30", gettext_lazy("Last 30 days")),
    ("90", gettext_lazy("Last 90 days")),
    ("365", gettext_lazy("Last 365 days")),
    ("month", gettext_lazy("This month")),
    ("quarter", gettext_lazy("This quarter")),
    ("year", gettext_lazy("This year")),
    ("", gettext_lazy("From … to …")),
)
STEPS: tuple[tuple[Step, Promise], ...] = (
    (Step.DAY, gettext_lazy("Day")),
    (Step.WEEK, gettext_lazy("Week")),
    (Step.MONTH, gettext_lazy("Month")),
)
NONE = "–"  # in place of a figure
STATUSES = {
    "active": ("active", gettext_lazy("Active")),
    "invited": ("invited", gettext_lazy("Invited")),
    "no license": ("none", gettext_lazy("No license")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row. `data`: what a page needs beside the words, such as whose profile it leads to."""

    label: Promise
    kind: Kind
    text: str
    data: Any = None
    is_number: bool = False
    address: str = ""  # where it leads


@dataclass(frozen=True, slots=True)
class Figure:
    """One that stands above the table. `unknown`: why there is none, where there is none and that can be told."""

    label: Promise
    text: str
    unknown: Promise | str


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a column: where it leads to sort by it, and how it is sorted now; empty where it can't be."""

    label: Promise
    is_number: bool
    query: str = ""
    state: str = ""


def period_choices(period: Period) -> list[tuple[str, Promise, bool]]:
    return [(name, words, name == period.name) for name, words in PERIODS]


def step_choices(step: Step) -> list[tuple[str, Promise, bool]]:
    return [(one.value, words, one == step) for one, words in STEPS]


def headings_of(definition: Definition, asked: Asked, address: Callable[..., str]) -> list[Heading]:
    """By a person's name from A on, by a day from the latest on; the other way round when clicked again."""
    column, is_descending = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    if definition.sorts and column not in definition.sorts:
        column, is_descending = definition.sorts[0], False
    headings = []
    for one in definition.columns:
        if one.key not in definition.sorts:
            headings.append(Heading(one.label, one.is_number))
            continue
        is_current = one.key == column
        down = not is_descending if is_current else one.kind == Kind.DAY
        state = ("descending" if is_descending else "ascending") if is_current else ""
        headings.append(Heading(one.label, one.is_number, address(sort=f"-{one.key}" if down else one.key), state))
    return headings


def cells_of(definition: Definition, row: Sequence[Any], *, address: str = "") -> list[Cell]:
    """`address`: where its first one leads."""
    first, *others = (_cell(column, value) for column, value in zip(definition.columns, row, strict=True))
    return [replace(first, address=address), *others]


def figures_of(definition: Definition, found: Numbers) -> list[Figure]:
    return [_figure(one, found) for one in definition.figures]


def _figure(meaning: Meaning, found: Numbers) -> Figure:
    shown = written(meaning.kind, found.figures.get(meaning.key))
    return Figure(meaning.label, shown or NONE, "" if shown else found.unknown.get(meaning.key, ""))


def written(kind: Kind, value: Any) -> str:
    """A value as the reader's language has it; empty for none."""
    if value is None or value == "":
        return ""
    match kind:
        case Kind.COUNT:
            return number(value)
        case Kind.DECIMAL:
            return str(number_format(value, 1, use_l10n=True, force_grouping=True))
        case Kind.RATE:
            return str(number_format(rate(value), use_l10n=True, force_grouping=True))
        case Kind.HOURS:
            return _hours(value)
        case Kind.DAY:
            return date_format(value, "SHORT_DATE_FORMAT")
        case Kind.MOMENT:
            return date_format(localtime(value) if isinstance(value, datetime) else value, "SHORT_DATE_FORMAT")
        case Kind.STATUS:
            return str(STATUSES[value][1])
    return str(value)


def _hours(seconds: int) -> str:
    """To two places, as files and plots have them; what is so little that it would read as nothing says so."""
    two_places = hours(seconds)
    if seconds and not float(two_places):
        return gettext("< %(least)s") % {"least": number_format("0.01", 2, use_l10n=True)}
    return str(number_format(two_places, 2, use_l10n=True, force_grouping=True))


def _cell(column: Meaning, value: Any) -> Cell:
    if column.kind == Kind.PERSON:
        return Cell(column.label, column.kind, value.name or value.email, value)
    data = STATUSES[value][0] if column.kind == Kind.STATUS else None
    return Cell(column.label, column.kind, written(column.kind, value), data, column.is_number)
