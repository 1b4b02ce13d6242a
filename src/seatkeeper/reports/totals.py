"""What people did, added up: over a period, and by day, week or month.

Of everyone, usage keeps totals, which count who was erased, too. Of some people, their own days are added up:
those are found by the learner. So is everything on the days of another time zone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from seatkeeper.directory.models import Standing
from seatkeeper.directory.ranges import id_range
from seatkeeper.reports.answers import Numbers, OverTime
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.periods import Period, Step
from seatkeeper.reports.sources import STATEMENTS, as_date, period_of, rows_of_people
from seatkeeper.usage.models import LearnerDay, Span, SpanTotal
from seatkeeper.usage.statements import starts_of


@dataclass(slots=True)
class Total:
    """Of a span of days. `learners`: who did anything, each once."""

    learners: int = 0
    seconds: int = 0
    views: int = 0
    completions: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the period, to the day; and of each day, week or month in it, by its first day: whole ones."""

    total: Total
    by_step: dict[date, Total]


def numbers(asked: Asked, measure: str) -> Numbers:
    """Figures, and one of them over time. Raises FilterRefused."""
    found = asked.once("sums", sums)
    starts = sorted(found.by_step)
    value = {"learners": "learners", "hours": "seconds"}[measure]
    values = [getattr(found.by_step[start], value) for start in starts]
    total = found.total
    figures = {
        "learners": total.learners,
        "hours": total.seconds,
        "views": total.views,
        "completions": total.completions,
    }
    return Numbers(figures, OverTime(starts, {measure: values}) if any(values) else None)


def are_at_hand(asked: Asked) -> bool:
    """Whether nobody's days need to be read. Else they are where they are few. Raises FilterRefused."""
    known = asked.has_totals and (asked.period.last >= asked.today or _span_of(asked.period) is not None)
    return known or asked.is_added_up_at_once


def sums(asked: Asked) -> Sums:
    """Raises FilterRefused."""
    return _sums_of_everyone(asked) if asked.has_totals else _sums_of_people(asked)


def _sums_of_everyone(asked: Asked) -> Sums:
    by_step = {start: Total() for start in asked.period.starts(asked.step)}
    for one in _spans(asked, asked.step, asked.period.whole(asked.step)):
        by_step[one.starts_on] = Total(one.learners, one.seconds, one.views, one.completions)
    days = _spans(asked, Step.DAY, asked.period)
    found = days.aggregate(seconds=Sum("seconds"), views=Sum("views"), completions=Sum("completions"))
    whole = {name: int(value or 0) for name, value in found.items()}
    return Sums(Total(_learners(asked), whole["seconds"], whole["views"], whole["completions"]), by_step)


def _sums_of_people(asked: Asked) -> Sums:
    by_step = {start: Total() for start in asked.period.starts(asked.step)}
    total = Total()
    for row in rows_of_people("usage_of_people", asked, start=_start(asked, "day"), active=_active(asked)):
        start, *found, seconds, views, total.learners = row
        by_step[as_date(start)] = Total(*map(int, found))
        total.seconds += int(seconds or 0)
        total.views += int(views or 0)
    for start, count, within in rows_of_people("completions_of_people", asked, start=_start(asked, "completed_on")):
        by_step[as_date(start)].completions = count
        total.completions += within
    return Sums(total, by_step)


def _active(asked: Asked) -> str:
    """SQL that counts who did anything in the period. Raises FilterRefused."""
    if asked.is_elsewhere:
        return STATEMENTS.text("active_of_people")
    selection, _ = asked.selection()
    return STATEMENTS.compose("active_among", selection=selection)


def _start(asked: Asked, day: str) -> str:
    return starts_of(Span(asked.step), day)


def _learners(asked: Asked) -> int:
    """Each once. Totals tell of a day, week or month, everyone's last activity of a period that ends today."""
    if step := _span_of(asked.period):
        return _spans(asked, step, asked.period).values_list("learners", flat=True).first() or 0
    if asked.period.last < asked.today:
        (count,) = STATEMENTS.row("active_of_everyone", period_of(asked))
        return int(count)
    since = Standing.objects.filter(organization_id=asked.organization_id, last_activity_on__gte=asked.period.first)
    until = since.filter(last_activity_on__lte=asked.period.last)
    later = since.filter(_did_anything(asked), last_activity_on__gt=asked.period.last)
    first_id, last_id = id_range(asked.organization_id)
    (erased,) = STATEMENTS.row("erased_since", period_of(asked) | {"first_id": first_id, "last_id": last_id})
    return until.count() + later.count() + int(erased)


def _span_of(period: Period) -> Step | None:
    """What the period is one of."""
    return next((step for step in Step if period.whole(step) == period and step.start(period.last) == period.first), None)


def _did_anything(asked: Asked) -> Exists:
    """For the few of whom something on a day after today is told, by where that day has begun."""
    days = LearnerDay.objects.filter(organization_id=asked.organization_id, learner_id=OuterRef("learner_id"))
    return Exists(days.filter(day__gte=asked.period.first, day__lte=asked.period.last))


def _spans(asked: Asked, step: Step, period: Period) -> Any:
    return SpanTotal.objects.filter(
        organization_id=asked.organization_id, span=step.value, starts_on__gte=period.first, starts_on__lte=period.last
    )
