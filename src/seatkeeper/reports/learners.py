"""Learner summary: what each person did in a period, with and without a license."""

from typing import BinaryIO

from seatkeeper.licensing.models import Status
from seatkeeper.reports.active import people_active
from seatkeeper.reports.answers import Numbers, Page, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.each import COMPLETIONS, USED, Statement, lines_of_each, write_each
from seatkeeper.reports.licenses import STATUS_WORDS
from seatkeeper.reports.people import people_of, who
from seatkeeper.reports.sources import last_day_of, last_days_of, rows_of_some
from seatkeeper.reports.totals import numbers as numbers_of
from seatkeeper.reports.wording import LEARNERS


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
    return write_each(LEARNERS, _lines, asked, output)


def _lines(asked: Asked) -> Statement:
    seen, last_day = last_day_of(asked)
    joins = f" LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id{seen}"
    status = "CASE standing.status WHEN 2 THEN 'active' WHEN 1 THEN 'invited' ELSE 'no license' END"
    return lines_of_each(asked, (status, *USED, COMPLETIONS, last_day), joins)


LEARNERS_REPORT = Report(LEARNERS, numbers, page, write)
