"""What a report answers, as plain values to compare."""

import csv
import io
from typing import Any

from seatkeeper.reports.answers import Who
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.registry import REPORTS


def rows(key: str, asked: Asked) -> list[tuple[Any, ...]]:
    """Of its first page; people by their e-mail."""
    return [tuple(cell.email if isinstance(cell, Who) else cell for cell in row) for row in REPORTS[key].page(asked).rows]


def file(key: str, asked: Asked) -> list[list[str]]:
    """The lines below the header."""
    output = io.BytesIO()
    count = REPORTS[key].write(asked, output)
    lines = list(csv.reader(io.StringIO(output.getvalue().decode())))
    assert lines[0] == list(REPORTS[key].definition.headers)
    assert len(lines) == count + 1
    return lines[1:]
