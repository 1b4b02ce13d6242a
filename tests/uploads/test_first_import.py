"""People join by a file and leave by a file."""

import csv

import pytest

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import License, OperationStatus, Segment, Status
from seatkeeper.uploads.results import results_path
from tests import factories

pytestmark = pytest.mark.django_db

JOIN = """\
invited_email_address,preferred_first_name,license_learning_status
ana@corp.example,Ana,active
bo@corp.example,Bo,active
cy@corp.example,Cy,
"""
LEAVE = """\
invited_email_address,license_learning_status
ana@corp.example,inactive
bo@corp.example,
"""


def test_people_who_join_take_seats() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=10)

    operation = factories.import_csv(acme, JOIN)

    pool.refresh_from_db()
    assert operation.status == OperationStatus.DONE
    assert (operation.counts["added"], operation.counts["activated"]) == (3, 2)
    assert pool.seats_taken == 2
    assert factories.learner(acme, "ana@corp.example").attributes == {"preferred_first_name": "Ana"}
    assert statuses(acme.id) == {"ana@corp.example": Status.ACTIVE, "bo@corp.example": Status.ACTIVE}


def test_who_leaves_gives_the_seat_back() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=10)
    factories.import_csv(acme, JOIN)

    operation = factories.import_csv(acme, LEAVE)

    pool.refresh_from_db()
    assert (operation.counts["unassigned"], operation.counts["seats_freed"]) == (1, 1)
    assert pool.seats_taken == 1
    assert statuses(acme.id) == {"ana@corp.example": Status.UNASSIGNED, "bo@corp.example": Status.ACTIVE}


def test_an_invitation_takes_no_seat() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1, activation="invite")

    operation = factories.import_csv(acme, JOIN)

    pool.refresh_from_db()
    assert operation.counts["invited"] == 2
    assert pool.seats_taken == 0


def test_a_row_beyond_the_free_seats_is_a_problem_and_the_others_are_applied() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)

    operation = factories.import_csv(acme, JOIN)

    pool.refresh_from_db()
    assert pool.seats_taken == 1
    assert operation.counts["problems"] == 1
    assert [row["status"] for row in results(operation)] == ["activated", "problem", "added"]
    assert results(operation)[1]["code"] == "EIS_UPLOAD_ROW_SEAT_VALIDATION_ERROR"


def test_the_same_file_again_changes_nothing() -> None:
    acme = factories.organization()
    factories.pool(acme)
    factories.import_csv(acme, JOIN)
    segments = Segment.objects.filter(organization_id=acme.id).count()

    operation = factories.import_csv(acme, JOIN)

    assert operation.counts["unchanged"] == 3
    assert operation.planned_changes == 0
    assert Segment.objects.filter(organization_id=acme.id).count() == segments


def test_a_preview_changes_nothing() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)

    operation = factories.import_csv(acme, JOIN, apply=False)

    pool.refresh_from_db()
    assert operation.status == OperationStatus.PLANNED
    assert operation.counts["activated"] == 2
    assert pool.seats_taken == 0
    assert not Learner.objects.filter(organization=acme).exists()


def statuses(organization_id: int) -> dict[str, int]:
    """By e-mail, of those who have or had a license."""
    emails = dict(Learner.objects.filter(organization_id=organization_id).values_list("id", "email"))
    rows = License.objects.filter(organization_id=organization_id).values_list("learner_id", "status")
    return {emails[learner_id]: status for learner_id, status in rows}


def results(operation: object) -> list[dict[str, str]]:
    with results_path(operation).open(encoding="utf-8", newline="") as file:  # type: ignore[arg-type]
        return list(csv.DictReader(file))
