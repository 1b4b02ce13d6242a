"""Figures of usage calculated from raw facts, by another way than the product's: each fact looked at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from seatkeeper.licensing.models import MergedProfile
from seatkeeper.usage.models import Completion, ContentDay, Fact, LearnerDay, Span, SpanTotal


@dataclass
class Figures:
    """As the tables of roll-ups hold them, without rows in which nothing is."""

    days: dict[tuple[int, date, int], tuple[int, int]] = field(default_factory=dict)  # seconds, views
    completions: dict[tuple[int, int], date] = field(default_factory=dict)
    contents: dict[tuple[int, date], tuple[int, int, int]] = field(default_factory=dict)
    spans: dict[tuple[str, date], tuple[int, int, int, int]] = field(default_factory=dict)


def kept(organization_id: int) -> Figures:
    """What the product has written down."""
    here = {"organization_id": organization_id}
    days = LearnerDay.objects.filter(**here).values_list("learner_id", "day", "content_id", "seconds", "views")
    firsts = Completion.objects.filter(**here).values_list("learner_id", "content_id", "completed_on")
    contents = ContentDay.objects.filter(**here).values_list("content_id", "day", "seconds", "views", "completions")
    spans = SpanTotal.objects.filter(**here).values_list("span", "starts_on", "learners", "seconds", "views", "completions")
    return Figures(
        {row[:3]: row[3:] for row in days},
        {row[:2]: row[2] for row in firsts},
        {row[:2]: row[2:] for row in contents if any(row[2:])},
        {row[:2]: row[2:] for row in spans if any(row[2:])},
    )


def reckoned(organization_id: int) -> Figures:
    """From the facts alone."""
    into = dict(MergedProfile.objects.filter(organization_id=organization_id, stands=True).values_list("learner_id", "into_id"))
    figures, spans = Figures(), defaultdict[tuple[str, date], list[Any]](lambda: [set(), 0, set(), 0])
    for fact in Fact.objects.filter(organization_id=organization_id):
        owner = fact.learner_id
        while owner in into:
            owner = into[owner]
        cell, first = (owner, fact.day, fact.content_id), (owner, fact.content_id)
        seconds, views = figures.days.get(cell, (0, 0))
        figures.days[cell] = (seconds + fact.seconds, max(views, fact.views))
        if fact.completions:
            figures.completions[first] = min(fact.day, figures.completions.get(first, date.max))
        for span in starts(fact.day):
            spans[span][0].add(owner)
            spans[span][1] += fact.seconds
            if fact.views:
                spans[span][2].add(cell)
    contents = defaultdict[tuple[int, date], list[int]](lambda: [0, 0, 0])
    for (_, day, content), (seconds, views) in figures.days.items():
        contents[content, day][0] += seconds
        contents[content, day][1] += views
    for (_, content), day in figures.completions.items():
        contents[content, day][2] += 1
        for span in starts(day):
            spans[span][3] += 1
    figures.contents = {key: (row[0], row[1], row[2]) for key, row in contents.items() if any(row)}
    figures.spans = {key: (len(row[0]), row[1], len(row[2]), row[3]) for key, row in spans.items()}
    return figures


def starts(day: date) -> list[tuple[str, date]]:
    return [
        (Span.DAY.value, day),
        (Span.WEEK.value, day - timedelta(days=day.weekday())),
        (Span.MONTH.value, day.replace(day=1)),
    ]
