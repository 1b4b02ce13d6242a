"""The file that comes back: docs/how-to/csv-file.md, Problems."""

import csv
import io
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.licensing.models import License, LicensePool, Status
from seatkeeper.uploads.results import RANKS, results_path
from seatkeeper.uploads.services.run import carry_on
from tests import factories
from tests.uploads.files import (
    ACTIVE,
    ANA,
    BO,
    CY,
    answers,
    column,
    licensed,
    person,
    results,
    seats_taken,
    snapshot,
    status_of,
    table,
    upload_of,
)

pytestmark = pytest.mark.django_db
DI, EVE = "di@corp.example", "eve@corp.example"
ANSWER = ["line", "status", "code", "message"]


def lines_of(content: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))


def test_the_results_are_the_same_rows_in_the_same_order_and_four_columns_more() -> None:
    acme = factories.organization()
    content = (
        'Email , "First_Name",Kostenstelle\n"ana@corp.example","A, ""na""\nB",7\n\nno,Bo\n,,\n'
        "bo@corp.example,Bo,8,9,10\n CY@corp.example ,=x,\n"
    )

    operation = factories.import_csv(acme, content)

    text = results_path(operation).read_bytes().decode()
    assert lines_of(text)[0] == ["Email ", ' "First_Name"', "Kostenstelle", *ANSWER]
    assert [row[:5] for row in lines_of(text)[1:]] == [
        [ANA, 'A, "na"\nB', "7", "2", "added"],
        [],
        ["no", "Bo", "(missing)", "5", "problem"],
        ["", "", ""],
        [BO, "Bo", "8", "7", "problem"],
        [" CY@corp.example ", "=x", "", "8", "added"],
    ]


def test_ragged_rows_stay_readable_under_their_header() -> None:
    acme = factories.organization()

    operation = factories.import_csv(
        acme, "email,title,location\nana@corp.example\nbo@corp.example,Boss,Berlin,x,y\ncy@corp.example,,\n"
    )

    short, long, sound = results(operation)
    assert (short["email"], short["title"], short["location"], short["status"]) == (ANA, "(missing)", "(missing)", "problem")
    assert (long["location"], long["line"], long["status"]) == ("Berlin", "3", "problem")
    assert [str(cell) for cell in long.values()][-1] == "['x', 'y']"
    assert sound["status"] == "added"
    assert short["message"].startswith("Cells of the row: 1. Cells of the header: 3.")


def test_the_status_is_the_first_that_holds_of_all_that_happened_to_a_row() -> None:
    acme = factories.organization()
    learning, pro, mail = (factories.pool(acme, license_type=kind) for kind in ("learning", "pro", "mail"))
    LicensePool.objects.filter(id=mail.id).update(activation="invite")
    for email in (ANA, BO):
        licensed(learning, email, ACTIVE)
    for email in (CY, DI):
        person(acme, email)
    header = ["email", "title", column(learning), column(pro), column(mail)]

    operation = factories.import_csv(
        acme,
        table(
            header,
            [ANA, "Boss", "inactive", "", "active"],
            [BO, "Boss", "inactive", "", ""],
            [CY, "Boss", "", "active", "active"],
            [DI, "Boss", "", "", "active"],
            [EVE, "Boss", "", "", "active"],
            ["fay@corp.example", "Boss", "", "", ""],
            ["gus@corp.example", "", "no", "", ""],
        ),
    )

    assert [status for status, _ in answers(operation)] == [
        "reassigned",
        "unassigned",
        "activated",
        "invited",
        "invited",
        "added",
        "problem",
    ]


def test_unassigning_in_one_pool_outranks_a_reassign_between_others() -> None:
    acme = factories.organization()
    learning, pro, mail = (factories.pool(acme, license_type=kind) for kind in ("learning", "pro", "mail"))
    licensed(learning, ANA, ACTIVE)
    licensed(pro, ANA, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(learning), column(pro), column(mail)], [ANA, "inactive", "inactive", "active"])
    )

    assert answers(operation) == [("unassigned", "")]
    assert (operation.counts["reassigned"], operation.counts["unassigned"]) == (1, 1)
    assert [seats_taken(pool) for pool in (learning, pro, mail)] == [0, 0, 1]


def test_the_ranks_are_those_of_the_rules() -> None:
    assert RANKS == ("problem", "skipped", "unassigned", "reassigned", "activated", "invited", "added", "updated", "unchanged")


def test_several_problems_of_a_row_are_all_put_into_words() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)

    operation = factories.import_csv(acme, table(["email", "start_date", column(pool)], ["no", "soon", "gone"]))

    (row,) = results(operation)
    for words in ("“no”", "start_date: “soon”", f"{column(pool)}: “gone” is neither active nor inactive"):
        assert words in row["message"]


@pytest.mark.parametrize("first", ["EMAIL", "LICENSE_STATUS"])
def test_several_problems_of_a_row_are_told_as_its_columns_stand(first: str) -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    header, cells = ["email", "start_date", column(pool)], ["no", "soon", "gone"]
    if first != "EMAIL":
        header, cells = header[::-1], cells[::-1]

    (row,) = results(factories.import_csv(acme, table(header, cells)))

    assert row["code"] == f"EIS_UPLOAD_ROW_{first}_VALIDATION_ERROR"
    places = [row["message"].index(f"“{cell}”") for cell in cells]
    assert places == sorted(places)


def test_results_carry_a_mark_where_the_file_did_and_none_where_it_did_not() -> None:
    acme = factories.organization()

    plain = factories.import_csv(acme, "email\nana@corp.example\n")
    marked = factories.import_csv(acme, "\ufeffemail\nana@corp.example\n")
    western = factories.import_csv(acme, "email,first_name\nana@corp.example,Zoë\n".encode("cp1252"))

    assert [results_path(operation).read_bytes()[:3] == b"\xef\xbb\xbf" for operation in (plain, marked, western)] == [
        False,
        True,
        True,
    ]


def test_a_preview_writes_what_would_become_of_each_line_and_it_does() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)
    planned = factories.import_csv(
        acme, table(["email", column(pool)], [ANA, "active"], [BO, "active"], ["no"], [CY, ""]), apply=False
    )
    foreseen = answers(planned)

    operation = carry_on(upload_of(planned), clock=factories.frozen_clock, actor="tester", apply=True)

    assert (
        foreseen == answers(operation) == [("activated", ""), ("problem", "SEAT"), ("problem", "COLUMN_COUNT"), ("added", "")]
    )


@pytest.mark.parametrize("stage_rows", [1, 2, 5])
def test_every_line_is_answered_in_any_size_of_batch(settings: Settings, stage_rows: int) -> None:
    settings.STAGE_ROWS = settings.CHUNK_ROWS = stage_rows
    acme = factories.organization()

    operation = factories.import_csv(acme, f'email,title\n{ANA},"a\nb"\n\nno,x\n{BO},"c\n\nd"\n{CY},x,y\n{DI},\n')

    assert [(row["line"], row["status"]) for row in results(operation)] == [
        ("2", "added"),
        ("5", "problem"),
        ("6", "added"),
        ("9", "problem"),
        ("10", "added"),
    ]


