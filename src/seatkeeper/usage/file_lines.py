"""From the rows of a usage file to facts and problems. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from seatkeeper.uploads.cells import unguarded
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import RESULT_COLUMNS, fold_header
from seatkeeper.uploads.lines import Batch, Problem, Row, Unreadable, has_no_text
from seatkeeper.usage.rules import Told
from seatkeeper.usage.telling import ID, NEEDED, Fault, told_of_words

SHOWN_CHARACTERS = 100
SHOWN_HEADER = 200


@dataclass(frozen=True, slots=True)
class Portion:
    """Some lines of a file, understood."""

    last_line: int
    facts: Sequence[Told]
    problems: Sequence[Problem]


class UsageLines:
    """Understands the rows of one file."""

    def __init__(self, header: Row | None, *, has_faults: bool, now: datetime) -> None:
        """Raises FileRefused."""
        if not isinstance(header, list) or not any(map(str.strip, header)):
            raise FileRefused("EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR")
        if has_faults and has_no_text(header):
            raise FileRefused("EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR")
        folded = [fold_header(cell) for cell in header]
        for name in (*NEEDED, ID):
            if folded.count(name) > 1:
                raise FileRefused("EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR", column=name, detail=name)
        if missing := [name for name in NEEDED if name not in folded]:
            found = ", ".join(header)[:SHOWN_HEADER]
            raise FileRefused("EIS_UPLOAD_FILE_USAGE_COLUMNS_VALIDATION_ERROR", column=", ".join(missing), detail=found)
        self.names, self.has_faults, self.now = [cell.strip() for cell in header], has_faults, now
        self.columns = {name: folded.index(name) for name in (*NEEDED, ID) if name in folded}
        known = {*self.columns, *RESULT_COLUMNS, ""}
        self.ignored = [cell.strip() for cell, name in zip(header, folded, strict=True) if name not in known]

    def understand(self, batch: Batch) -> Portion:
        facts: list[Told] = []
        problems: list[Problem] = []
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            if isinstance(cells, Unreadable):
                problems.append(Problem(line, "", "UNREADABLE", cells.why))
            elif any(map(str.strip, cells)):  # a spreadsheet leaves rows of nothing but delimiters behind
                found = self._told(cells)
                if isinstance(found, Told):
                    facts.append(found)
                else:
                    problems.append(Problem(line, found.field, found.code, found.detail[:SHOWN_CHARACTERS]))
        return Portion(batch.lines[-1], facts, problems)

    def _told(self, cells: list[str]) -> Told | Fault:
        if len(cells) != len(self.names):
            return Fault("", "COLUMN_COUNT", f"{len(cells)} {len(self.names)}")
        if self.has_faults and has_no_text(cells):
            return Fault(next(name for name, cell in zip(self.names, cells, strict=True) if has_no_text([cell])), "ENCODING")
        return told_of_words({name: unguarded(cells[index].strip()) for name, index in self.columns.items()}, now=self.now)
