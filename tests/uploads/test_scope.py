"""An uploader limited to groups changes nobody outside them, and learns nothing of them."""

from itertools import product

import pytest

from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import License, Status
from seatkeeper.uploads.models import Upload, UploadLine, UploadProblem
from seatkeeper.uploads.results import results_path
from tests import factories

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
    GroupMember.objects.create(organization=acme, group=group, learner=factories.learner(acme, "ann@acme.example"))
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
