"""Read a usage file from beginning to end: what is sound goes into the books, whatever the other lines are."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.kernel.turns import give_way
from seatkeeper.uploads.dialect import find_delimiter, find_encoding, first_line, open_text
from seatkeeper.uploads.lines import Problem, batches, read_header
from seatkeeper.uploads.services.copy_in import passing_copy
from seatkeeper.usage.file_lines import Portion, UsageLines
from seatkeeper.usage.models import Source
from seatkeeper.usage.services.take_in import Taken, take_in

LINES_AT_ONCE = 5_000
Report = Callable[[str, int, int], None]


@dataclass(slots=True)
class FileTaken:
    """What became of a file's lines."""

    notes: Sequence[Mapping[str, str]]
    lines: int = 0
    taken: Taken = field(default_factory=lambda: Taken(0, 0, 0))
    problems: Counter[str] = field(default_factory=Counter)  # by code
    first: dict[str, Problem] = field(default_factory=dict)  # by code


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose header was understood. `notes`: what its sender should know of it, as `uploads.messages.note` says it."""

    notes: Sequence[Mapping[str, str]]
    portions: Iterator[Portion]


def import_usage(
    source: IO[bytes],
    *,
    organization_id: int,
    name: str,
    actor: str,
    now: datetime,
    tell: Callable[[Problem], None],
    progress: Report,
) -> FileTaken:
    """All of a file, in this process; `tell` hears of each problem. Cut off and begun again, nothing counts twice.

    Raises FileRefused, NoRoom.
    """
    with passing_copy(source) as path, open_usage_file(path, now=now) as file:
        found = FileTaken(file.notes)
        log_import(organization_id=organization_id, name=name, actor=actor, now=now)
        for portion in file.portions:
            found.taken += take_in(organization_id=organization_id, facts=portion.facts, source=Source.FILE, now=now)
            found.lines += len(portion.facts) + len(portion.problems)
            for problem in portion.problems:
                found.problems[problem.code] += 1
                found.first.setdefault(problem.code, problem)
                tell(problem)
            progress("Reading", found.lines, 0)
            give_way()
    return found


@contextmanager
def open_usage_file(path: Path, *, now: datetime) -> Iterator[OpenFile]:
    """Raises FileRefused."""
    encoding = find_encoding(path)
    with open_text(path, encoding) as text:
        delimiter = find_delimiter(first_line(text))
        text.seek(0)
        header, line = read_header(text, delimiter)
        lines = UsageLines(header, has_faults=encoding.has_faults, now=now)
        portions = (lines.understand(batch) for batch in batches(text, delimiter, LINES_AT_ONCE, line))
        yield OpenFile(_notes(lines.ignored, is_encoding_assumed=encoding.assumed), portions)


def _notes(ignored_columns: Sequence[str], *, is_encoding_assumed: bool) -> list[dict[str, str]]:
    assumed = [{"code": "encoding_assumed", "column": "cp1252"}] if is_encoding_assumed else []
    return assumed + [{"code": "column_ignored", "column": column} for column in ignored_columns]


@transaction.atomic
def log_import(*, organization_id: int, name: str, actor: str, now: datetime) -> None:
    """Before the first line counts."""
    log_act(organization_id=organization_id, actor=actor, action="usage.imported", now=now, file=name)
