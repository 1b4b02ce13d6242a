"""Which keys of a file came before: in fixed memory, whatever its length."""

from array import array
from collections.abc import Iterable, Sequence

from seatkeeper.uploads.lines import Staged

BITS = 27  # 16 MiB; at 5,000,000 lines about one key in 30 is looked at again for nothing
PLACES = (1 << BITS) - 1


class Seen:
    """The addresses and ids named so far, as marks at places that their hashes choose.

    `suspects` are the lines with a mark that was there already: all lines that repeat a
    key but for each key's first, and a few that do not. Only the database can tell which.
    """

    def __init__(self) -> None:
        self.marks = bytearray(1 << BITS - 3)
        self.suspects = array("q")

    def add_lines(self, staged: Sequence[Staged]) -> None:
        self.add_keys((row[0], row[1]) for row in staged if row[1] is not None)
        self.add_keys((row[0], row[2]) for row in staged if row[2] is not None)
        self.add_keys((row[0], row[3]) for row in staged if row[3] is not None)
        self.add_keys((row[0], row[4]) for row in staged if row[4] is not None)

    def add_keys(self, keys: Iterable[tuple[int, str]]) -> None:
        """Pairs of line and key."""
        marks, suspect = self.marks, self.suspects.append
        for line, key in keys:
            place = hash(key) & PLACES
            byte, bit = place >> 3, 1 << (place & 7)
            if marks[byte] & bit:
                suspect(line)
            else:
                marks[byte] |= bit
