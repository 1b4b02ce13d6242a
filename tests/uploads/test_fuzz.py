"""Whatever bytes come, they are read or refused, and never crash or hang us.

SEATKEEPER_TEST_FUZZ_EXAMPLES: how many files in all (2,000 unless told; the bench asks for more).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatkeeper.licensing.models import OperationStatus
from seatkeeper.uploads.dialect import Encoding, open_text
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.lines import Batch, LineChecker, Row, batches
from seatkeeper.uploads.services.receive import look_at
from tests import factories
from tests.uploads.files import results

EXAMPLES = int(os.environ.get("SEATKEEPER_TEST_FUZZ_EXAMPLES") or 2_000)
THROUGH_THE_DATABASE = max(1, EXAMPLES // 20)
POOLS = {"default/learning": 1, "default/pro": 2}
PATIENCE_SECONDS = 5.0  # of a processor, for one file: the clock goes on where others have it

HEADERS = [
    "email",
    "unique_user_id",
    "existing_email_address",
    "new_unique_user_id",
    "first_name",
    "start_date",
    "attribute_x",
    "license_learning_status",
    "status",
    "Kostenstelle",
    "",
]
SCRAPS = st.sampled_from(
    [
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b'"',
        b'""',
        b"'",
        b" ",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
    ]
    + [
        b"\x81",
        "ü".encode(),
        "美".encode(),
        "💺".encode(),
        b"\xed\xa0\x80",
        b"ana@corp.example",
        b"bo@corp.example",
        b"active",
        b"inactive",
    ]
    + [b"(remove)", b"1.2E+10", b"1E+999", b"0E+0", b"007", b"7", b"=1", b"2026-01-01", b"x" * 200]
    + [header.encode() for header in HEADERS]
)
BYTES = st.one_of(st.binary(max_size=200), st.lists(SCRAPS, max_size=60).map(b"".join))
FILES = st.one_of(
    BYTES,
    st.builds(
        lambda header, delimiter, newline, rest: delimiter.join(name.encode() for name in header) + newline + rest,
        st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6, unique=True).map(lambda header: ["email", *header]),
        st.sampled_from([b",", b";", b"\t"]),
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
        BYTES,
    ),
    st.builds(
        lambda text, encoding: text.encode(encoding, "replace"),
        st.text(max_size=100),
        st.sampled_from(["utf-16", "utf-8-sig", "cp1252"]),
    ),
)
FUZZ = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
)


@contextmanager
def patience() -> Iterator[None]:
    began = time.thread_time()
    yield
    assert time.thread_time() - began < PATIENCE_SECONDS


@pytest.mark.one_database("it reads files, and asks no database")
@settings(FUZZ, max_examples=EXAMPLES - THROUGH_THE_DATABASE)
@given(content=FILES, batch_rows=st.integers(1, 5))
@patience()
def test_the_reader_answers_every_line_of_any_bytes_or_refuses_the_file(
    content: bytes, batch_rows: int, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    try:
        layout, _notes = look_at(path, pools=POOLS, without_groups=False)
    except FileRefused:
        return
    checker = LineChecker(layout)
    with open_text(path, Encoding(layout.encoding, False, layout.has_faults)) as text:
        one_by_one = [(line, str(row)) for batch in batches(text, layout.delimiter, 1) for line, row in rows_of(batch)]
        text.seek(0)
        together: list[tuple[int, str]] = []
        for batch in batches(text, layout.delimiter, batch_rows):
            together += [(line, str(row)) for line, row in rows_of(batch)]
            chunk = checker.check(batch)
            answered = {row[0] for row in chunk.staged} | {problem.line for problem in chunk.problems}
            assert len(answered) == chunk.row_count
            assert chunk.row_count + chunk.blank_count == len(batch.rows)
            assert answered <= set(batch.lines)
            for row in chunk.staged:
                "".join(cell for cell in row if isinstance(cell, str)).encode()
    lines = [line for line, _ in together]
    assert together == one_by_one
    assert lines == sorted(set(lines))
    assert lines[-1] <= len(content.splitlines()) + content.count(b"\r") + content.count(b"\n") + 1


def rows_of(batch: Batch) -> Iterator[tuple[int, Row]]:
    return zip(batch.lines, batch.rows, strict=True)


@pytest.mark.django_db
@settings(FUZZ, max_examples=THROUGH_THE_DATABASE)
@given(content=FILES)
@patience()
def test_any_bytes_go_through_the_whole_import_or_are_refused(content: bytes) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)
    factories.import_csv(acme, "email,unique_user_id,license_learning_status\nana@corp.example,007,active\n")
    try:
        operation = factories.import_csv(acme, content)
    except FileRefused:
        return
    answered = [row for row in results(operation) if row.get("status")]
    assert operation.status == OperationStatus.DONE
    assert len(answered) == operation.counts["rows"]
    pool.refresh_from_db()
    assert pool.seats_taken <= 1


def test_the_fuzz_runs_as_often_as_the_rules_ask() -> None:
    assert "SEATKEEPER_TEST_FUZZ_EXAMPLES" in os.environ or EXAMPLES == 2_000
