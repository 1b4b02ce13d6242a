"""Organization summary: what everyone, or some people, did over time."""

from dataclasses import replace
from datetime import date
from typing import BinaryIO

from seatkeeper.reports.answers import Further, Numbers, Page, Report
from seatkeeper.reports.asked import ACTIVE, Asked
from seatkeeper.reports.rows import hours, page_by_day, write_rows
from seatkeeper.reports.totals import numbers as numbers_of
from seatkeeper.reports.totals import sums
from seatkeeper.reports.wording import ORGANIZATION


def numbers(asked: Asked) -> Numbers:
    return numbers_of(asked, "hours")


def page(asked: Asked) -> Page:
    found = page_by_day(_rows(asked), asked)
    return replace(found, further=[_who_was_active(asked, start) if learners else None for start, learners, *_ in found.rows])


def write(asked: Asked, output: BinaryIO) -> int:
    rows = [(start, learners, hours(seconds), *rest) for start, learners, seconds, *rest in _rows(asked)]
    return write_rows(ORGANIZATION.headers, rows, output)


def _rows(asked: Asked) -> list[tuple[date, int, int, int, int]]:
    """The newest first; nothing where nothing was ever done. Raises FilterRefused."""
    totals = sorted(asked.once("sums", sums).by_step.items(), reverse=True)
    if not any(total.learners or total.completions for _, total in totals):
        return []
    return [(start, total.learners, total.seconds, total.views, total.completions) for start, total in totals]


def _who_was_active(asked: Asked, start: date) -> Further:
    """In the whole day, week or month: the same whom its row counts."""
    days = {"period": "", "from": start.isoformat(), "to": asked.step.end(start).isoformat()}
    return Further("learners", {**days, "by": "", "sort": "", "who": ACTIVE})


ORGANIZATION_REPORT = Report(ORGANIZATION, numbers, page, write)
