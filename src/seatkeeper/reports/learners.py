"""Learner summary: what each person did in a period, with and without a license."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import Count, Sum

from seatkeeper.kernel import bulk
from seatkeeper.licensing.models import Status
from seatkeeper.reports.answers import Numbers, Page, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.licenses import STATUS_WORDS
from seatkeeper.reports.people import lines_of, people_of, places, who
from seatkeeper.reports.totals import numbers as numbers_of
from seatkeeper.reports.wording import LEARNERS
from seatkeeper.usage.models import Completion, LearnerDay

USED = (
    " LEFT JOIN (SELECT learner_id, COUNT(DISTINCT day) AS days_active, SUM(seconds) AS seconds, SUM(views) AS views"
    " FROM usage_learnerday WHERE organization_id = %(organization)s{among} AND day >= %(first_day)s AND day <= %(last_day)s"
    " GROUP BY learner_id) AS used ON used.learner_id = learner.id"
)
COMPLETED = (
    " LEFT JOIN (SELECT learner_id, COUNT(*) AS completions FROM usage_completion"
    " WHERE organization_id = %(organization)s{among} AND completed_on >= %(first_day)s AND completed_on <= %(last_day)s"
    " GROUP BY learner_id) AS completed ON completed.learner_id = learner.id"
)


def numbers(asked: Asked) -> Numbers:
    return numbers_of(asked, "learners")


def page(asked: Asked) -> Page:
    people, beside = people_of(asked)
    ids = [person.id for person in people]
    used, completed = _used(asked, ids), _completed(asked, ids)
    rows = [
        (
            who(person),
            STATUS_WORDS[Status(person.status)],
            *used.get(person.id, (0, 0, 0)),
            completed.get(person.id, 0),
            person.last_activity_on,
        )
        for person in people
    ]
    return Page(rows, beside.previous, beside.next)


def write(asked: Asked, output: BinaryIO) -> int:
    sql, values = query(asked)
    return bulk.write_csv(sql, values, header=LEARNERS.headers, output=output)


def query(asked: Asked) -> tuple[str, dict[str, Any]]:
    """A line for each person. Raises FilterRefused."""
    text, values = ("", {}) if asked.is_of_everyone else asked.selection()
    among = f" AND learner_id IN ({text})" if text else ""
    joins = (
        f"{USED.format(among=among)}{COMPLETED.format(among=among)}"
        " LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id"
    )
    status = "CASE standing.status WHEN 2 THEN 'active' WHEN 1 THEN 'invited' ELSE 'no license' END"
    counts = ("used.days_active", _hours("used.seconds"), "used.views", "completed.completions")
    cells = [(status, False), *((_or_zero(cell), False) for cell in counts), ("standing.last_activity_on", False)]
    days = {"first_day": asked.period.first.isoformat(), "last_day": asked.period.last.isoformat()}
    return lines_of(asked, cells, joins, text=text), values | days | places(asked)


def _used(asked: Asked, ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """By learner: days, seconds, views."""
    days = LearnerDay.objects.filter(organization_id=asked.organization_id, learner_id__in=ids)
    days = days.filter(day__gte=asked.period.first, day__lte=asked.period.last)
    sums = days.values_list("learner_id").annotate(Count("day", distinct=True), Sum("seconds"), Sum("views"))
    return {learner_id: (int(count), int(seconds), int(views)) for learner_id, count, seconds, views in sums}


def _completed(asked: Asked, ids: Sequence[int]) -> dict[int, int]:
    done = Completion.objects.filter(organization_id=asked.organization_id, learner_id__in=ids)
    done = done.filter(completed_on__gte=asked.period.first, completed_on__lte=asked.period.last)
    return dict(done.values_list("learner_id").annotate(Count("content_id")))


def _hours(seconds: str) -> str:
    """As `rows.hours` writes them."""
    hundredths = f"((COALESCE({seconds}, 0) + 18) / 36)"
    if connection.vendor == "postgresql":
        return f"ROUND(TRUNC{hundredths} / 100, 2)"
    return f"printf('%%d.%%02d', {hundredths} / 100, {hundredths} %% 100)"


def _or_zero(cell: str) -> str:
    return cell if cell.startswith(("ROUND", "printf")) else f"COALESCE({cell}, 0)"


LEARNERS_REPORT = Report(LEARNERS, numbers, page, write)
