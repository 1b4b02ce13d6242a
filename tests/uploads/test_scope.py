"""An uploader limited to groups changes nobody outside them, and learns nothing of them."""

from itertools import product
from typing import Any

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.changes import is_within
from seatkeeper.licensing.models import License, Operation, ProfileChange, Skipped, Status
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.undo import plan_undo
from seatkeeper.uploads.models import Upload, UploadLine, UploadProblem
from seatkeeper.uploads.results import results_path
from tests import factories, steps

pytestmark = pytest.mark.django_db
OUTSIDE = "EIS_UPLOAD_ROW_OUTSIDE_SCOPE_VALIDATION_ERROR"


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def team(acme: Organization) -> Group:
    """Ann is in it, Bob is not."""
    factories.pool(acme)
    factories.import_csv(
        acme,
        "email,unique_user_id,location,license_learning_status\n"
        "ann@acme.example,007,Graz,active\nbob@acme.example,0012,Linz,active\n",
    )
    group = add_group(organization_id=acme.id, name="Team")
    steps.membership(acme, ["ann@acme.example"], group, joins=True)
    return group


def problems(acme: Organization, group: Group | None, content: str) -> list[tuple[int, str, str]]:
    operation = factories.import_csv(acme, content, group_ids=(group.id,) if group else ())
    found = UploadProblem.objects.filter(organization_id=acme.id, operation_id=operation.number)
    return sorted(found.values_list("line", "code", "detail"))


def test_rows_within_the_groups_are_applied_and_the_others_are_problems(acme: Organization, team: Group) -> None:
    content = "email,license_learning_status\nann@acme.example,inactive\nbob@acme.example,inactive\nnew@acme.example,active\n"
    operation = factories.import_csv(acme, content, group_ids=(team.id,))

    status = {row.learner_id: row.status for row in License.objects.filter(organization_id=acme.id)}
    assert status[factories.learner(acme, "ann@acme.example").id] == Status.UNASSIGNED
    assert status[factories.learner(acme, "bob@acme.example").id] == Status.ACTIVE
    assert not Learner.objects.filter(email="new@acme.example").exists()
    assert operation.counts["problems"] == 2
    text = results_path(operation).read_text("utf-8")
    assert text.count(OUTSIDE) == 2


def test_known_and_unknown_get_the_same_answer(acme: Organization, team: Group) -> None:
    known = problems(acme, team, "email,location\nbob@acme.example,Wien\n")
    unknown = problems(acme, team, "email,location\nxyz@acme.example,Wien\n")
    assert known == unknown == [(2, "OUTSIDE_SCOPE", "")]


@pytest.mark.parametrize(
    ("header", "known", "unknown"),
    [
        ("unique_user_id,location", "0012,Wien", "0099,Wien"),
        ("unique_user_id,location", "12,Wien", "99,Wien"),  # a spreadsheet cut zeros
        ("email,unique_user_id", "ann@acme.example,0012", "ann@acme.example,0099"),
        ("existing_email_address,email", "ann@acme.example,bob@acme.example", "ann@acme.example,xyz@acme.example"),
        ("existing_email_address,email", "bob@acme.example,b2@acme.example", "xyz@acme.example,b2@acme.example"),
        ("email,new_unique_user_id", "ann@acme.example,0012", "ann@acme.example,0099"),
        ("email,unique_user_id", "bob@acme.example,007", "xyz@acme.example,007"),
    ],
)
def test_no_key_tells_of_somebody_outside(acme: Organization, team: Group, header: str, known: str, unknown: str) -> None:
    answers = [problems(acme, team, f"{header}\n{row}\n") for row in (known, unknown)]
    assert answers[0] == answers[1] == [(2, "OUTSIDE_SCOPE", "")]


def test_a_rounded_id_names_nobody_outside(acme: Organization, team: Group) -> None:
    factories.import_csv(acme, "email,unique_user_id\ncy@acme.example,120000000001\n")
    ((line, code, detail),) = problems(acme, team, "unique_user_id,location\n1.2E+11,Wien\n")
    assert (line, code) == (2, "UNIQUE_USER_ID")
    assert "@" not in detail


