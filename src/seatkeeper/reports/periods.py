"""Spans of days: what was asked for in an address, and the days, weeks and months in it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAYS = {"30": 30, "90": 90, "365": 365}
NAMES = (*DAYS, "month", "quarter", "year")
USUAL = "90"
MOST_DAYS = 3_660
ONE_DAY = timedelta(days=1)


class Step(StrEnum):
    """What a report over time has a line for. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start(self, day: date) -> date:
        """Of the day, week or month that a day is in."""
        if self == Step.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self == Step.MONTH else day

    def end(self, day: date) -> date:
        if self == Step.WEEK:
            return self.start(day) + timedelta(days=6)
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - ONE_DAY if self == Step.MONTH else day


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one. `name`: as an address has it; empty: from one day to another."""

    first: date
    last: date
    name: str = ""

    def starts(self, step: Step) -> Iterator[date]:
        """Of every day, week or month that has a day of the period in it, the newest first."""
        start = step.start(self.last)
        while start >= step.start(self.first):
            yield start
            start = step.start(start - ONE_DAY)

    def whole(self, step: Step) -> "Period":
        """With the rest of the weeks or months that it begins and ends in."""
        return Period(step.start(self.first), step.end(self.last))


def read_period(data: Mapping[str, str], *, today: date) -> Period:
    """`period` by its name, or `from` and `to`. What is none counts as not written; the end never lies after today."""
    first, last = _day(data.get("from", "")), _day(data.get("to", ""))
    if first is None and last is None:
        return _named(data.get("period", ""), today)
    last = min(last or today, today)
    first = first or last - timedelta(days=DAYS[USUAL] - 1)
    first, last = min(first, last), max(first, last)
    last = min(last, today)
    return Period(max(min(first, last), last - timedelta(days=MOST_DAYS - 1)), last)


def are_other_days(data: Mapping[str, str], period: Period, *, today: date) -> bool:
    """Whether `from` or `to` names a day at which the period neither begins nor ends. One after today ends today."""
    first, last = data.get("from", ""), data.get("to", "")
    ahead = _day(last)
    named = {first} if ahead is not None and ahead > today else {first, last}
    return not named <= {"", period.first.isoformat(), period.last.isoformat()}


def read_step(data: Mapping[str, str], period: Period) -> Step:
    """By its name; else what gives a plot that can be read."""
    if data.get("by") in list(Step):
        return Step(data["by"])
    days = (period.last - period.first).days
    return Step.DAY if days < 45 else Step.WEEK if days < 200 else Step.MONTH


def _named(name: str, today: date) -> Period:
    match name:
        case "month":
            return Period(today.replace(day=1), today, name)
        case "quarter":
            return Period(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today, name)
        case "year":
            return Period(date(today.year, 1, 1), today, name)
    name = name if name in DAYS else USUAL
    return Period(today - timedelta(days=DAYS[name] - 1), today, name)


def _day(text: str) -> date | None:
    try:
        return max(date.fromisoformat(text), date(1970, 1, 1)) if len(text) == 10 else None
    except ValueError:
        return None
