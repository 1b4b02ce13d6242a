"""The results file uploaded again: as it is, and corrected."""

import csv
import io

import pytest

from seatkeeper.uploads.results import results_path
from tests import factories
from tests.uploads.files import ANA, BO, CY, answers, column, emails, results, snapshot, table, upload_of

pytestmark = pytest.mark.django_db
DI, EVE = "di@corp.example", "eve@corp.example"
ANSWER = ["line", "status", "code", "message"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "newline"),
    [("utf-8", ",", "\n"), ("utf-8-sig", ";", "\r\n"), ("utf-16", "\t", "\n"), ("cp1252", ";", "\r\n")],
)
def test_the_results_uploaded_again_as_they_are_change_nothing(encoding: str, delimiter: str, newline: str) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)
    content = table(
        ["email", "first_name", column(pool)],
        [ANA, "Zoë", "Active "],
        [BO, "Märta", "active"],
        ["no", "", ""],
        [DI, "x", "", "y"],
        [EVE, 'Say "hi"\n;,\t', ""],
        delimiter=delimiter,
    ).replace("\n", newline)
    first = factories.import_csv(acme, content.encode(encoding))
    after = snapshot(acme)

    second = factories.import_csv(acme, results_path(first).read_bytes())
    third = factories.import_csv(acme, results_path(second).read_bytes())

    assert answers(first)[0] == ("activated", "")
    assert answers(second) == answers(third)
    assert answers(second)[0] == ("unchanged", "")
    assert [status for status, _ in answers(second)] == ["unchanged", "problem", "problem", "problem", "unchanged"]
    assert list(results(third)[0]) == ["email", "first_name", column(pool), *ANSWER]
    assert snapshot(acme) == after
    assert upload_of(second).notes == []


def test_the_results_can_be_corrected_and_uploaded_again() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    first = factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"], ["bo@corp", "active"], [CY, "gone"]))

    corrected = results_path(first).read_text("utf-8").replace("bo@corp,", f"{BO},").replace(",gone,", ",,")
    second = factories.import_csv(acme, corrected)

    assert answers(second) == [("unchanged", ""), ("activated", ""), ("added", "")]
    assert emails(acme) == {ANA, BO, CY}


def test_ragged_rows_stay_problems_until_they_are_corrected() -> None:
    """Also where a spreadsheet has made all rows equally long."""
    acme = factories.organization()
    first = factories.import_csv(acme, f"email,title,location\n{ANA},Berlin\n{BO},Boss,of,Berlin\n{CY},Boss,Berlin\n")
    as_it_is = results_path(first).read_text("utf-8")
    rows = list(csv.reader(io.StringIO(as_it_is, newline="")))
    from_spreadsheet = [row + [""] * (max(map(len, rows)) - len(row)) for row in rows]

    for again in (as_it_is, table(*from_spreadsheet)):
        operation = factories.import_csv(acme, again)
        assert answers(operation) == [("problem", "COLUMN_COUNT"), ("problem", "COLUMN_COUNT"), ("unchanged", "")]
        assert emails(acme) == {CY}

    header, ana, bo, cy = from_spreadsheet
    ana, bo = [ANA, "", "Berlin", *ana[3:]], [BO, "Boss of", "Berlin", *bo[3:7], ""]
    corrected = factories.import_csv(acme, table(header, ana, bo, cy))
    assert answers(corrected) == [("added", ""), ("added", ""), ("unchanged", "")]
    assert factories.learner(acme, ANA).attributes == {"location": "Berlin"}
    assert factories.learner(acme, BO).attributes == {"work_title": "Boss of", "location": "Berlin"}


def test_what_a_row_lacks_has_a_meaning_in_a_results_file_only() -> None:
    acme = factories.organization()
    operation = factories.import_csv(acme, f"email,title\n{ANA},(missing)\n")
    assert answers(operation) == [("added", "")]
    assert answers(factories.import_csv(acme, results_path(operation).read_bytes())) == [("unchanged", "")]


def test_a_row_that_can_t_be_read_keeps_its_place_and_is_a_problem_again() -> None:
    acme = factories.organization()

    first = factories.import_csv(acme, f"email,title\n{ANA},{'x' * 131_073}\n{BO},Boss\n")
    second = factories.import_csv(acme, results_path(first).read_bytes())

    assert answers(first) == [("problem", "UNREADABLE"), ("added", "")]
    assert [status for status, _ in answers(second)] == ["problem", "unchanged"]
