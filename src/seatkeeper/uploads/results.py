"""The results file: the uploaded file, row by row, with what became of each line."""

import csv
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings

from seatkeeper.kernel.collector import collector_paused
from seatkeeper.kernel.meanwhile import Ahead
from seatkeeper.licensing.models import Operation, Skipped, Step
from seatkeeper.licensing.services.operations import Progress
from seatkeeper.licensing.statements import LICENSE_NOT_SKIPPED, NOTHING_SKIPPED, ORDINALS, PERSON_NOT_SKIPPED, position_of
from seatkeeper.uploads.cells import MISSING
from seatkeeper.uploads.dialect import Encoding, open_text
from seatkeeper.uploads.layout import RESULT_COLUMNS, Layout
from seatkeeper.uploads.lines import LINE_ENDS, Batch, Row, Unreadable, batches, read_header
from seatkeeper.uploads.messages import code_of, message_of
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.receive import stored_path
from seatkeeper.uploads.statements import STATEMENTS

logger = logging.getLogger(__name__)

# The status of a line is the first of these that holds.
RANKS = ("problem", "skipped", "unassigned", "reassigned", "activated", "invited", "added", "updated", "unchanged")
UNCHANGED, SKIPPED = len(RANKS) - 1, 1
TELLS_OF_OTHERS = ("address_taken", "id_taken", "person_there", "person_missing", "person_erased")
RESULT_FIELD_LIMIT_CHARACTERS = 1 << 20  # a sentence may be longer than the cells it speaks of
UNCHANGED_ANSWER = [RANKS[UNCHANGED], "", ""]

Outcome = tuple[int, int, str | None, str | None, str]  # line, rank, code, detail, column


@dataclass(slots=True)
class Tally:
    """How many rows fell out how."""

    by_rank: list[int] = field(default_factory=lambda: [0] * len(RANKS))

    def count(self, status: str) -> int:
        return self.by_rank[RANKS.index(status)]


def write_results(upload: Upload, operation: Operation, target: Path, *, progress: Progress) -> Tally:
    """Write the file beside its place and move it there when it is whole; a second call writes it anew."""
    layout = Layout.of_json(upload.layout)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    tally = Tally()
    with collector_paused(), partial.open("w", encoding="utf-8", newline="") as output:
        if layout.encoding != "utf-8":
            output.write("\ufeff")  # it came from a program that marks its text, and goes back there
        output.writelines(_result_texts(upload, operation, layout, tally, progress))
        output.flush()
        os.fsync(output.fileno())
    partial.replace(target)
    logger.info("results written", extra={"operation": operation.number, "rows": upload.counts["rows"]})
    return tally


def results_path(operation: Operation) -> Path:
    return Path(settings.RESULTS_DIRECTORY) / f"{operation.organization_id}-{operation.number}.csv"


def problem_rows(path: Path, delimiter: str) -> Iterator[str]:
    """The header and the problem rows of a results file, to be corrected and uploaded again."""
    writer = Writer(delimiter)
    csv.field_size_limit(RESULT_FIELD_LIMIT_CHARACTERS)
    with path.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        header = next(reader)
        yield writer.text(header)
        status = len(header) - len(RESULT_COLUMNS) + RESULT_COLUMNS.index("status")
        for row in reader:
            if len(row) > status and row[status] == RANKS[0]:
                yield writer.text(row)


class Writer:
    """Rows as the text of one file. A lone CR in a cell is quoted only by a writer that ends its lines with CR LF."""

    def __init__(self, delimiter: str) -> None:
        self.lines: list[str] = []
        self.writer = csv.writer(self, delimiter=delimiter, lineterminator="\r\n")

    def write(self, line: str) -> None:
        self.lines.append(line)

    def text(self, cells: Sequence[Any]) -> str:
        self.writer.writerow(cells)
        return self.lines.pop()


def _result_texts(upload: Upload, operation: Operation, layout: Layout, tally: Tally, progress: Progress) -> Iterator[str]:
    kept = [index for index, column in enumerate(layout.columns) if column.role != "result"]
    writer = Writer(layout.delimiter)
    has_skipped = Skipped.objects.filter(organization_id=upload.organization_id, operation_id=operation.number).exists()
    with open_text(stored_path(upload), Encoding(layout.encoding, False, layout.has_faults), for_people=True) as text:
        header, line = read_header(text, layout.delimiter)
        yield writer.text([*_cells(header, kept, len(layout.columns)), *RESULT_COLUMNS])
        after = 1
        ahead = Ahead(batches(text, layout.delimiter, settings.STAGE_ROWS, line))
        for batch in ahead:
            through = batch.lines[-1]
            outcomes = _outcomes(upload, after, through, has_skipped, meanwhile=ahead.make_ready)
            if batch.texts is not None and len(kept) == len(layout.columns):
                answered = _answered_lines(batch, batch.texts, outcomes, layout, writer, tally)
            else:
                rows = zip(batch.lines, batch.rows, strict=True)
                answered = map(writer.text, _answered(rows, outcomes, layout, kept, tally))
            yield "".join(answered)
            progress("Writing results", sum(tally.by_rank), upload.counts["rows"])
            after = through


