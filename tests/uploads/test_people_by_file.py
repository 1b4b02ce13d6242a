"""How a row names a person, and what it changes of them: docs/how-to/csv-file.md, Headers."""

import pytest

from seatkeeper.directory.models import Learner, Organization
from tests import factories
from tests.shared import Once
from tests.uploads.files import ANA, BO, CY, answers, emails, person, problems, results, snapshot, table

pytestmark = pytest.mark.django_db
NEW = "ana.new@corp.example"


def id_of(email: str) -> str | None:
    found: str | None = Learner.objects.get(email=email).unique_user_id
    return found


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    return once(make)


@pytest.fixture
def acme(made: Organization, db: None) -> Organization:
    return Organization.objects.get(id=made.id)


def make() -> Organization:
    """Ana has the id 007 and Bo the id E1; Cy has none."""
    acme = factories.organization()
    person(acme, ANA, unique_user_id="007", first_name="Ana")
    person(acme, BO, unique_user_id="E1")
    person(acme, CY)
    return acme


@pytest.mark.parametrize(
    ("header", "row", "who"),
    [
        (["email"], [" ANA@corp.Example "], ANA),
        (["unique_id"], ["007"], ANA),
        (["email", "employee_id"], ["", "E1"], BO),
        (["email", "employee_id"], [ANA, "007"], ANA),
        (["email", "existing_email_address"], ["", ANA], ANA),
        (["email", "existing_email_address"], [ANA, ""], ANA),
        (["email", "existing_email_address"], [ANA, ANA], ANA),
        (["email", "existing_email_address", "employee_id"], ["", "", "E1"], BO),
        (["employee_id", "existing_email_address"], ["", ANA], ANA),
    ],
)
def test_a_row_finds_its_person_and_changes_what_it_says_and_nothing_else(
    acme: Organization, header: list[str], row: list[str], who: str
) -> None:
    before = {learner.email: (learner.id, learner.unique_user_id) for learner in Learner.objects.all()}

    operation = factories.import_csv(acme, table([*header, "title"], [*row, "Boss"]))

    assert answers(operation) == [("updated", "")]
    assert {learner.email: (learner.id, learner.unique_user_id) for learner in Learner.objects.all()} == before
    assert [learner.email for learner in Learner.objects.all() if learner.attributes.get("work_title") == "Boss"] == [who]


