"""One cell at a time: what it says, or what is wrong with it. Pure."""

import json
import re

from seatkeeper.directory.attributes import is_sound_email, sound_value

REMOVE = "(remove)"
MISSING = "(missing)"  # in a results file: the row had no such cell
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARDED = re.compile(r"'(?:[=+\-@\t\r']|\(remove\)\Z)")
SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}")  # a spreadsheet writes no larger exponent
ID_LIMIT_CHARACTERS = 320  # as for addresses; an index takes no value of any length
WISHES = {"": "-", "active": "a", "inactive": "i"}


def unguarded(cell: str) -> str:
    """The value behind a guard that an export put before what a spreadsheet would run."""
    return cell[1:] if GUARDED.match(cell) else cell


def guarded(value: str) -> str:
    """The value as an export writes it."""
    return "'" + value if value.startswith((*FORMULA_STARTS, "'")) or value == REMOVE else value


def sound_address(cell: str) -> str | None:
    """The address in lower case, "" for an empty cell, None for what is no address."""
    address = unguarded(cell.strip()).lower()
    return address if not address or is_sound_email(address) else None


def is_sound_id(cell: str) -> bool:
    """Whether a trimmed cell can be an id: not rounded by a spreadsheet, and no word with another meaning."""
    return not SCIENTIFIC.fullmatch(cell) and cell != REMOVE and len(cell) <= ID_LIMIT_CHARACTERS


class Values(dict[str, str]):
    """Fragments of a JSON object (`"key":"value",`) by cell, "" for an empty one.

    Cells that are no value for this column are gathered in `faults`. Values repeat down a
    column, so that most look-ups do no work.
    """

    LIMIT = 50_000

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.prefix = json.dumps(key, ensure_ascii=False) + ":"
        self.faults: set[str] = set()

    def __missing__(self, cell: str) -> str:
        fragment = self._fragment(cell.strip())
        if fragment is None:
            self.faults.add(cell)  # and not kept: it is to be seen again in the next batch
            return ""
        if len(self) < self.LIMIT:
            self[cell] = fragment
        return fragment

    def _fragment(self, cell: str) -> str | None:
        if not cell:
            return ""
        if cell == REMOVE:
            return self.prefix + "null,"
        value = sound_value(self.key, unguarded(cell))
        return None if value is None else self.prefix + json.dumps(value, ensure_ascii=False) + ","


class Wishes(dict[str, str]):
    """The letter of a license cell; faults as in `Values`."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: set[str] = set()

    def __missing__(self, cell: str) -> str:
        wish = WISHES.get(cell.strip().lower())
        if wish is None:
            self.faults.add(cell)
        else:
            self[cell] = wish
        return wish or "-"