def _answered_lines(
    batch: Batch,
    texts: Sequence[str],
    outcomes: dict[int, list[Outcome]],
    layout: Layout,
    writer: Writer,
    tally: Tally,
) -> Iterator[str]:
    """Rows that are lines: behind most, the answer is put as they stand. The others as `_answered` does."""
    by_rank, delimiter, width = tally.by_rank, layout.delimiter, len(layout.columns)
    answers = [f"{delimiter}{status}{delimiter}{delimiter}\r\n" for status in RANKS]
    every_column = list(range(width))
    unchanged: list[Outcome] = [(0, UNCHANGED, None, None, "")]
    for line, row, text in zip(batch.lines, batch.rows, texts, strict=True):
        found = outcomes.get(line, unchanged)
        is_plain = not any([outcome[2] for outcome in found])  # no code, and so no message
        if is_plain and len(row) == width and row[0].strip():  # type: ignore[arg-type, index]
            rank = found[0][1] if len(found) == 1 else min([outcome[1] for outcome in found])
            by_rank[rank] += 1
            yield f"{text.rstrip(LINE_ENDS)}{delimiter}{line}{answers[rank]}"
        else:
            yield from map(writer.text, _answered([(line, row)], outcomes, layout, every_column, tally))


def _answered(
    records: Iterable[tuple[int, Row]], outcomes: dict[int, list[Outcome]], layout: Layout, kept: list[int], tally: Tally
) -> Iterator[Sequence[Any]]:
    """The rows, each with its line, status, code and message; blank rows stay blank."""
    by_rank, width = tally.by_rank, len(layout.columns)
    drop = len(kept) < width
    for line, record in records:
        cells: list[Any] = record.cells if isinstance(record, Unreadable) else record
        found = outcomes.get(line)
        if found is not None:
            rank, *answer = _answer(found, layout)
        elif any(map(str.strip, cells)):
            rank, answer = UNCHANGED, UNCHANGED_ANSWER
        else:
            yield cells
            continue
        by_rank[rank] += 1
        if len(cells) == width and not drop:
            yield [*cells, line, *answer]
        else:
            # A ragged row keeps its cells: too few are filled up with a mark, too many stand behind the answer.
            yield [*_cells(cells, kept, width), line, *answer, *cells[width:]]


def _answer(found: list[Outcome], layout: Layout) -> tuple[int, str, str, str]:
    """Rank, status, code and message of a line of which something is to be said."""
    if len(found) == 1 and found[0][2] is None:
        rank = found[0][1]
        return rank, RANKS[rank], "", ""
    rank = min(outcome[1] for outcome in found)
    reasons = [outcome for outcome in found if outcome[1] == rank and outcome[2]]
    if len(reasons) > 1:
        reasons = _as_columns_stand(reasons, layout)
    return rank, RANKS[rank], code_of(reasons, rank), message_of(reasons)


def _as_columns_stand(reasons: list[Outcome], layout: Layout) -> list[Outcome]:
    """The database has them in no order. What is said of the whole line comes first."""
    names = ["", *(column.name for column in layout.columns)]
    return sorted(reasons, key=lambda reason: (names.index(reason[4]), reason[2] or "", reason[3] or ""))


def _cells(cells: Any, kept: list[int], width: int) -> list[str]:
    filled = [*cells[:width], *[MISSING] * (width - len(cells))]
    return [filled[index] for index in kept]


def _outcomes(
    upload: Upload, after: int, through: int, has_skipped: bool, *, meanwhile: Callable[[], None]
) -> dict[int, list[Outcome]]:
    steps = {str(step.label): position_of(step, 0) for step in (Step.PEOPLE, Step.FREE, Step.MOVE, Step.TAKE)}
    parameters = steps | {
        "organization": upload.organization_id,
        "operation": upload.operation_id,
        "after": after,
        "through": through,
        "ordinals": ORDINALS,
    }
    positions = " OR ".join(f"position > {start} + {after} AND position <= {start} + {through}" for start in steps.values())
    as_it_went = {"license_not_skipped": LICENSE_NOT_SKIPPED, "person_not_skipped": PERSON_NOT_SKIPPED}
    as_planned = dict.fromkeys(as_it_went, NOTHING_SKIPPED)
    fragments = as_it_went if has_skipped else as_planned
    found = _by_line(STATEMENTS.rows_meanwhile("outcomes", parameters, meanwhile, positions=positions, **fragments))
    if is_discreet(upload):
        planned = _by_line(STATEMENTS.rows("outcomes", parameters, positions=positions, **as_planned)) if has_skipped else found
        for (line,) in STATEMENTS.rows("lines_of_new_people", parameters):
            found[line] = _discreet(found[line], planned[line])
    return found


def is_discreet(upload: Upload) -> bool:
    """Whether answers about new people keep to themselves who is there outside the uploader's groups: docs/decisions/0024."""
    return upload.options.get("group_ids") is not None and upload.options.get("join_group_id") is not None


def _discreet(found: list[Outcome], planned: list[Outcome]) -> list[Outcome]:
    """The same answer for an address that is new and for one that somebody outside has."""
    if any(outcome[2] in TELLS_OF_OTHERS for outcome in found):
        found = [outcome for outcome in planned if outcome[1] != SKIPPED]
    first = min(found, key=itemgetter(1))
    return [*found, (first[0], first[1], "TAKEN_IN", None, "")]


def _by_line(rows: Iterable[Outcome]) -> dict[int, list[Outcome]]:
    found: dict[int, list[Outcome]] = {}
    for row in rows:
        if row[0] in found:
            found[row[0]].append(row)
        else:
            found[row[0]] = [row]
    return found
