"""Who used a content: what each person did with it in a period, with and without a license."""

from typing import BinaryIO

from seatkeeper.reports.active import people_active
from seatkeeper.reports.answers import Numbers, Page, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.contents import sums_of
from seatkeeper.reports.each import USED, Statement, lines_of_each, write_each
from seatkeeper.reports.people import who
from seatkeeper.reports.sources import as_date, rows_of_some
from seatkeeper.reports.wording import CONTENT_PEOPLE

LAST_DAY = ", MAX(day) AS last_used_on"
COMPLETED_ON = ", MIN(completed_on) AS completed_on"


def numbers(asked: Asked) -> Numbers:
    """As its line among all content has them."""
    (_, views, seconds, completions), *_ = [*asked.once("content", sums_of), (0, 0, 0, 0)]
    return Numbers({"views": views, "hours": seconds, "completions": completions})


def page(asked: Asked) -> Page:
    people, beside = people_active(asked)
    ids = [person.id for person in people]
    used = {row[0]: row[1:] for row in rows_of_some("used_by_each", asked, ids, more=LAST_DAY)}
    completed = {row[0]: as_date(row[2]) for row in rows_of_some("completed_by_each", asked, ids, more=COMPLETED_ON)}
    rows = []
    for person in people:
        if person.id not in used:  # merged or erased in between
            continue
        days, seconds, views, last = used[person.id]
        rows.append((who(person), int(days), int(seconds), int(views), completed.get(person.id), as_date(last)))
    return Page(rows, beside.previous, beside.next)


def write(asked: Asked, output: BinaryIO) -> int:
    return write_each(CONTENT_PEOPLE, _lines, asked, output)


def _lines(asked: Asked) -> Statement:
    cells = (*USED, "completed.completed_on", "used.last_used_on")
    return lines_of_each(asked, cells, used=LAST_DAY, completed=COMPLETED_ON)


CONTENT_PEOPLE_REPORT = Report(CONTENT_PEOPLE, numbers, page, write)
