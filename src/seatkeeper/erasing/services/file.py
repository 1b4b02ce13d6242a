"""Read a file of people to delete: each row names one by address and id, both."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from seatkeeper.erasing.models import Deletion, DeletionPerson, DeletionProblem
from seatkeeper.erasing.services.ask import new_draft
from seatkeeper.erasing.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.turns import give_way
from seatkeeper.uploads.cells import is_sound_id, sound_address, unguarded
from seatkeeper.uploads.dialect import find_delimiter, find_encoding, first_line, open_text
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import fold_header
from seatkeeper.uploads.lines import Batch, Row, Unreadable, batches, has_no_text, read_header
from seatkeeper.uploads.services.copy_in import passing_copy

EMAIL, ID = "primary_email_address", "unique_id"
LEAVING = "line bigint, email text, unique_id text"
PROBLEM = ("organization_id", "deletion_id", "line", "email", "unique_id", "column", "code", "detail")
LONGEST_CELL = 100

Problem = tuple[int, str, str, str, str, str]  # line, address, id, column, code, detail
Named = tuple[int, str, str]


def draft_of_file(file: BinaryIO, *, organization_id: int, actor: str, source: str, now: datetime) -> Deletion:
    """A deletion that a person has yet to confirm, with the problems of the file. The file itself is not kept.

    Raises:
        FileRefused: one of the two columns is missing, or the file can't be used.
        NoRoom: there is no room for a copy.
    """
    with passing_copy(file) as copy:
        return _read(copy, organization_id, actor, source, now)


def _read(path: Path, organization_id: int, actor: str, source: str, now: datetime) -> Deletion:
    encoding = find_encoding(path)
    with open_text(path, encoding) as text:
        delimiter = find_delimiter(first_line(text))
        text.seek(0)
        header, line = read_header(text, delimiter)
        reader = _Reader(header)
        deletion = new_draft(organization_id, actor=actor, source=source, now=now)
        rows = 0
        for batch in batches(text, delimiter, settings.STAGE_ROWS, line):
            named, problems = reader.read(batch)
            rows += len(named) + len(problems)
            if rows > settings.UPLOAD_MAX_ROWS:
                raise FileRefused("EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR", detail=str(settings.UPLOAD_MAX_ROWS))
            _match(deletion, named, problems)
            give_way()
    if not rows:
        raise FileRefused("EIS_UPLOAD_FILE_EMPTY_VALIDATION_ERROR")
    where = {"organization_id": organization_id, "deletion_id": deletion.id}
    deletion.rows, deletion.people = rows, DeletionPerson.objects.filter(**where).count()
    deletion.problems = DeletionProblem.objects.filter(**where).exclude(code="SAME_AS_LINE").count()
    deletion.save(update_fields=["rows", "people", "problems"])
    return deletion


class _Reader:
    """Tells apart rows that name somebody and rows with a problem."""

    def __init__(self, header: Row | None) -> None:
        """Raises FileRefused."""
        if not isinstance(header, list) or not any(map(str.strip, header)):
            raise FileRefused("EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR")
        folded = [fold_header(cell) for cell in header]
        for name in (EMAIL, ID):
            if folded.count(name) > 1:
                raise FileRefused("EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR", column=name, detail=name)
        if EMAIL not in folded or ID not in folded:
            detail = ", ".join(header)[: 2 * LONGEST_CELL]
            raise FileRefused("EIS_UPLOAD_FILE_DELETION_COLUMNS_VALIDATION_ERROR", detail=detail)
        self.width, self.email, self.id = len(header), folded.index(EMAIL), folded.index(ID)

    def read(self, batch: Batch) -> tuple[list[Named], list[Problem]]:
        named: list[Named] = []
        problems: list[Problem] = []
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            if isinstance(cells, Unreadable):
                problems.append((line, "", "", "", "UNREADABLE", cells.why))
            elif any(map(str.strip, cells)):
                problem = self._problem(line, cells)
                if problem:
                    problems.append(problem)
                else:
                    named.append((line, sound_address(cells[self.email]) or "", unguarded(cells[self.id].strip())))
        return named, problems

    def _problem(self, line: int, cells: list[str]) -> Problem | None:
        if len(cells) != self.width:
            return line, "", "", "", "COLUMN_COUNT", f"{len(cells)} {self.width}"
        email, unique_id = cells[self.email].strip()[:LONGEST_CELL], cells[self.id].strip()
        if has_no_text(cells):
            return line, "", "", "", "ENCODING", ""
        if not email or not unique_id:
            return line, email, unique_id[:LONGEST_CELL], "", "DELETION_KEYS", ""
        if sound_address(cells[self.email]) is None:
            return line, email, unique_id[:LONGEST_CELL], EMAIL, "EMAIL", email
        if not is_sound_id(unique_id):
            return line, email, unique_id[:LONGEST_CELL], ID, "UNIQUE_USER_ID", unique_id[:LONGEST_CELL]
        return None


@transaction.atomic
def _match(deletion: Deletion, named: Sequence[Named], problems: Sequence[Problem]) -> None:
    """A fixed number of statements for the rows of a batch."""
    bulk.prefer_index_lookups()
    where: dict[str, Any] = {"organization": deletion.organization_id, "deletion": deletion.id}
    if named:
        bulk.temporary_table("leaving", LEAVING)
        bulk.insert_rows("leaving", ("line", "email", "unique_id"), named)
        STATEMENTS.execute("add_people_of_lines", where)
        STATEMENTS.execute("report_lines", where | {"email_column": EMAIL, "id_column": ID})
    if problems:
        rows = [(deletion.organization_id, deletion.id, *problem) for problem in problems]
        bulk.insert_rows("erasing_deletionproblem", PROBLEM, rows)
