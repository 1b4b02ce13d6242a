"""Rows that are few enough to be made here: pages of them, and their file."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from math import floor, log10
from typing import Any, BinaryIO

from seatkeeper.reports.answers import Page
from seatkeeper.reports.asked import Asked

ROWS = 50


def page_by_day(rows: Sequence[Sequence[Any]], asked: Asked) -> Page:
    """Of rows that begin with a day, the newest first; a cursor is the first or last day of a page."""
    further = [row for row in rows if not asked.after or row[0].isoformat() < asked.after]
    if asked.before:
        further = [row for row in rows if row[0].isoformat() > asked.before][-ROWS:]
    shown = further[:ROWS]
    if not shown:
        return Page(())
    first, last = shown[0][0].isoformat(), shown[-1][0].isoformat()
    return Page(shown, "" if shown[0] == rows[0] else first, "" if shown[-1] == rows[-1] else last)


def page_by_place(rows: Sequence[Sequence[Any]], asked: Asked) -> Page:
    """A cursor is the number of rows before a page."""
    start = _number(asked.after)
    if asked.before:
        start = max(0, _number(asked.before) - ROWS)
    following = str(start + ROWS) if start + ROWS < len(rows) else ""
    return Page(rows[start : start + ROWS], str(start) if start else "", following)


def write_rows(headers: Sequence[str], rows: Sequence[Sequence[Any]], output: BinaryIO) -> int:
    """Their names are the organization's own, as `guarded` made them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    output.write(text.getvalue().encode())
    return len(rows)


def hours(seconds: int) -> str:
    """As files write them: hours to two places."""
    hundredths = (seconds + 18) // 36
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def rate(value: float) -> Decimal:
    """As pages and files write it: to one place, and what is less than one to two digits, so that little is not nothing."""
    places = 1 - floor(log10(abs(value))) if 0 < abs(value) < 1 else 1
    return Decimal(f"{value or 0.0:.{places}f}")  # no minus before a zero


def _number(cursor: str) -> int:
    return int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 9 else 0
