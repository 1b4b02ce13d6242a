"""From records of a file to staged lines and problems, a chunk at a time. Pure."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TextIO

from seatkeeper.directory.attributes import are_common_emails
from seatkeeper.uploads.cells import ID_LIMIT_CHARACTERS, REMOVE, Values, Wishes, is_sound_id, sound_address, unguarded
from seatkeeper.uploads.layout import Layout

FIELD_LIMIT_CHARACTERS = 131_072
STAGED_COLUMNS = ("line", "key_email", "user_id", "to_email", "to_user_id", "patch", "wishes")
Staged = tuple[int, str | None, str | None, str | None, str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one CSV line was not applied."""

    line: int  # its number in the file: the header is 1, a quoted newline counts
    column: str  # "" when the whole line is at fault
    code: str  # EIS_UPLOAD_ROW_<WHAT>_VALIDATION_ERROR without prefix and suffix
    detail: str = ""


# One row of the file: the line it begins on, and its cells or why it can't be read as a row.
# A plain tuple, because a file has millions.
Record = tuple[int, list[str] | csv.Error]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a file, checked as far as a file can be without the database."""

    last_line: int
    row_count: int
    blank_count: int
    staged: list[Staged]
    problems: list[Problem]
    short_digit_ids: list[tuple[int, str]]  # (line, id): ids that a spreadsheet may have cut zeros from


def records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Rows with the line each begins on; a row that can't be read is a fault, not an exception."""
    csv.field_size_limit(FIELD_LIMIT_CHARACTERS)
    reader = csv.reader(chain(text, _end_of_text()), delimiter=delimiter)
    line = 1
    while True:
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            yield line, error
            line = reader.line_num + 1
        except EndOfText:
            if reader.line_num >= line:  # in the middle of a row
                yield line, csv.Error("a quote is never closed")
            return


class EndOfText(Exception):
    """Raised in place of an ordinary end, at which the reader would hand out an open quote as if it were closed."""


def _end_of_text() -> Iterator[str]:
    yield from ()
    raise EndOfText


