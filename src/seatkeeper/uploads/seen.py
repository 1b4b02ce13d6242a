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

FEWEST_PLACES, MOST_PLACES = 1 << 10, 1 << 24  # the most are 32 MiB, for the keys of 5,000,000 people, address and id
MARK_BITS, MARK = 40, 0xFFFF  # of the hash, apart from those that choose the place
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


def watch(size_bytes: int) -> Seen:
    """For a file of that size: it has fewer keys than bytes."""
    if connection.vendor != "sqlite":
        return Groups()
    return Marks(min(max(1 << size_bytes.bit_length(), FEWEST_PLACES), MOST_PLACES))


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
    """SQLite: of each key two bytes of its hash, at a place that the rest of the hash chooses.

    A suspect is a line with a key of which both were there already: all lines that repeat a key
    but for each key's first, and a few that do not (of two million keys about thirty). Only the
    database can tell which. More keys than a table has room for take another table.
    """

    needs_other_keys = True

    def __init__(self, places: int = MOST_PLACES) -> None:
        """Of `places`, a power of two, has each table so many."""
        self.full: list[array[int]] = []
        self.mask = places - 1
        self.marks, self.room = self._table()
        self.suspects = array("q")

    def add_lines(self, staged: Sequence[Staged]) -> None:
        self.add_keys((row[0], row[1]) for row in staged if row[1] is not None)
        self.add_keys((row[0], row[2]) for row in staged if row[2] is not None)
        self.add_keys((row[0], row[3]) for row in staged if row[3] is not None)
        self.add_keys((row[0], row[4]) for row in staged if row[4] is not None)

    def add_keys(self, keys: Iterable[tuple[int, str]]) -> None:
        marks, room, mask = self.marks, self.room, self.mask
        for line, key in keys:
            number = hash(key)
            mark = number >> MARK_BITS & MARK or 1
            place = number & mask
            while found := marks[place]:
                if found == mark:
                    self.suspects.append(line)
                    break
                place = place + 1 & mask
            else:
                if self.full and self._is_marked(number, mark):
                    self.suspects.append(line)
                    continue
                marks[place] = mark
                room -= 1
                if not room:
                    self.full.append(marks)
                    marks, room = self._table()
        self.marks, self.room = marks, room

    def _is_marked(self, number: int, mark: int) -> bool:
        for marks in self.full:
            place = number & self.mask
            while (found := marks[place]) and found != mark:
                place = place + 1 & self.mask
            if found:
                return True
        return False

    def fill_suspects(self, parameters: dict[str, Any]) -> int:
        lines = sorted(set(self.suspects))
        bulk.insert_rows("suspect", ("line",), ((line,) for line in lines))
        return len(lines)

    def _table(self) -> "tuple[array[int], int]":
        """Empty places, and how many of them may be taken: in a fuller table the way to a free one gets long."""
        places = self.mask + 1
        return array("H", bytes(2 * places)), places * 3 // 4
