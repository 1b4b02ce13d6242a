"""Erase people from the kept copy of an upload and from its results; the other rows stay as they are."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import chain, repeat
from pathlib import Path
from typing import TextIO

from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.collector import collector_paused
from seatkeeper.licensing.models import OperationStatus
from seatkeeper.licensing.services.operations import leased, operation_of
from seatkeeper.uploads.layout import RESULT_COLUMNS, Layout
from seatkeeper.uploads.lines import LINE_ENDS
from seatkeeper.uploads.models import Upload, UploadProblem
from seatkeeper.uploads.results import RESULT_FIELD_LIMIT_CHARACTERS, results_path
from seatkeeper.uploads.services.receive import stored_path

NAMES = ("preferred_first_name", "preferred_last_name")
KEYS = ("email", "user_id", "existing_email", "new_user_id")
FOLLOWING = "a row"
CHARACTERS_AT_ONCE = 65_536
NOBODY_AT_IT = (OperationStatus.CANCELLED, OperationStatus.LAPSED)

Record = tuple[list[str] | None, str, int]  # cells, or None where they can't be read; as it stands; how many lines
Names = Callable[[str], bool]
Erases = Callable[[str], str]


def erase_from_files(upload: Upload, *, may_name: Names, names: Names, erases: Erases, clock: Clock) -> int:
    """Blank the rows whose keys `names` says are theirs, and take them out of other cells; how many rows were rewritten.

    Lines of which `may_name` says no are not looked at one by one.
    Rows stay on their lines. Raises OperationBusy: somebody reads or writes these files at this moment.
    """
    operation = operation_of(organization_id=upload.organization_id, number=upload.operation_id)
    layout = Layout.of_json(upload.layout)
    results = results_path(operation)
    with nullcontext() if operation.status in NOBODY_AT_IT else leased(operation, clock=clock):
        results.with_name(results.name + ".part").unlink(missing_ok=True)
        uploaded = Eraser(layout, may_name, names, erases)
        uploaded.rewrite(stored_path(upload), encoding=layout.encoding)
        answered = Eraser(layout, may_name, names, erases, is_results=True)
        answered.rewrite(results, encoding="utf-8" if layout.encoding == "utf-8" else "utf-8-sig")
    problems = UploadProblem.objects.filter(organization_id=upload.organization_id, operation_id=upload.operation_id)
    problems.filter(line__in=uploaded.lines).update(detail="")
    return len(uploaded.lines) + len(answered.lines)


class Eraser:
    """Rewrites one file, row by row, in constant memory but for the lines it has to rewrite."""

    def __init__(self, layout: Layout, may_name: Names, names: Names, erases: Erases, *, is_results: bool = False) -> None:
        self.may_name, self.names, self.erases, self.is_results = may_name, names, erases, is_results
        self.delimiter = layout.delimiter
        columns = [column for column in layout.columns if not (is_results and column.role == "result")]
        self.keys = [index for index, column in enumerate(columns) if column.role in KEYS]
        first, last = ([index for index, column in enumerate(columns) if column.key == name] for name in NAMES)
        self.full_name = (first[0], last[0]) if first and last else ()
        self.answer = len(columns) if is_results else None
        self.lines: list[int] = []

    def rewrite(self, path: Path, *, encoding: str) -> None:
        """Beside its place, and there when it is whole; not at all where nobody is named."""
        if not path.exists():
            return
        partial = path.with_name(path.name + ".part")
        with (
            collector_paused(),
            path.open("r", encoding=encoding, errors=_errors(encoding), newline="") as text,
            partial.open("w", encoding=encoding, errors=_errors(encoding), newline="") as output,
        ):
            line = 1
            while lines := text.readlines(CHARACTERS_AT_ONCE):
                line += self._rewrite_some(lines, text, output, line)
            output.flush()
            os.fsync(output.fileno())
        if self.lines:
            partial.replace(path)
        else:
            partial.unlink()

    def _rewrite_some(self, lines: list[str], text: TextIO, output: TextIO, line: int) -> int:
        """From this line on, and to the end of a row that goes on behind them; how many lines there were."""
        rows = _rows_of_a_line(lines, self.delimiter)
        if rows is None:
            return self._rewrite_each(_records(lines, text, self.delimiter), output, line)
        if self.may_name("".join(lines)):
            return self._rewrite_each(zip(rows, lines, repeat(1), strict=False), output, line)
        output.writelines(lines)
        return len(lines)

    def _rewrite_each(self, records: Iterable[Record], output: TextIO, line: int) -> int:
        done = 0
        for cells, raw, length in records:
            fresh = self._fresh(cells, raw) if self.may_name(raw) else raw
            if fresh != raw:
                self.lines.append(line + done)
            output.write(fresh)
            done += length
        return done

    def _fresh(self, cells: list[str] | None, raw: str) -> str:
        if cells is None:
            return self.erases(raw)
        if any(index < len(cells) and self.names(cells[index]) for index in self.keys):
            return self._blank(cells, raw)
        fresh = cells if self.erases(raw) == raw else ["" if self.names(cell) else self.erases(cell) for cell in cells]
        if self._has_the_name(cells):
            fresh = ["" if index in self.full_name else cell for index, cell in enumerate(fresh)]
        return raw if fresh == cells else self._text(fresh, raw)

    def _blank(self, cells: list[str], raw: str) -> str:
        """As many cells, and as many lines; of a results file the answer stays, without its sentence."""
        kept: Sequence[str] = ()
        if self.answer is not None:
            kept = (*cells[self.answer : self.answer + len(RESULT_COLUMNS) - 1], "")
        before = len(cells) if self.answer is None else self.answer
        text = self._text([*[""] * before, *kept], raw)
        return text + _end_of(raw) * (_lines_in(raw) - 1)

    def _has_the_name(self, cells: list[str]) -> bool:
        if not self.full_name or max(self.full_name) >= len(cells):
            return False
        first, last = (cells[index].strip() for index in self.full_name)
        return bool(first and last) and self.names(f"{first} {last}")

    def _text(self, cells: Sequence[str], raw: str) -> str:
        taken: list[str] = []
        writer = csv.writer(_Taker(taken), delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(cells)
        return taken[0][:-2] + _end_of(raw)


class _Taker:
    def __init__(self, taken: list[str]) -> None:
        self.write = taken.append


def _rows_of_a_line(lines: Sequence[str], delimiter: str) -> list[list[str]] | None:
    """Their cells, where each line is a row: so is what follows then. None: one of them is not, or can't be read."""
    csv.field_size_limit(RESULT_FIELD_LIMIT_CHARACTERS)
    try:
        rows = list(csv.reader([*lines, FOLLOWING], delimiter=delimiter))
    except csv.Error:
        return None
    return rows[:-1] if len(rows) == len(lines) + 1 else None


def _records(some: Sequence[str], text: TextIO, delimiter: str) -> Iterator[Record]:
    """Each row that begins in some lines, or None where it can't be read; as it stands; and how many lines it takes."""
    csv.field_size_limit(RESULT_FIELD_LIMIT_CHARACTERS)
    taken: list[str] = []
    done = 0

    def lines() -> Iterator[str]:
        for line in chain(some, text):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    while done < len(some):
        try:
            cells: list[str] | None = next(reader)
        except csv.Error:
            cells = None
        except StopIteration:
            return
        yield cells, "".join(taken), len(taken)
        done += len(taken)
        taken.clear()


def _errors(encoding: str) -> str:
    """Bytes that are no text go through as they are."""
    return "replace" if encoding == "utf-16" else "surrogateescape"


def _end_of(raw: str) -> str:
    return raw[len(raw.rstrip(LINE_ENDS)) :][-2:] if raw.endswith("\r\n") else raw[-1:] if raw.endswith(("\n", "\r")) else ""


def _lines_in(raw: str) -> int:
    return max(1, len(raw.splitlines()))
