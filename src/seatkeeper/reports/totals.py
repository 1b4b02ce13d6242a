"""What people did, added up: over a period, and by day, week or month.

Of everyone, usage keeps totals, which count who was erased, too. Of some people, their own days are added up:
those are found by the learner.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from seatkeeper.directory.models import Standing
from seatkeeper.directory.ranges import id_range
from seatkeeper.kernel.sql import Statements
from seatkeeper.reports.answers import Numbers, OverTime
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.periods import Period, Step
from seatkeeper.usage.models import Span, SpanTotal
from seatkeeper.usage.statements import starts_of

STATEMENTS = Statements("seatkeeper.reports")


@dataclass(slots=True)
class Total:
    """Of a span of days. `learners`: who did anything, each once; None where nobody counted them."""

    learners: int | None = 0
    seconds: int = 0
    views: int = 0
    completions: int = 0


def figures(asked: Asked) -> dict[str, Any]:
    """For the figures above a table. Raises FilterRefused."""
    total = total_of(asked)
    return {
        "learners": total.learners,
        "hours": total.seconds,
        "views": total.views,
        "completions": total.completions,
    }


def numbers(asked: Asked, measure: str) -> Numbers:
    """Figures, and one of them over time."""
    by_step = asked.once("totals", totals_by_step)
    starts = sorted(by_step)
    value = {"learners": "learners", "hours": "seconds"}[measure]
    values = [getattr(by_step[start], value) or 0 for start in starts]
    return Numbers(figures(asked), OverTime(starts, {measure: values}) if any(values) else None)


def total_of(asked: Asked) -> Total:
    """Of the period, to the day."""
    if not asked.is_of_everyone:
        return _total_of_people(asked)
    days = _spans(asked, Step.DAY, asked.period)
    sums = days.aggregate(seconds=Sum("seconds"), views=Sum("views"), completions=Sum("completions"))
    found = {name: int(value or 0) for name, value in sums.items()}
    return Total(_learners(asked), found["seconds"], found["views"], found["completions"])


def totals_by_step(asked: Asked) -> dict[date, Total]:
    """Of each day, week or month that begins in the period or that the period begins in, by its first day: whole ones."""
    period = asked.period.whole(asked.step)
    found = {start: Total() for start in asked.period.starts(asked.step)}
    if asked.is_of_everyone:
        for one in _spans(asked, asked.step, period):
            found[one.starts_on] = Total(one.learners, one.seconds, one.views, one.completions)
        return found
    selection, values = asked.selection()
    where = _where(asked, period) | values
    starts = {name: starts_of(Span(asked.step), name) for name in ("day", "completed_on")}
    for start, *sums in STATEMENTS.rows("usage_of_people_by_step", where, selection=selection, day=starts["day"]):
        found[as_date(start)] = Total(*map(int, sums))
    statement = "completions_of_people_by_step"
    for start, count in STATEMENTS.rows(statement, where, selection=selection, completed_on=starts["completed_on"]):
        found[as_date(start)].completions = count
    return found


def period_of(asked: Asked) -> dict[str, Any]:
    """The organization and the days, for a statement."""
    return _where(asked, asked.period)


def as_date(value: Any) -> date:
    """SQLite answers text."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _total_of_people(asked: Asked) -> Total:
    selection, values = asked.selection()
    where = period_of(asked) | values
    learners, seconds, views = STATEMENTS.row("usage_of_people", where, selection=selection)
    (completions,) = STATEMENTS.row("completions_of_people", where, selection=selection)
    return Total(learners, int(seconds), int(views), completions)


def _learners(asked: Asked) -> int | None:
    """Each once. A period that is no day, week or month is looked up by everyone's last activity: so it ends today."""
    period = asked.period
    for step in Step:
        if period.whole(step) == period and step.start(period.last) == period.first:
            return _spans(asked, step, period).values_list("learners", flat=True).first() or 0
    if period.last < asked.today:
        return None
    since = Standing.objects.filter(organization_id=asked.organization_id, last_activity_on__gte=period.first)
    first_id, last_id = id_range(asked.organization_id)
    (erased,) = STATEMENTS.row("erased_since", period_of(asked) | {"first_id": first_id, "last_id": last_id})
    return since.filter(last_activity_on__isnull=False).count() + int(erased)


def _spans(asked: Asked, step: Step, period: Period) -> Any:
    return SpanTotal.objects.filter(
        organization_id=asked.organization_id, span=step.value, starts_on__gte=period.first, starts_on__lte=period.last
    )


def _where(asked: Asked, period: Period) -> dict[str, Any]:
    return {
        "organization": asked.organization_id,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }
