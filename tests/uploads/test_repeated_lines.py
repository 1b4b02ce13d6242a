"""Lines of one file that name the same person: docs/how-to/csv-file.md, Values."""

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool, Status
from tests import factories
from tests.shared import Once
from tests.uploads.files import (
    ACTIVE,
    ANA,
    BO,
    CY,
    answers,
    column,
    emails,
    licensed,
    person,
    results,
    seats_taken,
    snapshot,
    status_of,
    table,
)

pytestmark = pytest.mark.django_db
NEW = "new@corp.example"
OTHER = "other@corp.example"


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    return once(make)


@pytest.fixture
def acme(made: Organization, db: None) -> Organization:
    return Organization.objects.get(id=made.id)


def make() -> Organization:
    """Ana, whose id is E1, and Bo, who has none."""
    acme = factories.organization()
    person(acme, ANA, unique_user_id="E1", first_name="Ana")
    person(acme, BO, title="Aide")
    return acme


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme)


def assert_all_are_problems(acme: Organization, header: list[str], *rows: list[str], code: str) -> None:
    """On every line concerned, naming the others; nothing is changed."""
    before = snapshot(acme)

    operation = factories.import_csv(acme, table(header, *rows))

    assert answers(operation) == [("problem", code)] * len(rows)
    for row in results(operation):
        assert all(str(line) in row["message"] for line in range(2, len(rows) + 2))
    assert snapshot(acme) == before


@pytest.mark.parametrize("email", [ANA, NEW])
def test_identical_lines_collapse_into_the_first(acme: Organization, pool: LicensePool, email: str) -> None:
    row = [email, "Boss", "active"]

    operation = factories.import_csv(acme, table(["email", "title", column(pool)], row, [CY, "", ""], row, row))

    assert answers(operation) == [
        ("activated", ""),
        ("added", ""),
        ("unchanged", "SAME_AS_LINE"),
        ("unchanged", "SAME_AS_LINE"),
    ]
    assert "Line 2 " in results(operation)[3]["message"]
    assert seats_taken(pool) == 1
    assert operation.counts["unchanged"] == 2


@pytest.mark.parametrize("email", [ANA, NEW])
def test_lines_that_complete_each_other_are_put_together(acme: Organization, pool: LicensePool, email: str) -> None:
    pro = factories.pool(acme, license_type="pro")

    operation = factories.import_csv(
        acme,
        table(
            ["email", "title", "location", "new_unique_user_id", column(pool), column(pro)],
            [email, "Boss", "", "", "active", ""],
            [email.upper(), "", "Berlin", "", "", "active"],
            [email, "", "Berlin", "E5", "active", ""],
        ),
    )

    assert [status for status, _ in answers(operation)] == ["activated", "unchanged", "unchanged"]
    learner = factories.learner(acme, email)
    assert learner.unique_user_id == "E5"
    assert learner.attributes["work_title"] == "Boss"
    assert learner.attributes["location"] == "Berlin"
    assert (seats_taken(pool), seats_taken(pro)) == (1, 1)


@pytest.mark.parametrize("email", [ANA, NEW])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("", "active"), ("", "inactive")),
        (("Boss", ""), ("Aide", "")),
        (("Boss", ""), ("(remove)", "")),
        (("Boss", ""), ("boss", "")),
    ],
)
def test_wishes_that_contradict_are_problems_on_every_line(
    acme: Organization, pool: LicensePool, email: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    header = ["email", "title", column(pool)]

    assert_all_are_problems(acme, header, [email, *one], [email, *other], [email, *one], code="EMAIL_DUPLICATE")


def test_one_line_that_wants_a_value_as_it_is_contradicts_one_that_changes_it(acme: Organization) -> None:
    assert_all_are_problems(acme, ["email", "title"], [BO, "Aide"], [BO, "Boss"], code="EMAIL_DUPLICATE")


def test_contradictions_take_nobody_else_along(acme: Organization, pool: LicensePool) -> None:
    operation = factories.import_csv(
        acme, table(["email", column(pool)], [ANA, "active"], [BO, "active"], [ANA, "inactive"], [CY, "active"])
    )

    assert [status for status, _ in answers(operation)] == ["problem", "activated", "problem", "activated"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([ANA, "", ""], ["", "E1", ""]),
        ([ANA, "", ""], ["", "", ANA]),
        (["", "E1", ""], ["", "", ANA]),
        ([ANA, "E1", ""], ["", "E1", ""]),
        ([NEW, "", ANA], [NEW, "E1", ""]),
    ],
)
def test_a_person_named_by_different_keys_is_one_person(
    acme: Organization, pool: LicensePool, one: list[str], other: list[str]
) -> None:
    header = ["email", "unique_user_id", "existing_email_address", column(pool)]

    assert_all_are_problems(acme, header, [*one, "active"], [*other, "inactive"], code="EMAIL_DUPLICATE")
    same = factories.import_csv(acme, table(header, [*one, "active"], [*other, "active"]))
    assert answers(same)[1] == ("unchanged", "SAME_AS_LINE")
    assert seats_taken(pool) == 1


@pytest.mark.parametrize("email", [BO, NEW])
@pytest.mark.parametrize("places", [(0, 1, 2), (0, 2, 1), (2, 0, 1)])
def test_an_id_that_the_file_gives_to_somebody_names_them_on_its_other_lines(
    acme: Organization, pool: LicensePool, email: str, places: tuple[int, ...]
) -> None:
    rows = [[CY, "", "", "active"], [email, "E7", "", ""], ["", "E7", "Boss", "active"]]
    content = table(["email", "unique_user_id", "title", column(pool)], *(rows[place] for place in places))

    first, second = factories.import_csv(acme, content), factories.import_csv(acme, content)

    assert sorted(answers(first)) == [("activated", ""), ("activated", ""), ("unchanged", "SAME_AS_LINE")]
    assert (first.counts["problems"], second.counts["problems"], second.planned_changes) == (0, 0, 0)
    learner = factories.learner(acme, email)
    assert (learner.unique_user_id, learner.attributes["work_title"]) == ("E7", "Boss")
    assert status_of(pool, email) == Status.ACTIVE


def test_values_that_somebody_has_already_agree_on_a_line_with_their_new_id_alone(acme: Organization) -> None:
    operation = factories.import_csv(acme, table(["email", "unique_user_id", "title"], [BO, "E7", "Aide"], ["", "E7", "Aide"]))

    assert answers(operation) == [("updated", ""), ("unchanged", "SAME_AS_LINE")]


@pytest.mark.parametrize("email", [BO, NEW])
@pytest.mark.parametrize("other", [["", "E7", "", "Aide"], ["", "E7", "E8", ""]])
def test_an_id_alone_that_the_file_gives_is_compared_with_the_line_that_gives_it(
    acme: Organization, email: str, other: list[str]
) -> None:
    header = ["email", "unique_user_id", "new_unique_user_id", "title"]

    assert_all_are_problems(acme, header, [email, "E7", "", "Boss"], other, code="EMAIL_DUPLICATE")


def test_an_id_that_only_a_problem_gives_is_nobodys(acme: Organization) -> None:
    content = table(["email", "unique_user_id", "start_date"], [NEW, "E7", "soon"], ["", "E7", ""], ["", "E9", ""])

    assert answers(factories.import_csv(acme, content)) == [
        ("problem", "ATTRIBUTE_VALUE"),
        ("problem", "UNIQUE_USER_ID"),
        ("problem", "UNIQUE_USER_ID"),
    ]
    assert NEW not in emails(acme)


def test_new_people_that_are_left_out_are_skipped_where_an_id_alone_names_them(acme: Organization) -> None:
    content = table(["email", "unique_user_id"], [NEW, "E7"], ["", "E7"])

    assert answers(factories.import_csv(acme, content, new_people=False)) == [("skipped", "NEW_PERSON")] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([NEW, "", ANA], [OTHER, "", ANA]),
        ([NEW, "E1", ""], [OTHER, "E1", ""]),
        ([NEW, "E1", ""], [OTHER, "", ANA]),
        ([ANA, "", ""], [NEW, "E1", ""]),
        ([NEW, "", ANA], [ANA, "", ""]),
    ],
)
def test_two_addresses_for_one_person_contradict(acme: Organization, one: list[str], other: list[str]) -> None:
    header = ["email", "unique_user_id", "existing_email_address"]

    assert_all_are_problems(acme, header, one, other, code="EMAIL_DUPLICATE")


def test_one_address_for_two_people_contradicts(acme: Organization) -> None:
    header = ["email", "existing_email_address"]

    assert_all_are_problems(acme, header, [NEW, ANA], [NEW, BO], code="EMAIL_DUPLICATE")
    assert_all_are_problems(acme, header, [NEW, ANA], [NEW, ""], code="EMAIL_DUPLICATE")


def test_addresses_can_t_be_swapped_within_one_file(acme: Organization) -> None:
    before = snapshot(acme)

    operation = factories.import_csv(acme, table(["email", "existing_email_address"], [ANA, BO], [BO, ANA]))

    assert answers(operation) == [("problem", "EMAIL_DUPLICATE")] * 2
    assert snapshot(acme) == before


@pytest.mark.parametrize(
    "rows",
    [
        ([NEW, "E7", ""], [OTHER, "E7", ""]),
        ([BO, "E7", ""], [NEW, "E7", ""]),
        ([BO, "", "E7"], [NEW, "E7", ""]),
        ([ANA, "E1", "E7"], [BO, "", "E7"]),
    ],
)
def test_the_same_new_id_for_two_people_is_a_problem_on_both_lines(
    acme: Organization, rows: tuple[list[str], list[str]]
) -> None:
    assert_all_are_problems(acme, ["email", "unique_user_id", "new_unique_user_id"], *rows, code="IDENTITY_CONFLICT")


@pytest.mark.parametrize("email", [BO, NEW])
def test_an_id_that_a_person_gets_from_a_later_line_is_compared_as_well(acme: Organization, email: str) -> None:
    before = snapshot(acme)

    operation = factories.import_csv(acme, table(["email", "unique_user_id"], [OTHER, "E7"], [email, ""], [email, "E7"]))

    assert answers(operation)[:2] == [("problem", "IDENTITY_CONFLICT")] * 2
    assert snapshot(acme) == before


