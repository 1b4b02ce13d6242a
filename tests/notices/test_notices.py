"""What is told, to whom, and how often."""

from typing import Any

import pytest
from django.db import transaction

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.ends import End, announce
from seatkeeper.licensing.errors import BrakeHeld
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.operations import apply_operation
from seatkeeper.notices import rules
from seatkeeper.notices.models import Kind, Mail, Notice
from seatkeeper.notices.services.preferences import choose
from seatkeeper.notices.wording import sentence
from seatkeeper.uploads.errors import FileRefused
from tests import factories, steps
from tests.notices.conftest import admin

GOOD = "invited_email_address,license_learning_status\np1@corp.example,active\np2@corp.example,active\n"
BAD = GOOD + "nobody,active\n"


@pytest.fixture(autouse=True)
def _pool(acme: Organization) -> None:
    factories.pool(acme, seats=100)


def told(to: Membership) -> list[tuple[str, str]]:
    return [
        (notice.kind, sentence(notice.kind, notice.facts)) for notice in Notice.objects.filter(membership=to).order_by("id")
    ]


def test_a_file_is_told_of_with_its_numbers(acme: Organization, kim: Membership) -> None:
    factories.import_csv(acme, GOOD, name="joiners.csv")
    factories.import_csv(acme, BAD.replace("active", "inactive"), name="leavers.csv")
    assert told(kim) == [
        ("done", "joiners.csv is processed: 2 licenses activated, 2 people added, 2 seats taken."),
        ("problems", "leavers.csv is processed: 2 licenses unassigned, 2 seats freed, 1 row has a problem."),
    ]
    assert Mail.objects.count() == 2
    assert set(Mail.objects.values_list("recipient", flat=True)) == {"kim@acme.example"}


def test_a_plan_that_waits_and_a_file_that_is_refused_are_told_of(acme: Organization, kim: Membership) -> None:
    factories.import_csv(acme, GOOD, name="plan.csv", apply=False, preview=True)
    with pytest.raises(FileRefused):
        factories.import_csv(acme, "invited_email_address\n", name="broken.csv")
    kinds = dict(told(kim))
    assert kinds["checked"].startswith("plan.csv is checked and waits for you. It would do this: 2 licenses activated")
    assert kinds["refused"] == "broken.csv is refused: it can't be used as it is. Nothing was changed."


def test_what_the_brake_holds_is_told_to_who_did_it_and_to_full_admins(acme: Organization, kim: Membership) -> None:
    sub = admin(acme, "sub@acme.example", is_full=False)
    other = admin(acme, "other@acme.example", is_full=False)
    steps.people(acme, 60, "active")
    held = steps.plan("unassign", acme, steps.emails(*range(1, 61)))
    Operation.objects.filter(number=held.number).update(actor="sub@acme.example")
    held.actor = "sub@acme.example"
    for _again in range(2):
        with pytest.raises(BrakeHeld):
            steps.apply(held, release_brake=False)
    words = (
        f"Unassign, operation {held.number} is held by the brake: it would unassign 60 licenses."
        " Nothing is changed until a person lets it pass."
    )
    assert ("held", words) in told(kim)
    assert told(sub) == [("held", words)]
    assert told(other) == []


def test_only_large_operations_are_told_of(acme: Organization, kim: Membership, monkeypatch: Any) -> None:
    steps.people(acme, 5, "active")
    before = Notice.objects.count()
    steps.do("unassign", acme, [steps.email(1)])
    assert Notice.objects.count() == before
    monkeypatch.setattr(rules, "LARGE", 1)
    steps.do("unassign", acme, steps.emails(2, 3))
    assert told(kim)[-1][0] == "done"
    assert "2 licenses unassigned" in told(kim)[-1][1]


def test_whoever_did_it_hears_alone(acme: Organization, kim: Membership) -> None:
    sub = admin(acme, "tester", is_full=False)
    factories.import_csv(acme, GOOD)
    assert len(told(sub)) == 1
    assert told(kim) == []


def test_admins_of_others_hear_nothing(acme: Organization, kim: Membership) -> None:
    elsewhere = admin(factories.organization("Other"), "tester")
    factories.import_csv(acme, GOOD)
    assert told(elsewhere) == []


def test_each_admin_chooses_how(acme: Organization, kim: Membership) -> None:
    choose(membership_id=kim.id, ways={Kind.DONE: (False, True), Kind.PROBLEMS: (True, False)})
    factories.import_csv(acme, GOOD)
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 1)
    factories.import_csv(acme, BAD, name="other.csv")
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)


def test_an_end_is_told_once(acme: Organization, kim: Membership) -> None:
    done = factories.import_csv(acme, GOOD)
    for _again in range(2):
        with transaction.atomic():
            announce(done, End.REPORTED, now=factories.NOW)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)


def test_the_end_and_its_notice_are_there_together_or_not_at_all(
    acme: Organization, kim: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between the two, nothing has ended: whoever goes on from there ends it and tells it."""
    monkeypatch.setattr(rules, "LARGE", 1)
    steps.people(acme, 5, "active")
    before = Notice.objects.count()
    plan = steps.plan("unassign", acme, steps.emails(1, 2))

    def die(*arguments: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("seatkeeper.notices.services.tell.put", die)
        with pytest.raises(KeyboardInterrupt):
            steps.apply(plan)
    again = Operation.objects.get(number=plan.number)
    assert again.status == OperationStatus.APPLYING
    assert Notice.objects.count() == before
    apply_operation(again, clock=factories.frozen_clock, actor="tester")
    assert Notice.objects.count() == before + 1
    assert Mail.objects.filter(operation_number=plan.number).count() == 1
    steps.assert_books_right(acme)


def test_one_person_added_by_form_is_no_news(acme: Organization, kim: Membership) -> None:
    operation = Operation(verb="import", source="form", planned_changes=1)
    assert rules.kind_of(operation, End.REPORTED) is None
