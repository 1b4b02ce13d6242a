"""Admins send invitations again, remind and withdraw: from the users page and from a profile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seatkeeper.directory.models import Group, GroupMember, Organization
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.services.rounds import carry_on_rounds
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.suspend import suspend_learner
from seatkeeper.notices.models import Mail
from tests import factories, steps

PAGE = "/admin-center/invitations/"


@pytest.fixture
def invited(acme: Organization) -> list[int]:
    """Three people with an invitation, and one without a license."""
    factories.pool(acme, seats=5, activation="invite")
    factories.import_csv(acme, steps.csv_of(steps.emails(1, 2, 3), "active"), clock=system_clock)
    factories.import_csv(acme, steps.csv_of(steps.emails(4)), clock=system_clock)
    carry_on_rounds(system_clock)
    return [factories.learner(acme, address).id for address in steps.emails(1, 2, 3, 4)]


def read(answer: Any) -> str:
    return str(answer.content.decode())


def test_send_again_and_remind(owner: Client, invited: list[int]) -> None:
    assert "3 invitations wait to be activated." in read(owner.get(PAGE, {"all": "1"}))
    before = Mail.objects.count()
    done = owner.post(PAGE, {"id": invited[:2], "what": "resend"}, follow=True)
    assert "2 mails are on their way." in read(done)
    assert Mail.objects.count() == before + 2
    assert "0 mails are on their way." in read(owner.post(PAGE, {"all": "1", "what": "remind"}, follow=True))


def test_reminders_say_who_is_left_out_as_suspended(owner: Client, acme: Organization, invited: list[int]) -> None:
    Invitation.objects.update(mailed_at=system_clock() - timedelta(days=8))
    suspend_learner(learner=factories.learner(acme, steps.email(1)), actor="kim", now=system_clock())
    page = read(owner.post(PAGE, {"all": "1", "what": "remind"}, follow=True))
    assert "2 mails are on their way." in page
    assert "1 reminder was left out, as the learner is suspended. The invitation stays." in page


def test_withdraw_and_undo(owner: Client, acme: Organization, invited: list[int]) -> None:
    done = owner.post(PAGE, {"q": "status:invited", "all": "1", "except": invited[0], "what": "withdraw"}, follow=True)
    assert "2 invitations are withdrawn." in read(done)
    assert steps.counted(acme, "invited") == 1
    operation = Operation.objects.get(verb="withdraw")
    owner.post(f"/admin-center/operations/{operation.number}/reversals/", {})
    assert steps.counted(acme, "invited") == 3


def test_many_are_left_to_a_worker(owner: Client, acme: Organization, invited: list[int], settings: Settings) -> None:
    settings.IN_REQUEST_PEOPLE = 1
    assert "in the background" in read(owner.post(PAGE, {"all": "1", "what": "resend"}, follow=True))
    owner.post(PAGE, {"all": "1", "what": "withdraw"})
    assert Operation.objects.get(verb="withdraw").status == OperationStatus.PLANNING


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"all": "1"}, "Choose what to do first."),
        ({"what": "withdraw"}, "Nobody of them is invited."),
        ({"all": "1", "q": "status:", "what": "withdraw"}, "The filter is not understood."),
    ],
)
def test_what_can_not_be_done_changes_nothing(
    owner: Client, acme: Organization, invited: list[int], data: dict[str, str], words: str
) -> None:
    answer = owner.post(PAGE, data)
    assert answer.status_code == 422
    assert words in read(answer)
    assert steps.counted(acme, "invited") == 3


def test_only_people_within_reach(
    sub_admin_of_group: Client, acme: Organization, other_group: Group, invited: list[int]
) -> None:
    GroupMember.objects.create(organization=acme, group=other_group, learner_id=invited[0])
    assert "1 invitation waits to be activated." in read(sub_admin_of_group.get(PAGE, {"all": "1"}))
    sub_admin_of_group.post(PAGE, {"id": invited, "what": "withdraw"})
    assert steps.counted(acme, "invited") == 2


def test_the_ways_there(owner: Client, invited: list[int]) -> None:
    assert f'formaction="{PAGE}"' in read(owner.get("/admin-center/users/"))
    assert f'{PAGE}?id={invited[0]}"' in read(owner.get(f"/admin-center/users/{invited[0]}/"))
    assert f"{PAGE}?id={invited[3]}" not in read(owner.get(f"/admin-center/users/{invited[3]}/"))
