"""What one learner did: all of it, by content, and day by day. With or without a license, now as before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from seatkeeper.directory.models import Learner
from seatkeeper.gate.models import Content
from seatkeeper.usage.models import Completion, LearnerDay
from seatkeeper.usage.rules import MOST_SECONDS

A_PAGE = 50
FETCHED = 2_000


@dataclass(frozen=True, slots=True)
class Totals:
    """All of it."""

    contents: int
    days: int  # on which there was something
    seconds: int
    views: int
    completions: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class OfContent:
    """A content, also one that is no longer there."""

    title: str
    first_on: date
    last_on: date
    days: int
    seconds: int
    views: int
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class OfDay:
    """A content on a day."""

    day: date
    title: str
    seconds: int
    is_completed: bool  # for the first time


@dataclass(frozen=True, slots=True)
class LongDay:
    """A day of which more time was told than a day has."""

    day: date
    seconds: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: at a content on a day. Written as `2026-03-04.17`."""

    day: date
    content_id: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.content_id}"

    @classmethod
    def parse(cls, written: str) -> "Place | None":
        day, _, content = written.partition(".")
        if not content.isascii() or not content.isdecimal() or len(content) > len(str(1 << 62)):
            return None
        try:
            return cls(date.fromisoformat(day), int(content))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin; None: these were the last."""

    rows: list[Any]
    after: Place | None


def totals_of(learner: Learner) -> Totals:
    """Two statements."""
    found = _days(learner).aggregate(
        contents=Count("content_id", distinct=True),
        days=Count("day", distinct=True),
        seconds=Sum("seconds", default=0),
        views=Sum("views", default=0),
        first_on=Min("day"),
        last_on=Max("day"),
    )
    return Totals(**found, completions=_completions(learner).count())


def long_days_of(learner: Learner) -> list[LongDay]:
    """The latest first. One statement."""
    found = _days(learner).values("day").annotate(told=Sum("seconds")).filter(told__gt=MOST_SECONDS)
    return [LongDay(day, told) for day, told in found.order_by("-day").values_list("day", "told")]


def usage_by_content(learner: Learner, *, after: Place | None = None, size: int = A_PAGE) -> Page:
    """The content used last first. Three statements."""
    figures = {
        "first_on": Min("day"),
        "last_on": Max("day"),
        "days": Count("day"),
        "seconds": Sum("seconds"),
        "views": Sum("views"),
    }
    found = _days(learner).values("content_id").annotate(**figures).order_by("-last_on", "-content_id")
    if after:
        found = found.filter(Q(last_on__lt=after.day) | Q(last_on=after.day, content_id__lt=after.content_id))
    rows = list(found[: size + 1])
    shown = [row["content_id"] for row in rows[:size]]
    titles, completed = titles_of(learner.organization_id, shown), _completed(learner, shown)
    contents = [
        OfContent(
            title=titles.get(row["content_id"], ""),
            completed_on=completed.get(row["content_id"]),
            **{name: row[name] for name in figures},
        )
        for row in rows[:size]
    ]
    return Page(contents, Place(rows[size - 1]["last_on"], rows[size - 1]["content_id"]) if len(rows) > size else None)


def usage_by_day(learner: Learner, *, after: Place | None = None, size: int = A_PAGE) -> Page:
    """The newest day first. Three statements."""
    days = _days(learner).order_by("-day", "-content_id")
    if after:
        days = days.filter(day__lte=after.day).filter(Q(day__lt=after.day) | Q(content_id__lt=after.content_id))
    rows = list(days[: size + 1])
    end = Place(rows[size - 1].day, rows[size - 1].content_id) if len(rows) > size else None
    return Page(list(_said(learner, rows[:size])), end)


def all_usage_of(learner: Learner) -> Iterator[OfDay]:
    """Every day, the newest first."""
    after: Place | None = None
    while True:
        page = usage_by_day(learner, after=after, size=FETCHED)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


def titles_of(organization_id: int, content_ids: Iterable[int]) -> Mapping[int, str]:
    """Also of content that was removed."""
    return dict(Content.objects.filter(organization_id=organization_id, id__in={*content_ids}).values_list("id", "title"))


def _said(learner: Learner, rows: list[LearnerDay]) -> Iterator[OfDay]:
    contents = {row.content_id for row in rows}
    titles, completed = titles_of(learner.organization_id, contents), _completed(learner, contents)
    for row in rows:
        yield OfDay(row.day, titles.get(row.content_id, ""), row.seconds, completed.get(row.content_id) == row.day)


def _days(learner: Learner) -> Any:
    return LearnerDay.objects.filter(organization_id=learner.organization_id, learner_id=learner.pk)


def _completions(learner: Learner) -> Any:
    return Completion.objects.filter(organization_id=learner.organization_id, learner_id=learner.pk)


def _completed(learner: Learner, content_ids: Iterable[int]) -> dict[int, date]:
    return dict(_completions(learner).filter(content_id__in={*content_ids}).values_list("content_id", "completed_on"))