def test_repeated_lines_outside_say_no_more(acme: Organization, team: Group) -> None:
    rows = "\n".join(f"{who},{where}" for who, where in product(("bob@acme.example", "xyz@acme.example"), ("Wien", "Graz")))
    assert {found[1:] for found in problems(acme, team, f"email,location\n{rows}\n")} == {("OUTSIDE_SCOPE", "")}


def test_no_group_reaches_nobody(acme: Organization, team: Group) -> None:
    assert problems(acme, None, "email,location\nann@acme.example,Wien\n") == [(2, "OUTSIDE_SCOPE", "")]


def test_without_a_limit_nothing_is_outside(acme: Organization, team: Group) -> None:
    factories.import_csv(acme, "email,location\nbob@acme.example,Wien\nnew@acme.example,Wien\n")
    assert not UploadProblem.objects.filter(organization_id=acme.id).exists()


def test_the_problems_are_kept_by_code_with_their_first_lines(acme: Organization, team: Group) -> None:
    rows = "".join(f"new{number}@acme.example,Wien\n" for number in range(20))
    operation = factories.import_csv(acme, f"email,location\n{rows}", group_ids=(team.id,))
    upload = Upload.objects.get(organization_id=acme.id, operation_id=operation.number)
    assert upload.counts["codes"] == [["OUTSIDE_SCOPE", 20, [2, 3, 4, 5, 6, 7, 8, 9]]]
    assert UploadLine.objects.filter(operation_id=operation.number, verdict=1).count() == 20


NEW_PEOPLE = "email,unique_user_id,location,license_learning_status\nnew@acme.example,0099,Wien,active\n"


def joining(acme: Organization, team: Group, content: str, **choices: Any) -> Operation:
    return factories.import_csv(acme, content, group_ids=(team.id,), join_group_id=team.id, **choices)


def answers(operation: Operation) -> list[str]:
    """What the results file says of each row."""
    status = results_path(operation).read_text("utf-8").splitlines()
    width = status[0].count(",") - 4
    return [row.split(",", width + 1)[-1] for row in status[1:]]


def undone(operation: Operation) -> Operation:
    act = Act(operation.organization_id, "undo", "page", "tester")
    undo = plan_undo(operation, act=act, clock=factories.frozen_clock)
    return apply_operation(undo, clock=factories.frozen_clock, actor="tester")


def counts_of(operation: Operation, *names: str) -> tuple[int, ...]:
    return tuple(operation.counts[name] for name in names)


def test_new_people_join_the_chosen_group_in_the_same_operation(acme: Organization, team: Group) -> None:
    operation = joining(acme, team, f"{NEW_PEOPLE}ann@acme.example,007,Linz,\n")

    new = factories.learner(acme, "new@acme.example")
    assert GroupMember.objects.filter(group=team, learner=new).exists()
    assert License.objects.get(learner_id=new.id).status == Status.ACTIVE
    assert counts_of(operation, "added", "joined", "updated") == (1, 1, 1)
    assert counts_of(operation, "skipped", "problems", "unchanged") == (0, 0, 0)
    assert check_books(organization_id=acme.id).ok


def test_undo_takes_the_new_people_and_their_memberships_back_and_again(acme: Organization, team: Group) -> None:
    reach = Reach(acme.id, (team.id,))
    operation = joining(acme, team, NEW_PEOPLE)
    assert is_within(operation, people=reach, groups=reach)

    undo = undone(operation)

    assert not Learner.objects.filter(email="new@acme.example").exists()
    assert GroupMember.objects.filter(group=team).count() == 1
    assert counts_of(undo, "removed", "left", "updated", "skipped") == (1, 1, 0, 0)
    assert is_within(undo, people=reach, groups=reach)
    undone(undo)
    new = factories.learner(acme, "new@acme.example")
    assert GroupMember.objects.filter(group=team, learner=new).exists()
    assert check_books(organization_id=acme.id).ok


