"""From the file to staged lines: read, check and match to learners, a chunk a transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from seatkeeper.directory.services.ids import reserve_ids
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.collector import collector_paused
from seatkeeper.kernel.meanwhile import Ahead
from seatkeeper.kernel.sql import fits
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.operations import Progress, beat
from seatkeeper.uploads.cells import SCIENTIFIC
from seatkeeper.uploads.dialect import Encoding, open_text
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import Layout
from seatkeeper.uploads.lines import STAGED_COLUMNS, Chunk, LineChecker, Problem, batches, parted, read_header
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.seen import watch
from seatkeeper.uploads.services.receive import stored_path
from seatkeeper.uploads.services.repeated import judge_repeated_lines
from seatkeeper.uploads.statements import STATEMENTS

INCOMING = "line bigint, key_email text, user_id text, to_email text, to_user_id text, patch text, wishes text"
CANDIDATE = "line bigint, user_id text, wanted text, length bigint"
PROBLEM_COLUMNS = ("organization_id", "operation_id", "line", "column", "code", "detail")
OTHER_KEYS = ("user_id", "existing_email", "new_user_id")
ATTRIBUTES = "COALESCE(by_email.attributes, by_id.attributes, by_new_email.attributes, by_new_id.attributes)"


def stage_upload(upload: Upload, operation: Operation, *, clock: Clock, progress: Progress) -> None:
    """Stage every line from where an earlier run stopped, then judge lines that name the same person.

    Raises:
        FileRefused: the file has more rows than allowed, or none.
    """
    layout = Layout.of_json(upload.layout)
    checker, seen = LineChecker(layout), watch(upload.size_bytes)
    zero_lengths = _lengths_of_zero_ids(upload.organization_id)
    with collector_paused(), open_text(stored_path(upload), Encoding(layout.encoding, False, layout.has_faults)) as text:
        _, line = read_header(text, layout.delimiter)
        source = batches(text, layout.delimiter, settings.STAGE_ROWS, line)
        chunks = Ahead(map(checker.check, parted(source, upload.staged_through + 1)))
        for chunk in chunks:
            seen.add_lines(chunk.staged)
            if chunk.last_line > upload.staged_through:  # else an earlier run staged it
                _stage_chunk(upload, layout, chunk, zero_lengths, meanwhile=chunks.make_ready)
            if seen.needs_other_keys:
                seen.add_keys(_people_by_other_key(upload, chunk))
            beat(operation, now=clock())
            progress("Checking", upload.counts["rows"], 0)
            give_way()
    if not upload.counts.get("rows"):
        raise FileRefused("EIS_UPLOAD_FILE_EMPTY_VALIDATION_ERROR")
    with transaction.atomic():
        columns = {"email_column": _name_of(layout, "email"), "id_column": _name_of(layout, "user_id")}
        judge_repeated_lines(upload, seen, **columns)
        if not upload.options["new_people"]:
            where = {"organization": upload.organization_id, "operation": upload.operation_id}
            STATEMENTS.execute("leave_out_new_people", where)
        upload.phase = Phase.PLANNING
        upload.save(update_fields=["phase"])


@transaction.atomic
def _stage_chunk(
    upload: Upload, layout: Layout, chunk: Chunk, zero_lengths: Sequence[int], *, meanwhile: Callable[[], None]
) -> None:
    bulk.prefer_index_lookups()
    bulk.commit_without_waiting()
    counts, group_ids = upload.counts, upload.options.get("group_ids")
    rows = counts.get("rows", 0) + chunk.row_count
    if rows > settings.UPLOAD_MAX_ROWS:
        raise FileRefused("EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR", detail=str(settings.UPLOAD_MAX_ROWS))
    parameters = {
        "organization": upload.organization_id,
        "operation": upload.operation_id,
        "after": upload.staged_through,
        "through": chunk.last_line,
        "email_column": _name_of(layout, "email"),
        "existing_email_column": _name_of(layout, "existing_email"),
        "id_column": _name_of(layout, "user_id"),
    }
    if chunk.staged:
        width = chunk.staged[-1][0] - chunk.staged[0][0] + 1
        first_id = reserve_ids(organization_id=upload.organization_id, count=width) - chunk.staged[0][0]
        bulk.temporary_table("incoming", INCOMING)
        bulk.insert_rows("incoming", STAGED_COLUMNS, chunk.staged)
        joins = {f"has_{role}": "TRUE" if layout.position(role) is not None else "FALSE" for role in OTHER_KEYS}
        matching = joins | {"fits": fits(ATTRIBUTES, "incoming.patch")}
        STATEMENTS.execute_meanwhile("stage_lines", parameters | {"first_id": first_id}, meanwhile, **matching)
        if zero_lengths and chunk.short_digit_ids:
            _flag_likely_people(chunk.short_digit_ids, zero_lengths, parameters)
        if group_ids is not None:
            _keep_within(upload, group_ids, parameters | {"first_id": first_id})
        STATEMENTS.execute("report_problems", parameters)
    _report(upload, chunk.problems if group_ids is not None else _with_likely_people(chunk.problems, parameters))
    malformed = counts.get("malformed", 0) + len({problem.line for problem in chunk.problems})
    upload.counts = counts | {"rows": rows, "blank": counts.get("blank", 0) + chunk.blank_count, "malformed": malformed}
    upload.staged_through = chunk.last_line
    upload.save(update_fields=["counts", "staged_through"])


def _keep_within(upload: Upload, group_ids: Sequence[int], parameters: dict[str, object]) -> None:
    """An uploader limited to groups: what is about others is a problem, or about new people who join one of the groups."""
    groups = ", ".join(str(int(group_id)) for group_id in group_ids) or "NULL"
    STATEMENTS.execute("flag_outside_scope", parameters, groups=groups)
    if upload.options.get("join_group_id") is not None:
        STATEMENTS.execute("take_as_new", parameters, groups=groups)


def _people_by_other_key(upload: Upload, chunk: Chunk) -> list[tuple[int, str]]:
    """Lines that name by an id, or by a former address, whom others may name by address."""
    if not chunk.staged:
        return []
    where = {"organization": upload.organization_id, "operation": upload.operation_id}
    lines = {"after": chunk.staged[0][0] - 1, "through": chunk.last_line}
    return STATEMENTS.rows("people_by_other_key", where | lines)


def _report(upload: Upload, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    bulk.insert_rows(
        "uploads_uploadproblem",
        PROBLEM_COLUMNS,
        [(upload.organization_id, upload.operation_id, p.line, p.column, p.code, p.detail) for p in problems],
    )


def _lengths_of_zero_ids(organization_id: int) -> list[int]:
    return [length for (length,) in STATEMENTS.rows("lengths_of_zero_ids", {"organization": organization_id})]


def _flag_likely_people(ids: Sequence[tuple[int, str]], lengths: Sequence[int], parameters: dict[str, object]) -> None:
    """A spreadsheet cuts leading zeros: find who is meant when they are put back."""
    bulk.temporary_table("candidate", CANDIDATE)
    bulk.insert_rows(
        "candidate",
        ("line", "user_id", "wanted"),
        [(line, uid, uid.zfill(length)) for line, uid in ids for length in lengths if length > len(uid)],
    )
    STATEMENTS.execute("flag_likely_people", parameters)


def _with_likely_people(problems: list[Problem], parameters: dict[str, object]) -> list[Problem]:
    """Name who may be meant by an id such as 1.2E+10, where only one person can be."""
    # Each once: a spoiled column says the same few values on many lines.
    rounded = list({p.detail for p in problems if p.code == "UNIQUE_USER_ID" and SCIENTIFIC.fullmatch(p.detail)})
    if not rounded:
        return problems
    bulk.temporary_table("candidate", CANDIDATE)
    ranges = [(number, *_ids_shown_as(shown)) for number, shown in enumerate(rounded)]
    bulk.insert_rows("candidate", ("line", "user_id", "wanted", "length"), ranges)
    likely = {rounded[number]: email for number, email in STATEMENTS.rows("people_by_rounded_id", parameters)}
    return [
        replace(p, detail=f"{p.detail} {likely[p.detail]}") if p.code == "UNIQUE_USER_ID" and p.detail in likely else p
        for p in problems
    ]


def _ids_shown_as(shown: str) -> tuple[str, str, int]:
    """The ids that a spreadsheet rounds to `shown`: the first, the one behind the last, how many digits they have."""
    number = Decimal(shown.replace(",", "."))
    digits = number.adjusted() + 1
    half = 10 ** max(int(number.as_tuple().exponent), 0) // 2
    first = max(int(number) - half, 10 ** (digits - 1))
    return str(first), str(int(number) + max(half, 1)), digits


def _name_of(layout: Layout, role: str) -> str:
    position = layout.position(role)
    return "" if position is None else layout.columns[position].name