@pytest.mark.parametrize(
    ("header", "row", "code", "says"),
    [
        (["email", "employee_id"], [ANA, "E1"], "IDENTITY_CONFLICT", BO),
        (["email", "employee_id"], [ANA, "E9"], "IDENTITY_CONFLICT", "007"),
        (["email", "existing_email_address", "employee_id"], [NEW, ANA, "E1"], "IDENTITY_CONFLICT", BO),
        (["email", "new_unique_user_id"], [ANA, "E1"], "IDENTITY_CONFLICT", BO),
        (["email", "new_unique_user_id"], [NEW, "E1"], "IDENTITY_CONFLICT", BO),
        (["employee_id", "new_unique_user_id"], ["007", "E1"], "IDENTITY_CONFLICT", BO),
        (["email", "existing_email_address"], [BO, ANA], "EMAIL_DUPLICATE", BO),
        (["email", "existing_email_address"], [NEW, "nobody@corp.example"], "EMAIL", "existing_email_address"),
        (["email", "existing_email_address"], ["", "nobody@corp.example"], "EMAIL", "existing_email_address"),
        (["employee_id"], ["E9"], "UNIQUE_USER_ID", "E9"),
        (["email", "employee_id"], ["", "E9"], "UNIQUE_USER_ID", "E9"),
        (["employee_id"], ["e1"], "UNIQUE_USER_ID", "e1"),
        (["employee_id", "new_unique_user_id"], ["E9", "E10"], "UNIQUE_USER_ID", "E9"),
        (["employee_id"], ["7"], "UNIQUE_USER_ID", ANA),
        (["email", "employee_id"], [NEW, "7"], "UNIQUE_USER_ID", ANA),
        (["email", "employee_id"], [ANA, "07"], "UNIQUE_USER_ID", ANA),
    ],
)
def test_a_row_that_names_no_one_or_more_than_one_is_a_problem_that_changes_nothing(
    acme: Organization, header: list[str], row: list[str], code: str, says: str
) -> None:
    before = snapshot(acme)

    operation = factories.import_csv(acme, table([*header, "title"], [*row, "Boss"]))

    assert answers(operation) == [("problem", code)]
    assert says in results(operation)[0]["message"]
    assert snapshot(acme) == before


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["email", "existing_email_address"], [NEW, ANA]),
        (["email", "existing_email_address"], [f" {NEW.upper()}", " ANA@CORP.example "]),
        (["email", "employee_id"], [NEW, "007"]),
        (["email", "existing_email_address", "employee_id"], [NEW, ANA, "007"]),
        (["email", "existing_email_address", "employee_id"], [NEW, "nobody@corp.example", "007"]),
    ],
)
def test_a_new_address_keeps_the_person_and_the_same_file_again_changes_nothing(
    acme: Organization, header: list[str], row: list[str]
) -> None:
    ana = factories.learner(acme, ANA)
    content = table([*header, "title"], [*row, "Boss"])

    first = factories.import_csv(acme, content)
    after = snapshot(acme)
    second = factories.import_csv(acme, content)

    assert (answers(first), answers(second)) == ([("updated", "")], [("unchanged", "")])
    renamed = factories.learner(acme, NEW)
    assert (renamed.id, renamed.unique_user_id) == (ana.id, "007")
    assert renamed.attributes == {"preferred_first_name": "Ana", "work_title": "Boss"}
    assert second.planned_changes == 0
    assert snapshot(acme) == after


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["email", "new_unique_user_id"], [ANA, "E7"]),
        (["employee_id", "new_unique_user_id"], ["007", "E7"]),
        (["email", "employee_id", "new_unique_user_id"], [ANA, "007", "E7"]),
    ],
)
def test_a_new_id_keeps_the_person_and_the_same_file_again_changes_nothing(
    acme: Organization, header: list[str], row: list[str]
) -> None:
    content = table(header, row)

    first, second = factories.import_csv(acme, content), factories.import_csv(acme, content)

    assert (answers(first), answers(second)) == ([("updated", "")], [("unchanged", "")])
    assert id_of(ANA) == "E7"


def test_address_and_id_can_change_on_one_row_again_and_again(acme: Organization) -> None:
    content = table(["email", "existing_email_address", "new_unique_user_id"], [NEW, ANA, "E7"])

    first, second = factories.import_csv(acme, content), factories.import_csv(acme, content)

    assert (answers(first), answers(second)) == ([("updated", "")], [("unchanged", "")])
    assert id_of(NEW) == "E7"
    assert emails(acme) == {NEW, BO, CY}


@pytest.mark.parametrize("header", ["unique_user_id", "new_unique_user_id"])
def test_who_had_no_id_gets_one(acme: Organization, header: str) -> None:
    operation = factories.import_csv(acme, table(["email", header], [CY, "E3"]))

    assert answers(operation) == [("updated", "")]
    assert id_of(CY) == "E3"


def test_an_id_alone_finds_existing_people_and_adds_nobody(acme: Organization) -> None:
    operation = factories.import_csv(acme, table(["employee_id", "title"], ["E1", "Boss"], ["E2", "Boss"]))

    assert answers(operation) == [("updated", ""), ("problem", "UNIQUE_USER_ID")]
    assert emails(acme) == {ANA, BO, CY}


def test_somebody_new_comes_with_address_id_and_values(acme: Organization) -> None:
    header = ["email", "employee_id", "first_name", "attribute_Team", "language", "start_date", "manager_primary_email_address"]

    factories.import_csv(acme, table(header, ["Di@corp.example", "007x", "Di", "", "pt-BR", "2026-05-01", "BOSS@corp.example"]))

    di = factories.learner(acme, "di@corp.example")
    assert di.unique_user_id == "007x"
    assert di.attributes == {
        "preferred_first_name": "Di",
        "language": "pt-BR",
        "start_date": "2026-05-01",
        "manager_primary_email_address": "boss@corp.example",
    }