@pytest.mark.parametrize(
    ("header", "known", "unknown"),
    [
        ("email,location,license_learning_status", "bob@acme.example,Wien,active", "xyz@acme.example,Wien,active"),
        ("email,license_learning_status", "bob@acme.example,inactive", "xyz@acme.example,inactive"),
        ("email,unique_user_id", "bob@acme.example,0012", "xyz@acme.example,0098"),
        ("email,unique_user_id", "xyz@acme.example,0012", "xyz@acme.example,0098"),
        ("email,unique_user_id", "xyz@acme.example,12", "xyw@acme.example,98"),
        ("email,unique_user_id", "bob@acme.example,0097", "xyz@acme.example,0097"),
        ("email,location", "bob@acme.example,Wien\nbob@acme.example,Graz", "xyz@acme.example,Wien\nxyz@acme.example,Graz"),
        ("email,location", "bob@acme.example,Wien\nbob@acme.example,Wien", "xyz@acme.example,Wien\nxyz@acme.example,Wien"),
    ],
)
def test_plan_and_answers_are_the_same_for_known_and_unknown(
    acme: Organization, team: Group, header: str, known: str, unknown: str
) -> None:
    before = factories.learner(acme, "bob@acme.example")
    files = [f"{header}\n{rows}\n" for rows in (known, unknown)]
    of_known, of_unknown = (joining(acme, team, file, apply=False) for file in files)
    assert answers(of_known) == answers(of_unknown)
    assert (of_known.counts, of_known.planned_changes) == (of_unknown.counts, of_unknown.planned_changes)

    of_known, of_unknown = (joining(acme, team, file) for file in files)

    assert answers(of_known) == answers(of_unknown)
    rows = ("rows", "problems", "skipped", "unchanged")
    assert counts_of(of_known, *rows) == counts_of(of_unknown, *rows)
    after = factories.learner(acme, "bob@acme.example")
    assert (after.id, after.attributes, after.unique_user_id) == (before.id, before.attributes, before.unique_user_id)
    assert not GroupMember.objects.filter(group=team, learner=before).exists()
    assert check_books(organization_id=acme.id).ok


def test_who_is_outside_is_skipped_whole_and_the_rest_can_be_undone(acme: Organization, team: Group) -> None:
    reach = Reach(acme.id, (team.id,))
    operation = joining(acme, team, f"{NEW_PEOPLE}bob@acme.example,,Wien,active\n")

    skipped = Skipped.objects.filter(operation_id=operation.number).values_list("item_id", "reason")
    pool = pools_of(acme.id)["default/learning"].id
    assert sorted(skipped) == sorted([(0, "address_taken"), (team.id, "address_taken"), (pool, "person_missing")])
    assert counts_of(operation, "added", "joined", "activated") == (1, 1, 1)
    assert is_within(operation, people=reach, groups=reach)
    undone(operation)
    assert not Learner.objects.filter(email="new@acme.example").exists()
    assert check_books(organization_id=acme.id).ok


def test_a_row_that_gives_one_of_them_another_address_stays_a_problem(acme: Organization, team: Group) -> None:
    for row in ("xyz@acme.example,007", "bob@acme.example,007"):
        operation = joining(acme, team, f"email,unique_user_id\n{row}\n")
        assert UploadProblem.objects.get(operation_id=operation.number).code == "OUTSIDE_SCOPE"
        assert not ProfileChange.objects.filter(operation_id=operation.number).exists()


def test_new_people_without_a_seat_join_nothing(acme: Organization, team: Group) -> None:
    rows = "".join(f"n{number}@acme.example,active\n" for number in range(9))
    operation = joining(acme, team, f"email,license_learning_status\n{rows}")
    assert counts_of(operation, "added", "joined", "problems") == (8, 8, 1)
    assert check_books(organization_id=acme.id).ok


def test_a_chunk_does_not_part_a_person_from_the_group(acme: Organization, team: Group, settings: Settings) -> None:
    settings.CHUNK_ROWS = 3
    rows = "".join(f"n{number}@acme.example\n" for number in range(10))
    joining(acme, team, f"email\n{rows}")
    assert GroupMember.objects.filter(group=team).count() == 11
