"""Files out: made while they are sent, or written whole before."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"


class _Line:
    """What the writer writes, handed back at once."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """As CSV, one at a time."""
    writer = csv.writer(_Line())
    return (cast(str, writer.writerow(row)) for row in rows)


def csv_response(lines: Iterable[str | bytes], name: str) -> HttpResponse:
    """A file to keep, called `name` (ASCII), that no cache keeps."""
    return _streamed(lines, name, CSV)


def json_response(parts: Iterable[str], name: str) -> HttpResponse:
    """The same as JSON."""
    return _streamed(parts, name, "application/json")


def _streamed(parts: Iterable[str | bytes], name: str, content_type: str) -> HttpResponse:
    response = StreamingHttpResponse(parts, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)


def nameless_file() -> BinaryIO:
    """In the home folder, gone when it is closed: memory stays small, and a cut download holds no database."""
    folder = Path(settings.RESULTS_DIRECTORY)
    folder.mkdir(parents=True, exist_ok=True)
    return cast(BinaryIO, TemporaryFile(dir=folder))


def file_response(written: BinaryIO, name: str) -> HttpResponse:
    """A CSV file that was written, from its beginning; closed when it is sent."""
    written.seek(0)
    response = FileResponse(written, as_attachment=True, filename=name, content_type=CSV)
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)
