"""What single cells say: guards, values, license cells, addresses, ids."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.uploads.cells import Values, Wishes, guarded, sound_address, unguarded
from seatkeeper.uploads.layout import Layout, understand
from seatkeeper.uploads.lines import Batch, Chunk, LineChecker, Unreadable
from seatkeeper.uploads.messages import sentence


def checked(header: list[str], *rows: list[str], has_faults: bool = False) -> Chunk:
    columns = understand(header, pools={"default/learning": 1, "default/pro": 2}, without_groups=False)
    batch = Batch(range(2, 2 + len(rows)), [list(row) for row in rows])
    return LineChecker(Layout("utf-8", has_faults, ",", columns)).check(batch)


def problem_of(header: list[str], row: list[str]) -> tuple[str, str]:
    (problem,) = checked(header, row).problems
    return problem.column, problem.code


def patch_of(column: str, cell: str) -> dict[str, str | None]:
    (staged,) = checked(["email", column], ["ana@corp.example", cell]).staged
    patch: dict[str, str | None] = json.loads(staged[5] or "{}")
    return patch


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@ana", "'@ana"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'quoted'", "''quoted'"),
        ("'", "''"),
        ("(remove)", "'(remove)"),
        ("'(remove)", "''(remove)"),
        ("(remove) it", "(remove) it"),
        ("O'Neil", "O'Neil"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded_and_unguarded(value: str, cell: str) -> None:
    assert guarded(value) == cell
    assert unguarded(cell) == value


@given(st.text())
def test_guarding_and_unguarding_gives_back_any_value(value: str) -> None:
    assert unguarded(guarded(value)) == value


@pytest.mark.parametrize("cell", ["'tis", "'a'", "'(remove) it", "’", "O'Neil"])
def test_an_apostrophe_that_guards_nothing_is_kept(cell: str) -> None:
    assert unguarded(cell) == cell


@pytest.mark.parametrize(
    ("cell", "letter"),
    [
        ("active", "a"),
        ("ACTIVE", "a"),
        (" Active\t", "a"),
        ("Inactive ", "i"),
        ("inactive", "i"),
        ("INACTIVE\u00a0", "i"),
        ("", "-"),
        ("  ", "-"),
    ],
)
def test_a_license_cell_is_read_without_regard_to_case_and_blanks(cell: str, letter: str) -> None:
    wishes = Wishes()

    assert wishes[cell] == letter
    assert not wishes.faults


@pytest.mark.parametrize("cell", ["gone", "in active", "yes", "0", "(remove)", "'active", "actives"])
def test_any_other_license_cell_is_a_problem_on_its_line(cell: str) -> None:
    chunk = checked(["email", "license_learning_status"], ["ana@corp.example", cell], ["bo@corp.example", "active"])

    assert [(p.line, p.column, p.code, p.detail) for p in chunk.problems] == [
        (2, "license_learning_status", "LICENSE_STATUS", cell)
    ]
    assert [row[0] for row in chunk.staged] == [3]


def test_a_value_that_is_at_fault_is_at_fault_again_in_the_next_batch() -> None:
    columns = understand(["email", "start_date", "license_pro_status"], pools={"default/pro": 2}, without_groups=False)
    checker = LineChecker(Layout("utf-8", False, ",", columns))

    for line in range(2, 5):
        (first, second) = checker.check(Batch([line], [["ana@corp.example", "tomorrow", "gone"]])).problems
        assert {first.code, second.code} == {"ATTRIBUTE_VALUE", "LICENSE_STATUS"}


def test_the_memory_of_values_is_bounded_and_forgets_no_fault() -> None:
    values = Values("start_date")
    values.LIMIT = 2

    for day in range(10, 30):
        assert values[f"2026-01-{day}"] == f'"start_date":"2026-01-{day}",'
    assert values["later"] == ""

    assert len(values) <= 2
    assert values.faults == {"later"}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("start_date", "2026-02-28", "2026-02-28"),
        ("language", "pt-BR", "pt-BR"),
        ("preferred_language", "de", "de"),
        ("language", "zh-Hant-TW", "zh-Hant-TW"),
        ("manager_primary_email_address", " Boss@Corp.Example ", "boss@corp.example"),
        ("worker_status", "Inactive ", "inactive"),
        ("worker_status", "ACTIVE", "active"),
        ("manager_unique_user_id", "007", "007"),
        ("first_name", "  Ana ", "Ana"),
        ("first_name", "ANA ana", "ANA ana"),
        ("first_name", "'=Ana", "=Ana"),
        ("attribute_Motto", 'Say "hi", then\nleave', 'Say "hi", then\nleave'),
        ("attribute_Motto", "'(remove)", "(remove)"),
    ],
)
def test_a_sound_value_is_kept_as_it_is_written(column: str, cell: str, value: str) -> None:
    (kept,) = patch_of(column, cell).values()

    assert kept == value


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("start_date", "28.02.2026"),
        ("start_date", "2026-02-30"),
        ("start_date", "20260228"),
        ("start_date", "2026-2-3"),
        ("start_date", "2026-W09-1"),
        ("language", "pt_BR"),
        ("language", "Portuguese (Brazil)"),
        ("manager_primary_email_address", "boss"),
        ("worker_status", "retired"),
    ],
)
def test_what_is_no_value_for_its_column_is_a_problem(column: str, cell: str) -> None:
    assert problem_of(["email", column], ["ana@corp.example", cell]) == (column, "ATTRIBUTE_VALUE")


@pytest.mark.parametrize("column", ["first_name", "start_date", "language", "worker_status", "attribute_x"])
def test_an_empty_cell_leaves_and_a_cell_that_says_remove_clears_any_value(column: str) -> None:
    assert patch_of(column, " ") == {}
    assert list(patch_of(column, "(remove)").values()) == [None]
    assert list(patch_of(column, " (remove) ").values()) == [None]


@pytest.mark.parametrize(
    "cell", ["Ana@Corp.Example", " ana@corp.example ", "o'neil+a.b@sub.corp.example", "'=ana@corp.example"]
)
def test_an_address_is_trimmed_unguarded_and_in_lower_case(cell: str) -> None:
    assert sound_address(cell) == cell.strip().lower().removeprefix("'")


@pytest.mark.parametrize(
    "cell",
    [
        "not an address",
        "ana@",
        "@corp.example",
        "ana@corp",
        "ana@corp.example, bo@corp.example",
        "(remove)",
        f"{'a' * 310}@corp.example",
    ],
)
def test_what_is_no_address_is_a_problem(cell: str) -> None:
    assert sound_address(cell) is None
    assert problem_of(["email"], [cell]) == ("email", "EMAIL")
    assert problem_of(["email", "existing_email_address"], ["ana@corp.example", cell]) == ("existing_email_address", "EMAIL")


def test_one_odd_address_does_not_hide_that_others_are_sound() -> None:
    chunk = checked(["email"], ["ana@corp.example"], ["no"], ["o'neil@corp.example"])

    assert [row[:2] for row in chunk.staged] == [(2, "ana@corp.example"), (4, "o'neil@corp.example")]


def test_every_problem_of_a_line_is_reported_not_the_first() -> None:
    header = ["email", "unique_user_id", "start_date", "license_pro_status"]

    chunk = checked(header, ["no", "1.2E+10", "soon", "gone"])

    assert [(p.column, p.code) for p in chunk.problems] == [
        ("email", "EMAIL"),
        ("unique_user_id", "UNIQUE_USER_ID"),
        ("start_date", "ATTRIBUTE_VALUE"),
        ("license_pro_status", "LICENSE_STATUS"),
    ]
    assert chunk.staged == []


def test_a_row_that_names_nobody_is_a_problem_but_a_blank_one_is_none() -> None:
    header = ["unique_user_id", "email", "first_name"]

    chunk = checked(header, ["", "", "Ana"], ["", "", ""], [" ", "\t", " "], [""], [])

    assert [(p.line, p.code) for p in chunk.problems] == [(2, "EMAIL")]
    assert (chunk.row_count, chunk.blank_count) == (1, 4)
    assert "names nobody" in sentence("EMAIL", "missing", "")


def test_a_blank_row_is_blank_in_whatever_company_it_comes() -> None:
    header = ["email", "first_name"]

    alone = checked(header, ["  ", "\t"])
    beside_a_ragged_one = checked(header, ["  ", "\t"], ["a"])

    assert (alone.blank_count, alone.problems) == (1, [])
    assert (beside_a_ragged_one.blank_count, beside_a_ragged_one.row_count) == (1, 1)


@pytest.mark.parametrize("row", [["ana@corp.example"], ["ana@corp.example", "Ana", "x"], ["ana@corp.example", "Ana", ""]])
def test_a_ragged_row_is_a_problem_that_says_by_how_much(row: list[str]) -> None:
    (problem,) = checked(["email", "first_name"], row).problems

    assert (problem.code, problem.detail) == ("COLUMN_COUNT", f"{len(row)} 2")
    assert f"Cells of the row: {len(row)}. Cells of the header: 2." in sentence(problem.code, problem.detail, problem.column)


@pytest.mark.parametrize("text", ["A\0na", "A\udcfcna", "\ufffdAna"])
def test_bytes_that_are_no_text_are_a_problem_of_their_column(text: str) -> None:
    chunk = checked(
        ["email", "first_name", "title"], ["ana@corp.example", text, "Boss"], ["bo@corp.example", "Bö", ""], has_faults=True
    )

    assert [(p.line, p.column, p.code) for p in chunk.problems] == [(2, "first_name", "ENCODING")]
    assert [row[0] for row in chunk.staged] == [3]


@pytest.mark.parametrize("cell", ["1.2E+10", "1,2E+10", "5E+05", "1.23456E+15"])
def test_an_id_that_a_spreadsheet_rounded_is_a_problem(cell: str) -> None:
    assert problem_of(["email", "employee_id"], ["ana@corp.example", cell]) == ("employee_id", "UNIQUE_USER_ID")
    assert problem_of(["email", "new_unique_user_id"], ["ana@corp.example", cell]) == ("new_unique_user_id", "UNIQUE_USER_ID")


@pytest.mark.parametrize("cell", ["E+10", "1.2e10", "1.E+3", "1.2E+10x", "1E+99999999999"])
def test_an_id_that_only_resembles_a_rounded_one_is_an_id(cell: str) -> None:
    (staged,) = checked(["email", "employee_id"], ["ana@corp.example", cell]).staged

    assert staged[2] == cell


@pytest.mark.parametrize("column", ["employee_id", "new_unique_user_id"])
@pytest.mark.parametrize("cell", ["(remove)", "x" * 321])
def test_what_can_be_no_id_is_a_problem(column: str, cell: str) -> None:
    assert problem_of(["email", column], ["ana@corp.example", cell]) == (column, "UNIQUE_USER_ID")


def test_an_id_is_trimmed_and_unguarded_and_keeps_case_and_zeros() -> None:
    rows = [["a@corp.example", " 007 "], ["b@corp.example", "'=1"], ["c@corp.example", "'(remove)"], ["d@corp.example", "aB"]]

    assert [row[2] for row in checked(["email", "unique_id"], *rows).staged] == ["007", "=1", "(remove)", "aB"]


def test_a_row_that_can_t_be_read_is_a_problem_that_says_why() -> None:
    columns = understand(["email"], pools={}, without_groups=False)

    chunk = LineChecker(Layout("utf-8", False, ",", columns)).check(
        Batch([2, 9], [Unreadable("long 9", ["bo@corp.example"]), ["ana@corp.example"]])
    )

    assert [(p.line, p.code, p.detail) for p in chunk.problems] == [(2, "UNREADABLE", "long 9")]
    assert [row[0] for row in chunk.staged] == [9]


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("17", "“17” is nobody's"),
        ("E 17", "“E 17” is nobody's"),
        ("17 ana@corp.example", "“17” looks cut or rounded by a spreadsheet; ana@corp.example may be meant"),
        ("E 17 ana@corp.example", "“E 17” looks cut or rounded by a spreadsheet; ana@corp.example may be meant"),
    ],
)
def test_a_sentence_on_an_id_names_the_whole_id_and_the_likely_person(detail: str, words: str) -> None:
    assert words in sentence("UNIQUE_USER_ID", detail, "unique_user_id")
