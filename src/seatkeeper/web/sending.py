"""Files out, made while they are sent."""

from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"


def csv_response(lines: Iterable[str | bytes], name: str) -> HttpResponse:
    """A file to keep, called `name` (ASCII), that no cache keeps."""
    response = StreamingHttpResponse(lines, content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)
