"""Which content an address belongs to: the one with the longest path that begins it, by whole segments.

`/courses` covers `/courses/python/1.html`, not `/courses-old`. Capital letters make no difference,
as on some servers they don't. A path that two servers may read differently belongs to nothing: who
asks for `/free/..%2fpaid` gets no answer made for `/free`.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from seatkeeper.gate.errors import BadAddress

MOST_SEGMENTS = 20  # of the path of content; requests may have more
LONGEST = 2_000
HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?")
TWO_MEANINGS = re.compile(r"%2f|%5c|%00", re.IGNORECASE)
STILL_ENCODED = re.compile(r"%(?:2e|2f|5c|25|00)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Host ("": any) and path, folded so that equal ones are the same."""

    host: str
    path: str


def place_of(address: str) -> Place:
    """Of content. Raises BadAddress."""
    written = address.strip()
    host, path = "", written
    if not written.startswith("/"):
        parts = urlsplit(written)
        host, path = parts.netloc.lower(), parts.path or "/"
        if parts.scheme not in ("https", "http") or not HOST.fullmatch(host):
            raise BadAddress(address=address)
    segments = _segments(path)
    if segments is None or len(segments) > MOST_SEGMENTS or len(written) > LONGEST or re.search(r"[?#\s]", written):
        raise BadAddress(address=address)
    return Place(host, _path(segments))


def places_of(uri: str, host: str = "") -> tuple[str, list[str]]:
    """The host of a request, and all paths that begin its own: none for a path of several meanings."""
    if "://" in uri.partition("?")[0]:
        parts = urlsplit(uri)
        host, uri = parts.netloc, parts.path or "/"
    segments = _segments(uri.partition("?")[0].partition("#")[0])
    if segments is None:
        return "", []
    most = min(len(segments), MOST_SEGMENTS)
    return host.lower(), [_path(segments[:length]) for length in range(most + 1)]


def _path(segments: list[str]) -> str:
    return "/" + "/".join(segments)


def _segments(path: str) -> list[str] | None:
    if not path.startswith("/") or TWO_MEANINGS.search(path):
        return None
    decoded = unquote(path, errors="replace").lower()
    if STILL_ENCODED.search(decoded) or "\\" in decoded or not decoded.isprintable():
        return None
    segments = [segment for segment in decoded.split("/") if segment]
    return None if any(segment.partition(";")[0] in (".", "..") for segment in segments) else segments