PEOPLE = [f"p{number}@corp.example" for number in range(5)]
ADDRESSES = st.sampled_from([*PEOPLE, *PEOPLE, "P1@CORP.example ", "no", ""])
WISHES = st.sampled_from(["active", "inactive", "", "", "Active ", "gone"])
ROWS = st.lists(
    st.one_of(
        st.tuples(
            ADDRESSES,
            st.sampled_from(["", "E1", "E2", "E3"]),
            st.sampled_from(["", "Boss", "Aide", "(remove)"]),
            WISHES,
            WISHES,
        ),
        st.just(()),
        st.just(("", "", "", "", "")),
        st.just(("p1@corp.example", "")),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=40)
@example(  # as many problems as before, but others
    start=[("p0@corp.example", "", "", "active", "active")],
    rows=[
        ("p0@corp.example", "", "", "active", "active"),
        ("p1@corp.example", "", "", "active", "inactive"),
        ("p1@corp.example", "E2", "", "active", "active"),
        ("p2@corp.example", "E2", "", "active", "active"),
    ],
    seats=3,
    way="invite",
    new_people=True,
)
@example(  # the last line that gives an id is a problem for another reason
    start=[
        ("p0@corp.example", "", "", "active", "active"),
        ("p2@corp.example", "E1", "", "active", "active"),
        ("p1@corp.example", "E1", "", "active", "active"),
        ("p0@corp.example", "E1", "", "active", "inactive"),
    ],
    rows=[("p0@corp.example", "", "", "active", "active")],
    seats=3,
    way="invite",
    new_people=False,
)
@example(  # an id alone that another line gives
    start=[("p0@corp.example", "", "Aide", "active", "active")],
    rows=[
        ("p0@corp.example", "", "", "active", "active"),
        ("p0@corp.example", "E1", "", "active", "active"),
        ("", "E1", "Boss", "active", "active"),
    ],
    seats=1,
    way="invite",
    new_people=True,
)
@given(start=ROWS, rows=ROWS, seats=st.integers(0, 4), way=st.sampled_from(["invite", "immediate"]), new_people=st.booleans())
def test_counts_are_a_tally_of_the_results_and_the_same_file_again_changes_nothing(
    start: list[tuple[str, ...]], rows: list[tuple[str, ...]], seats: int, way: str, new_people: bool
) -> None:
    acme = factories.organization()
    learning = factories.pool(acme, seats=seats, activation="immediate")
    pro = factories.pool(acme, license_type="pro", seats=2, activation=way)
    header = ["email", "unique_user_id", "title", column(learning), column(pro)]
    sound = [("p0@corp.example", "E1", "Boss", "", ""), *start]
    factories.import_csv(acme, table(header, *map(list, sound)))
    before = {license_["pk"]: license_["status"] for license_ in _licenses(acme)}
    people = Learner.objects.filter(organization=acme).count()
    content = table(header, ["last@corp.example", "", "", "", ""], *map(list, rows))

    preview = factories.import_csv(acme, content, apply=False, new_people=new_people)
    operation = factories.import_csv(acme, content, new_people=new_people)

    tally = Counter(row["status"] for row in results(operation) if row["status"])
    counts = operation.counts
    assert counts["rows"] == tally.total() == 1 + sum(1 for row in rows if any(map(str.strip, row)))
    assert (counts["problems"], counts["skipped"], counts["unchanged"]) == (
        tally["problem"],
        tally["skipped"],
        tally["unchanged"],
    )
    assert {key: preview.counts[key] for key in counts} == counts
    assert Learner.objects.filter(organization=acme).count() == people + counts["added"]
    moves = Counter(
        (before.get(row["pk"], 0), row["status"]) for row in _licenses(acme) if before.get(row["pk"], 0) != row["status"]
    )
    halves = counts["reassigned"]
    assert sum(number for (_, after), number in moves.items() if after == Status.UNASSIGNED) == counts["unassigned"] + halves
    assert sum(number for (_, after), number in moves.items() if after) == counts["invited"] + counts["activated"] + halves
    for pool in (learning, pro):
        assert seats_taken(pool) == License.objects.filter(pool_id=pool.id, status=Status.ACTIVE).count()
        assert seats_taken(pool) <= pool.seats_in_force
    _assert_again_changes_nothing(acme, content, new_people, [status for status, _ in answers(operation)])


def _licenses(of: Organization) -> list[dict[str, object]]:
    return [
        {"pk": (learner, pool), "status": status}
        for learner, pool, status in License.objects.filter(organization_id=of.id).values_list(
            "learner_id", "pool_id", "status"
        )
    ]


def _assert_again_changes_nothing(acme: Organization, content: str, new_people: bool, first: list[str]) -> None:
    """What was a problem may be none any more: a seat or an address has come free. No other row changes anything."""
    after = snapshot(acme)
    again = factories.import_csv(acme, content, new_people=new_people)
    statuses = [status for status, _ in answers(again)]
    assert {status for was, status in zip(first, statuses, strict=True) if was != "problem"} <= {
        "",
        "unchanged",
        "skipped",
        "problem",
    }
    if [status == "problem" for status in statuses] == [status == "problem" for status in first]:
        assert again.planned_changes == 0
        assert snapshot(acme) == after


def test_a_seat_that_came_free_lets_the_same_file_apply_its_problem_row() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)
    content = table(["email", column(pool)], [ANA, "active"], [BO, "active"])
    factories.import_csv(acme, content)
    LicensePool.objects.filter(id=pool.id).update(seats_in_force=2)

    assert answers(factories.import_csv(acme, content)) == [("unchanged", ""), ("activated", "")]
    assert status_of(pool, BO) == Status.ACTIVE


SOME = """\
email,title,license_learning_status
ana@corp.example,Nurse,active
bo@corp.example,,gone

,,
cy@corp.example,x
\u00a0,,
di@corp.example, Chef ,
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_answers_do_not_depend_on_how_rows_are_written(delimiter: str) -> None:
    """Rows that are lines are answered as they stand; others are read and written anew."""
    acme, other = factories.organization(), factories.organization()
    for organization in (acme, other):
        factories.pool(organization)
    plain = SOME.replace(",", delimiter)
    broken = plain + f'"e\nm@corp.example"{delimiter}{delimiter}\n'

    answers = results(factories.import_csv(acme, plain))
    answers_of_broken = results(factories.import_csv(other, broken))

    assert answers_of_broken[: len(answers)] == answers
    assert [row["status"] for row in answers if row.get("status")] == ["activated", "problem", "problem", "added"]


def test_a_line_is_kept_as_it_was_written() -> None:
    operation = factories.import_csv(factories.organization(), 'email,title\n"ana@corp.example","a ""b"""\n')

    assert b'\n"ana@corp.example","a ""b""",2,added,,\r\n' in results_path(operation).read_bytes()
