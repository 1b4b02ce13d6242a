"""The index behind the search, one module a database, all with the same functions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from django.db import connection
from django.db.models import Q

from seatkeeper.directory.indexes import postgresql, sqlite
from seatkeeper.directory.indexes.entries import Entry

__all__ = ["Entry", "Index", "index_in_use"]


class Index(Protocol):
    """Keeps `directory_searchentry` and what is built over it. Writes are part of the caller's transaction."""

    def add(self, entries: Iterable[Entry]) -> None:
        """New entries."""

    def change(self, entries: Sequence[tuple[Entry, Entry]]) -> None:
        """Entries that are no longer as they are kept: (kept, fresh)."""

    def remove(self, leavers: str, parameters: Mapping[str, Any]) -> None:
        """Entries of the learners whom the SQL text `leavers` selects."""

    def first_hits(self, organization_id: int, terms: Sequence[str], limit: int) -> list[int]:
        """The first learners, by id, whose texts hold all of the terms."""

    def holding(self, groups: Sequence[str]) -> Q:
        """Entries that, by the index, may hold all of these groups of three letters. At least one is given."""

    def having(self, code: int) -> tuple[str, list[Any]]:
        """SQL that selects the learners who have the value with this code, by the index."""

    def tidy(self) -> None:
        """Bring the index into shape after much was written."""


def index_in_use() -> Index:
    return cast(Index, sqlite if connection.vendor == "sqlite" else postgresql)
