"""What a line of a usage file says, or what is wrong with it."""

from datetime import UTC, date, datetime

import pytest

from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.lines import Batch
from seatkeeper.uploads.messages import SENTENCES, sentence
from seatkeeper.usage.file_lines import Portion, UsageLines
from seatkeeper.usage.models import FactKind
from seatkeeper.usage.rules import Told
from tests.factories import NOW

HEADER = ["learner", "content", "day", "seconds", "completed", "id"]


def understood(*rows: list[str], header: list[str] = HEADER, now: datetime = NOW) -> Portion:
    lines = UsageLines(list(header), has_faults=True, now=now)
    return lines.understand(Batch(range(2, 2 + len(rows)), list(rows)))


def test_a_line_is_a_view_with_its_time() -> None:
    (told,) = understood(["ana@corp.example", "/courses/python", "2026-03-03", "90", "no", ""]).facts

    assert told == Told("ana@corp.example", "/courses/python", FactKind.VIEWED, day=date(2026, 3, 3), seconds=90, views=1)


@pytest.mark.parametrize("yes", ["yes", "TRUE", "1"])
def test_a_completed_line_is_a_completion_too(yes: str) -> None:
    (told,) = understood([" E1 ", "Python", "2026-03-03", "", yes, "x-7"]).facts

    assert (told.learner, told.kind, told.completions, told.seconds, told.id) == ("E1", FactKind.COMPLETED, 1, 0, "x-7")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["", "Python", "2026-03-03", "1", "no", ""], "learner", "USAGE_LEARNER"),
        (["a" * 321, "Python", "2026-03-03", "1", "no", ""], "learner", "USAGE_LEARNER"),
        (["E1", " ", "2026-03-03", "1", "no", ""], "content", "USAGE_CONTENT"),
        (["E1", "Python", "03/03/2026", "1", "no", ""], "day", "USAGE_DAY"),
        (["E1", "Python", "2026-02-30", "1", "no", ""], "day", "USAGE_DAY"),
        (["E1", "Python", "20260303", "1", "no", ""], "day", "USAGE_DAY"),
        (["E1", "Python", "1989-12-31", "1", "no", ""], "day", "USAGE_DAY"),
        (["E1", "Python", "2026-03-06", "1", "no", ""], "day", "USAGE_DAY_AHEAD"),
        (["E1", "Python", "2026-03-03", "-1", "no", ""], "seconds", "USAGE_SECONDS"),
        (["E1", "Python", "2026-03-03", "1.5", "no", ""], "seconds", "USAGE_SECONDS"),
        (["E1", "Python", "2026-03-03", "86401", "no", ""], "seconds", "USAGE_SECONDS"),
        (["E1", "Python", "2026-03-03", "٣", "no", ""], "seconds", "USAGE_SECONDS"),
        (["E1", "Python", "2026-03-03", "1", "done", ""], "completed", "USAGE_COMPLETED"),
        (["E1", "Python", "2026-03-03", "1", "no", "x" * 501], "id", "USAGE_ID"),
        (["E1", "Python", "2026-03-03", "1", "no"], "", "COLUMN_COUNT"),
        (["E1", "Pyth\udce9n", "2026-03-03", "1", "no", ""], "content", "ENCODING"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(row: list[str], column: str, code: str) -> None:
    portion = understood(row, ["E1", "Python", "2026-03-03", "86400", "0", ""])

    assert [(one.line, one.column, one.code) for one in portion.problems] == [(2, column, code)]
    assert len(portion.facts) == 1
    assert code in SENTENCES
    assert "%(" not in sentence(code, portion.problems[0].detail, column)


def test_a_day_counts_once_it_has_begun_anywhere_on_earth() -> None:
    row = ["E1", "Python", "2026-03-05", "1", "no", ""]

    assert understood(row, now=datetime(2026, 3, 4, 9, 59, tzinfo=UTC)).problems
    assert understood(row, now=datetime(2026, 3, 4, 10, 0, tzinfo=UTC)).facts


def test_columns_stand_in_any_order_and_unknown_ones_are_named() -> None:
    header = ["Completed", "team", "\ufeffDay", "SECONDS", "content", "learner", "line", "message"]
    lines = UsageLines(header, has_faults=False, now=NOW)
    portion = lines.understand(Batch([2], [["yes", "x", "2026-03-03", "1", "Python", "E1", "9", "was wrong"]]))

    assert (portion.facts[0].learner, portion.facts[0].completions) == ("E1", 1)
    assert lines.ignored == ["team"]


@pytest.mark.parametrize(
    ("header", "problem", "said"),
    [
        (["learner", "content", "date"], "EIS_UPLOAD_FILE_USAGE_COLUMNS_VALIDATION_ERROR", "day, seconds, completed"),
        ([*HEADER, "Learner"], "EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR", "learner"),
        ([" ", ""], "EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR", ""),
    ],
)
def test_a_header_that_lacks_a_column_is_refused(header: list[str], problem: str, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        UsageLines(header, has_faults=False, now=NOW)

    assert (refused.value.problem, refused.value.column) == (problem, said)
