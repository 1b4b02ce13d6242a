"""The index behind the search, one module a database, all with the same functions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from django.db import connection

from seatkeeper.directory.indexes import postgresql, sqlite
from seatkeeper.directory.indexes.entries import Entry

__all__ = ["Entry", "Index", "index_in_use"]

Sql = tuple[str, tuple[Any, ...]]


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

    def holding(self, organization_id: int, groups: Sequence[str]) -> Sql:
        """SQL that selects learners whose texts, by the index, may hold all of these groups. At least one is given."""

    def having(self, codes: Sequence[int]) -> Sql:
        """SQL that selects the learners who have the values with all of these codes, by the index. At least one is given."""

    def unused(self, codes: Sequence[int]) -> list[int]:
        """Those of the codes that no entry holds."""

    def tidy(self) -> None:
        """Bring the index into shape after much was written."""


def index_in_use() -> Index:
    return cast(Index, sqlite if connection.vendor == "sqlite" else postgresql)
