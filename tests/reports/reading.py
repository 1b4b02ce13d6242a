"""What a report answers, as plain values to compare."""

import csv
import io
from typing import Any

from seatkeeper.reports.answers import Who
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.registry import ALL_REPORTS


def rows(key: str, asked: Asked) -> list[tuple[Any, ...]]:
    """Of its first page; people by their e-mail."""
    return [tuple(cell.email if isinstance(cell, Who) else cell for cell in row) for row in ALL_REPORTS[key].page(asked).rows]


def file(key: str, asked: Asked) -> list[list[str]]:
    """The lines below the header."""
    output = io.BytesIO()
    count = ALL_REPORTS[key].write(asked, output)
    lines = list(csv.reader(io.StringIO(output.getvalue().decode())))
    assert lines[0] == list(ALL_REPORTS[key].definition.headers)
    assert len(lines) == count + 1
    return lines[1:]


def hours(seconds: int) -> str:
    """As files write them."""
    return f"{(seconds * 100 + 1_800) // 3_600 / 100:.2f}"