@pytest.mark.parametrize("last", [[BO, "", "E7", "Boss"], [BO, "", "E7", "Aide"]])
def test_lines_that_give_one_id_are_compared_whatever_became_of_the_last(acme: Organization, last: list[str]) -> None:
    before = snapshot(acme)
    rows = [[NEW, "", "E7", ""], [OTHER, "", "E7", ""], [BO, "", "", "Boss"], last]

    operation = factories.import_csv(acme, table(["email", "existing_email_address", "unique_user_id", "title"], *rows))

    assert answers(operation)[:2] == [("problem", "IDENTITY_CONFLICT")] * 2
    assert snapshot(acme) == before


@pytest.mark.parametrize("last", [[NEW, BO, "Boss"], [NEW, BO, "Aide"]])
def test_lines_that_give_one_address_are_compared_whatever_became_of_the_last(acme: Organization, last: list[str]) -> None:
    before = snapshot(acme)
    rows = [[NEW, ANA, ""], [NEW, "", ""], [NEW, BO, "Boss"], last]

    operation = factories.import_csv(acme, table(["email", "existing_email_address", "title"], *rows))

    assert answers(operation)[:2] == [("problem", "EMAIL_DUPLICATE")] * 2
    assert snapshot(acme) == before


def test_two_new_ids_for_one_person_are_a_problem_on_both_lines(acme: Organization) -> None:
    header = ["email", "new_unique_user_id"]

    assert_all_are_problems(acme, header, [BO, "E7"], [BO, "E8"], code="EMAIL_DUPLICATE")
    assert_all_are_problems(acme, header, [NEW, "E7"], [NEW, "E8"], code="EMAIL_DUPLICATE")


def test_the_id_that_somebody_gives_up_is_not_given_to_another_in_the_same_file(acme: Organization) -> None:
    header = ["email", "unique_user_id", "new_unique_user_id"]

    assert_all_are_problems(acme, header, [ANA, "E1", "E7"], [NEW, "E1", ""], code="EMAIL_DUPLICATE")


def test_lines_that_collapse_are_one_row_for_the_seats(acme: Organization) -> None:
    pool = factories.pool(acme, seats=1, license_type="pro")

    operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"], [ANA, "active"], [BO, "active"]))

    assert answers(operation) == [("activated", ""), ("unchanged", "SAME_AS_LINE"), ("problem", "SEAT")]


def test_one_row_for_each_license_of_a_person_can_be_a_reassign(acme: Organization, pool: LicensePool) -> None:
    pro = factories.pool(acme, license_type="pro")
    licensed(pool, ANA, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(pool), column(pro)], [ANA, "inactive", ""], [ANA, "", "active"])
    )

    assert answers(operation) == [("reassigned", ""), ("unchanged", "SAME_AS_LINE")]
    assert status_of(pro, ANA) == Status.ACTIVE


@pytest.mark.parametrize("stage_rows", [1, 2])
def test_lines_far_apart_meet_as_well(settings: object, acme: Organization, pool: LicensePool, stage_rows: int) -> None:
    settings.STAGE_ROWS = settings.CHUNK_ROWS = stage_rows  # type: ignore[attr-defined]
    others = [[f"p{number}@corp.example", "active"] for number in range(4)]

    operation = factories.import_csv(
        acme, table(["email", column(pool)], [NEW, "active"], *others, [NEW, "inactive"], [OTHER, "active"], [OTHER, ""])
    )

    assert [status for status, _ in answers(operation)] == ["problem", *["activated"] * 4, "problem", "activated", "unchanged"]
    assert NEW not in emails(acme)


def test_a_column_of_one_value_where_people_should_be_is_a_problem_on_all_lines(acme: Organization, pool: LicensePool) -> None:
    rows = [[ANA, "active"]] * 1_001

    operation = factories.import_csv(acme, table(["email", column(pool)], *rows, [BO, "active"]))

    assert operation.counts["problems"] == 1_001
    assert answers(operation)[-1] == ("activated", "")


def test_new_people_that_are_left_out_are_skipped_on_each_line(acme: Organization) -> None:
    operation = factories.import_csv(
        acme, table(["email", "title"], [NEW, "Boss"], [NEW, "Boss"], [ANA, "Boss"]), new_people=False
    )

    assert answers(operation) == [("skipped", "NEW_PERSON"), ("skipped", "NEW_PERSON"), ("updated", "")]
    assert operation.counts["skipped"] == 2


@pytest.mark.parametrize("new_people", [True, False])
def test_an_address_that_a_line_gives_to_somebody_is_no_new_person_on_another(acme: Organization, new_people: bool) -> None:
    before = snapshot(acme)
    content = table(["email", "unique_user_id", "title"], [NEW, "E1", "Boss"], [NEW, "", "Aide"])

    operation = factories.import_csv(acme, content, new_people=new_people)

    assert answers(operation) == [("problem", "EMAIL_DUPLICATE")] * 2
    assert snapshot(acme) == before