class LineChecker:
    """Turns records into staged lines by the layout of one file."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.width = len(layout.columns)
        self.key_index = (layout.positions("email") + layout.positions("user_id"))[0]
        values = sorted(layout.positions("value"), key=lambda index: layout.columns[index].key)
        self.values = {index: Values(layout.columns[index].key) for index in values}
        self.wishes = {index: Wishes() for index in layout.positions("license")}

    def check(self, batch: Sequence[Record]) -> Chunk:
        problems: list[Problem] = []
        rows = self._well_formed(batch, problems)
        row_count = len(rows) + len(problems)
        if rows:
            lines, cells = zip(*rows, strict=True)
            staged, digit_ids = self._staged(lines, list(zip(*cells, strict=True)), problems)
        else:
            staged, digit_ids = [], []
        problems.sort(key=lambda problem: problem.line)
        return Chunk(batch[-1][0], row_count, len(batch) - row_count, staged, problems, digit_ids)

    def _well_formed(self, batch: Sequence[Record], problems: list[Problem]) -> list[tuple[int, list[str]]]:
        """The rows with as many cells as the header, and nothing in them that is no text."""
        if self._are_all_well_formed(batch):
            return batch  # type: ignore[return-value]  # no faults among them
        rows: list[tuple[int, list[str]]] = []
        for line, cells in batch:
            if isinstance(cells, csv.Error):
                problems.append(Problem(line, "", "UNREADABLE", str(cells)))
            elif not any(map(str.strip, cells)):
                pass  # A spreadsheet leaves rows of nothing but delimiters behind: they are blank, not people.
            elif problem := self._malformed(line, cells):
                problems.append(problem)
            else:
                rows.append((line, cells))
        return rows

    def _are_all_well_formed(self, batch: Sequence[Record]) -> bool:
        """The common case, seen without looking at each cell. (A key that is empty or begins with a blank sorts before "!".)"""
        width, key = self.width, self.key_index
        return not self.layout.has_faults and all(
            [isinstance(cells, list) and len(cells) == width and cells[key] >= "!" for _, cells in batch]
        )

    def _malformed(self, line: int, cells: list[str]) -> Problem | None:
        if len(cells) == self.width:
            if self.layout.has_faults and has_no_text(cells):
                return Problem(line, _column_without_text(cells, self.layout), "ENCODING")
            return None
        return Problem(line, "", "COLUMN_COUNT", f"{len(cells)} {self.width}")

    def _staged(
        self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], problems: list[Problem]
    ) -> tuple[list[Staged], list[tuple[int, str]]]:
        found: list[Problem] = []
        email, existing = self._emails(lines, columns, "email", found), self._emails(lines, columns, "existing_email", found)
        user_id, new_user_id = self._ids(lines, columns, "user_id", found), self._ids(lines, columns, "new_user_id", found)
        patches = self._patches(lines, columns, found)
        wishes = self._wishes(lines, columns, found)
        at_fault = {problem.line for problem in found}
        missing = [
            Problem(line, "", "EMAIL", "missing")
            for line, now, was, uid in zip(lines, email, existing, user_id, strict=True)
            if not (now or was or uid) and line not in at_fault
        ]
        problems.extend(found + missing)
        at_fault.update(problem.line for problem in missing)
        staged: list[Staged] = [
            (
                line,
                was or now or None,
                uid or None,
                (now or was) if was and now != was else None,
                new or None,
                patch or None,
                wish,
            )
            for line, now, was, uid, new, patch, wish in zip(
                lines, email, existing, user_id, new_user_id, patches, wishes, strict=True
            )
            if line not in at_fault
        ]
        return staged, [(row[0], row[2]) for row in staged if row[2] and row[2].isdecimal()] if any(user_id) else []

    def _emails(self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], role: str, found: list[Problem]) -> list[str]:
        index = self.layout.position(role)
        if index is None:
            return [""] * len(lines)
        cells = columns[index]
        addresses = [cell.strip().lower() for cell in cells]
        if are_common_emails(addresses):
            return addresses
        name = self.layout.columns[index].name
        sound = list(map(sound_address, cells))
        found.extend(
            Problem(line, name, "EMAIL", cell[:100])
            for line, address, cell in zip(lines, sound, cells, strict=True)
            if address is None
        )
        return [address or "" for address in sound]

    def _ids(self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], role: str, found: list[Problem]) -> list[str]:
        index = self.layout.position(role)
        if index is None:
            return [""] * len(lines)
        ids = [cell.strip() for cell in columns[index]]
        name = self.layout.columns[index].name
        joined = "\n".join(ids)
        if "E+" in joined or REMOVE in joined or max(map(len, ids)) > ID_LIMIT_CHARACTERS:
            found.extend(
                Problem(line, name, "UNIQUE_USER_ID", cell[:100])
                for line, cell in zip(lines, ids, strict=True)
                if not is_sound_id(cell)
            )
        return [unguarded(cell) for cell in ids] if "'" in joined else ids

    def _patches(self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], found: list[Problem]) -> list[str]:
        if not self.values:
            return [""] * len(lines)
        fragments = [list(map(values.__getitem__, columns[index])) for index, values in self.values.items()]
        self._report(self.values, "ATTRIBUTE_VALUE", lines, columns, found)
        return ["{" + joined[:-1] + "}" if joined else "" for joined in map("".join, zip(*fragments, strict=True))]

    def _wishes(self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], found: list[Problem]) -> list[str]:
        if not self.wishes:
            return [""] * len(lines)
        letters = [list(map(wishes.__getitem__, columns[index])) for index, wishes in self.wishes.items()]
        self._report(self.wishes, "LICENSE_STATUS", lines, columns, found)
        return letters[0] if len(letters) == 1 else list(map("".join, zip(*letters, strict=True)))

    def _report(
        self,
        checkers: "dict[int, Values] | dict[int, Wishes]",
        code: str,
        lines: Sequence[int],
        columns: Sequence[tuple[str, ...]],
        found: list[Problem],
    ) -> None:
        for index, checker in checkers.items():
            if checker.faults:
                name = self.layout.columns[index].name
                faulty = checker.faults
                found.extend(
                    Problem(line, name, code, cell[:100])
                    for line, cell in zip(lines, columns[index], strict=True)
                    if cell in faulty
                )
                checker.faults.clear()


def batches(source: Iterator[Record], size: int) -> Iterator[list[Record]]:
    while batch := list(islice(source, size)):
        yield batch


def parted(source: Iterator[list[Record]], line: int) -> Iterator[list[Record]]:
    """The batches, the one around `line` cut before it: whatever their size was in an earlier run."""
    for batch in source:
        before = [record for record in batch if record[0] < line] if batch[0][0] < line <= batch[-1][0] else []
        if before:
            yield before
        yield batch[len(before) :]


def has_no_text(cells: Sequence[str]) -> bool:
    """Whether something in the cells was no text in the file's encoding."""
    joined = "".join(cells)
    return "\0" in joined or "\ufffd" in joined or any("\udc80" <= c <= "\udcff" for c in joined if c > "\x7f")


def _column_without_text(cells: Sequence[str], layout: Layout) -> str:
    return next((column.name for cell, column in zip(cells, layout.columns, strict=True) if has_no_text([cell])), "")
