"""One cell at a time: what it says, or what is wrong with it. Pure."""

import json
import re

from seatkeeper.directory.attributes import is_sound_email, sound_value

REMOVE = "(remove)"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARDED = re.compile(r"'(?:[=+\-@\t\r']|\(remove\)\Z)")
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
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
            self.faults.add(cell)
            fragment = ""
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
