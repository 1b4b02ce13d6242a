"""Learner summary: what each person did in a period, with and without a license."""

from typing import Any, BinaryIO

from django.db import connection

from seatkeeper.kernel import bulk
from seatkeeper.licensing.models import Status
from seatkeeper.reports.active import people_active
from seatkeeper.reports.answers import Numbers, Page, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.licenses import STATUS_WORDS
from seatkeeper.reports.people import lines_of, people_of, places, who
from seatkeeper.reports.rows import write_rows
from seatkeeper.reports.sources import STATEMENTS, last_day_of, last_days_of, period_of, rows_of_some, source_of
from seatkeeper.reports.totals import numbers as numbers_of
from seatkeeper.reports.wording import LEARNERS

PEOPLE_AT_ONCE = 5_000


def numbers(asked: Asked) -> Numbers:
    return numbers_of(asked, "learners")


def page(asked: Asked) -> Page:
    people, beside = people_active(asked) if asked.is_of_active else people_of(asked)
    ids = [person.id for person in people]
    used = {row[0]: tuple(map(int, row[1:])) for row in rows_of_some("used_by_each", asked, ids)}
    completed = dict(rows_of_some("completed_by_each", asked, ids))
    last_days = last_days_of(asked, people)
    rows = [
        (
            who(person),
            STATUS_WORDS[Status(person.status)],
            *used.get(person.id, (0, 0, 0)),
            completed.get(person.id, 0),
            last_days.get(person.id),
        )
        for person in people
    ]
    return Page(rows, beside.previous, beside.next)


def write(asked: Asked, output: BinaryIO) -> int:
    if connection.vendor == "postgresql":
        sql, values = query(asked)
        return bulk.write_csv(sql, values, header=LEARNERS.headers, output=output)
    # What SQLite adds up for each person lies in its memory: so, not for everybody at once.
    write_rows(LEARNERS.headers, (), output)
    return sum(bulk.write_csv(*query(part), output=output) for part in asked.parts(PEOPLE_AT_ONCE))


def query(asked: Asked) -> tuple[str, dict[str, Any]]:
    """A line for each person. Raises FilterRefused."""
    text, values = ("", {}) if asked.is_of_everyone else asked.selection()
    source, among = source_of(asked), f"learner_id IN ({text})" if text else "TRUE"
    used = STATEMENTS.compose("used_by_each", among=among, days=source.days)
    completed = STATEMENTS.compose("completed_by_each", among=among, completions=source.completions)
    seen, last_day = last_day_of(asked)
    joins = (
        f" LEFT JOIN ({used}) AS used ON used.learner_id = learner.id"
        f" LEFT JOIN ({completed}) AS completed ON completed.learner_id = learner.id"
        f" LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id{seen}"
    )
    status = "CASE standing.status WHEN 2 THEN 'active' WHEN 1 THEN 'invited' ELSE 'no license' END"
    counts = ("used.days_active", _hours("used.seconds"), "used.views", "completed.completions")
    cells = [(status, False), *((_or_zero(cell), False) for cell in counts), (last_day, False)]
    # Not that there is a row of theirs: SQLite would begin with those rows, and then sort everyone.
    where = "COALESCE(used.days_active, 0) > 0" if asked.is_of_active else ""
    return lines_of(asked, cells, joins, text=text, where=where), {
        **values,
        **source.values,
        **period_of(asked),
        **places(asked),
    }


def _hours(seconds: str) -> str:
    """As `rows.hours` writes them."""
    hundredths = f"((COALESCE({seconds}, 0) + 18) / 36)"
    if connection.vendor == "postgresql":
        return f"ROUND(TRUNC{hundredths} / 100, 2)"
    return f"printf('%%d.%%02d', {hundredths} / 100, {hundredths} %% 100)"


def _or_zero(cell: str) -> str:
    return cell if cell.startswith(("ROUND", "printf")) else f"COALESCE({cell}, 0)"


LEARNERS_REPORT = Report(LEARNERS, numbers, page, write)
