"""From records of a file to staged lines and problems, a chunk at a time. Pure."""

import csv
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import TextIO, TypeAlias

from seatkeeper.directory.attributes import are_common_emails
from seatkeeper.uploads.cells import ID_LIMIT_CHARACTERS, MISSING, REMOVE, Values, Wishes, is_sound_id, sound_address, unguarded
from seatkeeper.uploads.layout import Layout
from seatkeeper.uploads.messages import ROW_CODE

FIELD_LIMIT_CHARACTERS = 131_072
LINE_ENDS = "\r\n"
RAGGED = frozenset(ROW_CODE.format(code) for code in ("COLUMN_COUNT", "UNREADABLE"))  # rows of any number of cells
STAGED_COLUMNS = ("line", "key_email", "user_id", "to_email", "to_user_id", "patch", "wishes")
Staged = tuple[int, str | None, str | None, str | None, str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one CSV line was not applied."""

    line: int  # its number in the file: the header is 1, a quoted newline counts
    column: str  # "" when the whole line is at fault
    code: str  # EIS_UPLOAD_ROW_<WHAT>_VALIDATION_ERROR without prefix and suffix
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that can't be read as a row, or is part of one that can't: why, and its cells as it stands alone."""

    why: str  # `quote`: never closed; `long`: a cell without end, and the limit; `after` such a line, and its number
    cells: list[str]


Row: TypeAlias = list[str] | Unreadable


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file. Where each of them is a line, the lines are there, too, as they stand."""

    lines: Sequence[int]
    rows: Sequence[Row]
    texts: Sequence[str] | None = None  # with their ends

    def part(self, start: int, stop: int | None = None) -> "Batch":
        some = slice(start, stop)
        return Batch(self.lines[some], self.rows[some], self.texts and self.texts[some])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a file, checked as far as a file can be without the database."""

    last_line: int
    row_count: int
    blank_count: int
    staged: list[Staged]
    problems: list[Problem]
    short_digit_ids: list[tuple[int, str]]  # (line, id): ids that a spreadsheet may have cut zeros from


def read_header(text: TextIO, delimiter: str) -> tuple[Row | None, int]:
    """The first row that is not blank (None: there is none), and the line behind it."""
    source = _records(text, delimiter, 1)
    for record, following in source:
        if record[0][1]:
            return record[0][1], following
    return None, 1


def batches(text: TextIO, delimiter: str, size: int, line: int = 1) -> Iterator[Batch]:
    """The rows of the rest of a file, which goes on at `line`, from about `size` lines at a time.

    Each row has the line it begins on. One that can't be read is a fault of each of its lines, not an exception.
    """
    while texts := list(islice(text, size)):
        batch = _lines(texts, delimiter, line)
        if batch is not None:
            line += len(texts)
        else:
            batch, line = _longer_rows(texts, text, delimiter, line)
        yield batch


def _lines(texts: list[str], delimiter: str, line: int) -> Batch | None:
    """A batch in which each row is a line, or None where one is longer, or can't be read."""
    if max(map(len, texts)) >= FIELD_LIMIT_CHARACTERS:
        return None
    if '"' in "".join(texts):
        csv.field_size_limit(FIELD_LIMIT_CHARACTERS)
        try:
            rows: list[Row] = list(csv.reader(texts, delimiter=delimiter))
        except csv.Error:
            return None
        if len(rows) < len(texts) or not _is_closed(texts[-1], delimiter):
            return None
    else:  # a cell is what stands between delimiters: no reader is needed
        bare = [text.rstrip(LINE_ENDS) for text in texts]
        rows = [text.split(delimiter) if text else [] for text in bare]
    return Batch(range(line, line + len(texts)), rows, texts)


def _is_closed(text: str, delimiter: str) -> bool:
    """Whether a row that begins on this line also ends on it."""
    (((_, row), *_), _), *_ = _records([text], delimiter, 1)
    return not isinstance(row, Unreadable)


def _longer_rows(texts: list[str], rest: TextIO, delimiter: str, line: int) -> tuple[Batch, int]:
    """These lines and as many more as the last row goes on; and the line behind them."""
    found: list[tuple[int, Row]] = []
    end = line + len(texts)
    for record, following in _records(chain(texts, rest), delimiter, line):
        found += record
        line = following
        if line >= end:
            break
    return Batch([begins for begins, _ in found], [row for _, row in found]), line


def _records(text: Iterable[str], delimiter: str, line: int) -> Iterator[tuple[list[tuple[int, Row]], int]]:
    """Each row with the line it begins on, or each line of one that can't be read; and the line behind them."""
    csv.field_size_limit(FIELD_LIMIT_CHARACTERS)
    raw: list[str] = []
    reader = csv.reader(chain(_noted(text, raw), _end_of_text()), delimiter=delimiter)
    while True:
        try:
            for cells in reader:
                following = line + len(raw)
                yield [(line, cells)], following
                line = following
                raw.clear()
        except csv.Error:
            following = line + len(raw)
            yield _unreadable(raw, f"long {FIELD_LIMIT_CHARACTERS}", delimiter, line), following
            line = following
            raw.clear()
        except EndOfText:
            if raw:  # in the middle of a row
                yield _unreadable(raw, "quote", delimiter, line), line + len(raw)
            return


def _noted(text: Iterable[str], raw: list[str]) -> Iterator[str]:
    for line in text:
        raw.append(line)
        yield line


def _unreadable(raw: list[str], why: str, delimiter: str, line: int) -> list[tuple[int, Row]]:
    """Every line for itself: none is acted on, as nobody knows where the first was meant to end, and none is lost."""
    whys = chain([why], repeat(f"after {line}"))
    return list(
        enumerate((Unreadable(reason, _cells_of(text, delimiter)) for reason, text in zip(whys, raw, strict=False)), line)
    )


def _cells_of(text: str, delimiter: str) -> list[str]:
    """Of a line that may end within quotes. One that is too long has none: nothing could read them again."""
    if len(text) > FIELD_LIMIT_CHARACTERS:
        return []
    text = text.rstrip(LINE_ENDS)
    return text.split(delimiter) if text.count('"') % 2 else next(csv.reader([text], delimiter=delimiter), [])


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
        self.code_index = next((index for index in layout.positions("result") if layout.columns[index].key == "code"), None)
        self.nameless = [index for index in layout.positions("ignored") if not layout.columns[index].name.strip()]
        self.key_index = (layout.positions("email") + layout.positions("user_id"))[0]
        values = sorted(layout.positions("value"), key=lambda index: layout.columns[index].key)
        self.values = {index: Values(layout.columns[index].key) for index in values}
        self.wishes = {index: Wishes() for index in layout.positions("license")}

    def check(self, batch: Batch) -> Chunk:
        problems: list[Problem] = []
        lines, rows = self._well_formed(batch, problems)
        row_count = len(rows) + len(problems)
        staged, digit_ids = self._staged(lines, list(zip(*rows, strict=True)), problems) if rows else ([], [])
        problems.sort(key=lambda problem: problem.line)
        return Chunk(batch.lines[-1], row_count, len(batch.rows) - row_count, staged, problems, digit_ids)

    def _well_formed(self, batch: Batch, problems: list[Problem]) -> tuple[Sequence[int], Sequence[list[str]]]:
        """The rows, by line, with as many cells as the header, and nothing in them that is no text."""
        if self._are_all_well_formed(batch):
            return batch.lines, batch.rows  # type: ignore[return-value]  # no faults among them
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            if isinstance(cells, Unreadable):
                problems.append(Problem(line, "", "UNREADABLE", cells.why))
            elif not any(map(str.strip, cells)):
                pass  # A spreadsheet leaves rows of nothing but delimiters behind: they are blank, not people.
            elif problem := self._malformed(line, cells):
                problems.append(problem)
            else:
                lines.append(line)
                rows.append(cells)
        return lines, rows

    def _are_all_well_formed(self, batch: Batch) -> bool:
        """The common case, seen without looking at each cell. (A key that is empty or begins with a blank sorts before "!".)"""
        width, key = self.width, self.key_index
        return (
            not self.layout.has_faults
            and self.code_index is None
            and all([isinstance(cells, list) and len(cells) == width and cells[key] >= "!" for cells in batch.rows])
        )

    def _malformed(self, line: int, cells: list[str]) -> Problem | None:
        if len(cells) != self.width:
            return Problem(line, "", "COLUMN_COUNT", f"{len(cells)} {self.width}")
        if self.layout.has_faults and has_no_text(cells):
            return Problem(line, _column_without_text(cells, self.layout), "ENCODING")
        return Problem(line, "", "COLUMN_COUNT", "still") if self._is_still_ragged(cells) else None

    def _is_still_ragged(self, cells: list[str]) -> bool:
        """Whether a row is as a results file gave it: marked where cells are missing, or with cells behind the last column."""
        if self.code_index is None or cells[self.code_index].strip() not in RAGGED:
            return False
        return MISSING in cells or any(cells[index].strip() for index in self.nameless)

    def _staged(
        self, lines: Sequence[int], columns: Sequence[tuple[str, ...]], problems: list[Problem]
    ) -> tuple[list[Staged], list[tuple[int, str]]]:
        found: list[Problem] = []
        email, existing = self._emails(lines, columns, "email", found), self._emails(lines, columns, "existing_email", found)
        user_id, new_user_id = self._ids(lines, columns, "user_id", found), self._ids(lines, columns, "new_user_id", found)
        patches = self._patches(lines, columns, found)
        wishes = self._wishes(lines, columns, found)
        at_fault = {problem.line for problem in found}
        missing = (
            [
                Problem(line, "", "EMAIL", "missing")
                for line, now, was, uid in zip(lines, email, existing, user_id, strict=True)
                if not (now or was or uid) and line not in at_fault
            ]
            if not all(email)
            else []
        )
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
        if "E+" in joined or "e+" in joined or REMOVE in joined or max(map(len, ids)) > ID_LIMIT_CHARACTERS:
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


def parted(source: Iterable[Batch], line: int) -> Iterator[Batch]:
    """The batches, the one around `line` cut before it: whatever their size was in an earlier run."""
    for batch in source:
        before = bisect_left(batch.lines, line) if batch.lines[0] < line <= batch.lines[-1] else 0
        if before:
            yield batch.part(0, before)
        yield batch.part(before) if before else batch


def has_no_text(cells: Sequence[str]) -> bool:
    """Whether something in the cells was no text in the file's encoding."""
    joined = "".join(cells)
    return "\0" in joined or "\ufffd" in joined or any("\udc80" <= c <= "\udcff" for c in joined if c > "\x7f")


def _column_without_text(cells: Sequence[str], layout: Layout) -> str:
    return next((column.name for cell, column in zip(cells, layout.columns, strict=True) if has_no_text([cell])), "")
