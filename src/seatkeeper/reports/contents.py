"""Content: what was viewed, for how long, and completed."""

from typing import Any, BinaryIO

from seatkeeper.gate.models import Content, Kind
from seatkeeper.reports.answers import Further, Numbers, Page, Ranking, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.rows import hours, page_by_place, write_rows
from seatkeeper.reports.sources import STATEMENTS, of_content, period_of, rows_of_people
from seatkeeper.reports.wording import CONTENT
from seatkeeper.uploads.cells import guarded

BARS = 12
PEOPLE = "content-people"  # the report to which a row leads
Sums = tuple[int, int, int, int]  # content, views, seconds, completions
Row = tuple[str, str, int, int, int]


def numbers(asked: Asked) -> Numbers:
    sums = asked.once("content", sums_of)
    figures = {
        "contents": len(sums),
        "views": sum(one[1] for one in sums),
        "hours": sum(one[2] for one in sums),
        "completions": sum(one[3] for one in sums),
    }
    bars = [(title, views) for title, _, views, *_ in _rows(asked, sums[:BARS])]
    return Numbers(figures, Ranking("views", bars) if bars else None)


def page(asked: Asked) -> Page:
    found = page_by_place(asked.once("content", sums_of), asked)
    known = _titled(asked, [(one[0], one[1], one[2], one[3]) for one in found.rows])
    further = [Further(PEOPLE, {"content": str(content), "sort": ""}) for content, _ in known]
    return Page([row for _, row in known], found.previous, found.next, further)


def write(asked: Asked, output: BinaryIO) -> int:
    rows = [
        (guarded(title), kind, views, hours(seconds), completions)
        for title, kind, views, seconds, completions in _rows(asked, asked.once("content", sums_of))
    ]
    return write_rows(CONTENT.headers, rows, output)


def sums_of(asked: Asked) -> list[Sums]:
    """Of each content with which anything was done in the period: the most viewed first. Raises FilterRefused."""
    if asked.has_totals:
        rows = STATEMENTS.rows("contents_of_everyone", period_of(asked), **of_content(asked))
    else:
        rows = _rows_of_people(asked)
    sums = [(int(content), int(views), int(seconds), int(done)) for content, views, seconds, done in rows]
    return sorted((one for one in sums if any(one[1:])), key=lambda one: (-one[1], -one[2], one[0]))


def content_of(asked: Asked) -> Content | None:
    """The one asked about, removed or not; none where it is about all."""
    if asked.content_id is None:
        return None
    contents = Content.objects.filter(organization_id=asked.organization_id, id=asked.content_id)
    return asked.once("content asked about", lambda asked: contents.first())


def _rows_of_people(asked: Asked) -> list[tuple[Any, ...]]:
    used = {content: sums for content, *sums in rows_of_people("contents_of_people", asked)}
    completed = dict(rows_of_people("contents_completed_by_people", asked))
    return [(content, *used.get(content, (0, 0)), completed.get(content, 0)) for content in used.keys() | completed.keys()]


def _rows(asked: Asked, sums: list[Sums]) -> list[Row]:
    return [row for _, row in _titled(asked, sums)]


def _titled(asked: Asked, sums: list[Sums]) -> list[tuple[int, Row]]:
    """Each content with its row, which has title and kind; what was removed keeps them."""
    contents = Content.objects.filter(organization_id=asked.organization_id)
    if len(sums) <= BARS * 5:
        contents = contents.filter(id__in=[one[0] for one in sums])
    kinds = {kind: str(label) for kind, label in Kind.choices}  # translated once: there may be many thousand contents
    known = {content: (title, kinds[kind]) for content, title, kind in contents.values_list("id", "title", "kind")}
    return [(one[0], (*known[one[0]], one[1], one[2], one[3])) for one in sums if one[0] in known]


CONTENT_REPORT = Report(CONTENT, numbers, page, write)