def test_an_id_without_zeros_that_is_somebodys_own_is_no_problem(acme: Organization) -> None:
    person(acme, "seven@corp.example", unique_user_id="70")
    person(acme, "zero@corp.example", unique_user_id="0070")

    operation = factories.import_csv(acme, table(["employee_id", "title"], ["70", "Boss"], ["0070", "Aide"]))

    assert answers(operation) == [("updated", ""), ("updated", "")]


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ("1.2E+10", "12012345678"),
        ("1,2E+10", "11970000000"),
        ("1.23456E+11", "123456499999"),
        ("9.9E+10", "99012345678"),
        ("9.99E+11", "999400000000"),
        ("5E+05", "512345"),
        ("9e+05", "912345"),
    ],
)
def test_an_id_that_a_spreadsheet_rounded_names_the_one_person_it_can_be(acme: Organization, shown: str, real: str) -> None:
    person(acme, "long@corp.example", unique_user_id=real)

    operation = factories.import_csv(acme, table(["email", "employee_id"], ["", shown], [ANA, shown]))

    assert answers(operation) == [("problem", "UNIQUE_USER_ID")] * 2
    for row in results(operation):
        assert "long@corp.example may be meant" in row["message"]
        assert f"“{shown}”" in row["message"]


@pytest.mark.parametrize("shown", ["1.2E+10", "8E+10", "0E+5", "1.23456E+2", "9.9E+308", "1E+999"])
def test_an_id_that_a_spreadsheet_rounded_names_nobody_where_it_can_be_several_or_none(acme: Organization, shown: str) -> None:
    person(acme, "one@corp.example", unique_user_id="12012345678")
    person(acme, "two@corp.example", unique_user_id="12012345679")
    person(acme, "three@corp.example", unique_user_id="1201234567")

    operation = factories.import_csv(acme, table(["employee_id"], [shown]))

    assert problems(operation) == [("2", "UNIQUE_USER_ID")]
    assert "may be meant" not in results(operation)[0]["message"]


def test_empty_cells_leave_values_and_remove_clears_them(acme: Organization) -> None:
    person(acme, BO, first_name="Bo", title="Boss", language="de", attribute_Team="A")

    operation = factories.import_csv(
        acme,
        table(["email", "first_name", "title", "language", "attribute_team"], [BO, "", "(remove)", "(remove)", "(remove)"]),
    )

    assert answers(operation) == [("updated", "")]
    assert factories.learner(acme, BO).attributes == {"preferred_first_name": "Bo"}


def test_removing_what_is_not_there_changes_nothing_and_adds_no_value_to_new_people(acme: Organization) -> None:
    content = table(["email", "title", "attribute_team"], [CY, "(remove)", "(remove)"], [NEW, "(remove)", "'(remove)"])

    operation = factories.import_csv(acme, content)

    assert answers(operation) == [("unchanged", ""), ("added", "")]
    assert factories.learner(acme, NEW).attributes == {"attribute_team": "(remove)"}


def test_a_change_of_case_in_a_value_is_a_change_and_in_an_address_none(acme: Organization) -> None:
    assert answers(factories.import_csv(acme, table(["email", "first_name"], ["ANA@CORP.EXAMPLE", "Ana"]))) == [
        ("unchanged", "")
    ]
    assert answers(factories.import_csv(acme, table(["email", "first_name"], [ANA, "ANA"]))) == [("updated", "")]


def test_another_organization_is_neither_found_nor_touched(acme: Organization) -> None:
    other = factories.organization()
    before = snapshot(acme)

    operation = factories.import_csv(
        other, table(["email", "employee_id", "title"], [ANA, "E1", "Boss"], ["", "007", "Boss"], [NEW, "7", ""])
    )

    assert answers(operation) == [("added", ""), ("problem", "UNIQUE_USER_ID"), ("added", "")]
    assert snapshot(acme) == before


@pytest.mark.parametrize(
    "row",
    [["not an address", "", ""], ["", "", ""], [ANA, "tomorrow", ""], [ANA, "", "retired"]],
)
def test_a_row_at_fault_changes_nothing_and_the_others_are_applied(acme: Organization, row: list[str]) -> None:
    operation = factories.import_csv(
        acme,
        table(["email", "start_date", "worker_status", "title"], [*row, "Boss"], [BO, "2026-01-01", "active", "Boss"]),
    )

    assert [status for status, _ in answers(operation)] == ["problem", "updated"]
    assert "work_title" not in factories.learner(acme, ANA).attributes
