"""Which keys of a file came before, in fixed memory whatever its length: one way a database.

PostgreSQL groups a million lines within a second, on disk where they are many. SQLite would
hold them all in our memory; there, marks are made while the file is read.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db import connection

from seatkeeper.kernel import bulk
from seatkeeper.uploads.lines import Staged
from seatkeeper.uploads.statements import STATEMENTS

BITS = 27  # 16 MiB; at 5,000,000 lines about one key in 30 is looked at again for nothing
PLACES = (1 << BITS) - 1
WORK_MEMORY = "SET LOCAL work_mem = '64MB'"  # the server's; a million lines are grouped in it


class Seen(Protocol):
    """Watches a file being staged, to tell which lines may name somebody whom another line names."""

    needs_other_keys: bool  # whether it has to be told of people found otherwise than by address

    def add_lines(self, staged: Sequence[Staged]) -> None:
        """The addresses and ids that lines name."""

    def add_keys(self, keys: Iterable[tuple[int, str]]) -> None:
        """Pairs of line and key."""

    def fill_suspects(self, parameters: dict[str, Any]) -> int:
        """Insert into `suspect` at least one line, not the first, for each key that repeats; how many lines."""


def watch() -> Seen:
    return Marks() if connection.vendor == "sqlite" else Groups()


class Groups:
    """PostgreSQL: nothing is watched; the staged lines are grouped at the end."""

    needs_other_keys = False

    def add_lines(self, staged: Sequence[Staged]) -> None: ...

    def add_keys(self, keys: Iterable[tuple[int, str]]) -> None: ...

    def fill_suspects(self, parameters: dict[str, Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(WORK_MEMORY)
        return STATEMENTS.execute("find_suspects", parameters)


class Marks:
    """SQLite: marks at places that the hashes of keys choose.

    A suspect is a line with a mark that was there already: all lines that repeat a key
    but for each key's first, and a few that do not. Only the database can tell which.
    """

    needs_other_keys = True

    def __init__(self) -> None:
        self.marks = bytearray(1 << BITS - 3)
        self.suspects = array("q")

    def add_lines(self, staged: Sequence[Staged]) -> None:
        self.add_keys((row[0], row[1]) for row in staged if row[1] is not None)
        self.add_keys((row[0], row[2]) for row in staged if row[2] is not None)
        self.add_keys((row[0], row[3]) for row in staged if row[3] is not None)
        self.add_keys((row[0], row[4]) for row in staged if row[4] is not None)

    def add_keys(self, keys: Iterable[tuple[int, str]]) -> None:
        marks, suspect = self.marks, self.suspects.append
        for line, key in keys:
            place = hash(key) & PLACES
            byte, bit = place >> 3, 1 << (place & 7)
            if marks[byte] & bit:
                suspect(line)
            else:
                marks[byte] |= bit

    def fill_suspects(self, parameters: dict[str, Any]) -> int:
        lines = sorted(set(self.suspects))
        bulk.insert_rows("suspect", ("line",), ((line,) for line in lines))
        return len(lines)
