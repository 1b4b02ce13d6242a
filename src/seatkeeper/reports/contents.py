"""Content: what was viewed, for how long, and completed."""

from typing import Any, BinaryIO

from seatkeeper.gate.models import Content
from seatkeeper.reports.answers import Numbers, Page, Ranking, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.rows import hours, page_by_place, write_rows
from seatkeeper.reports.sources import STATEMENTS, period_of, rows_of_people
from seatkeeper.reports.wording import CONTENT
from seatkeeper.uploads.cells import guarded

BARS = 12
Sums = tuple[int, int, int, int]  # content, views, seconds, completions


def numbers(asked: Asked) -> Numbers:
    sums = asked.once("content", _sums)
    figures = {
        "contents": len(sums),
        "views": sum(one[1] for one in sums),
        "hours": sum(one[2] for one in sums),
        "completions": sum(one[3] for one in sums),
    }
    bars = [(title, views) for title, _, views, *_ in _rows(asked, sums[:BARS])]
    return Numbers(figures, Ranking("views", bars) if bars else None)


def page(asked: Asked) -> Page:
    found = page_by_place(asked.once("content", _sums), asked)
    return Page(_rows(asked, [(one[0], one[1], one[2], one[3]) for one in found.rows]), found.previous, found.next)


def write(asked: Asked, output: BinaryIO) -> int:
    rows = [
        (guarded(title), kind, views, hours(seconds), completions)
        for title, kind, views, seconds, completions in _rows(asked, asked.once("content", _sums))
    ]
    return write_rows(CONTENT.headers, rows, output)


def _sums(asked: Asked) -> list[Sums]:
    """Of each content with which anything was done in the period: the most viewed first. Raises FilterRefused."""
    rows = STATEMENTS.rows("contents_of_everyone", period_of(asked)) if asked.has_totals else _rows_of_people(asked)
    sums = [(int(content), int(views), int(seconds), int(done)) for content, views, seconds, done in rows]
    return sorted((one for one in sums if any(one[1:])), key=lambda one: (-one[1], -one[2], one[0]))


def _rows_of_people(asked: Asked) -> list[tuple[Any, ...]]:
    used = {content: sums for content, *sums in rows_of_people("contents_of_people", asked)}
    completed = dict(rows_of_people("contents_completed_by_people", asked))
    return [(content, *used.get(content, (0, 0)), completed.get(content, 0)) for content in used.keys() | completed.keys()]


def _rows(asked: Asked, sums: list[Sums]) -> list[tuple[str, str, int, int, int]]:
    """With title and kind; what was removed keeps them."""
    contents = Content.objects.filter(organization_id=asked.organization_id).only("id", "title", "kind")
    if len(sums) <= BARS * 5:
        contents = contents.filter(id__in=[one[0] for one in sums])
    known = {content.id: content for content in contents}
    return [
        (known[one[0]].title, str(known[one[0]].get_kind_display()), one[1], one[2], one[3]) for one in sums if one[0] in known
    ]


CONTENT_REPORT = Report(CONTENT, numbers, page, write)
