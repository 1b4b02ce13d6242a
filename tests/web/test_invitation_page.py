"""The page behind the link of an invitation: plain words, and nothing happens before the button."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.invitations.links import path_of, token_of
from seatkeeper.invitations.models import Invitation, NoReminders
from seatkeeper.invitations.services.rounds import carry_on_rounds
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation
from tests import factories, steps

WAY_ON = '<a class="button button--primary" href="/learn/">What you can open</a>'


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    OrganizationSettings.objects.create(organization=acme, learners_sign_in=False)
    return factories.pool(acme, seats=1, activation="invite")


def invite(of: Organization, number: int) -> str:
    """The path of the link."""
    address = steps.email(number)
    factories.import_csv(of, steps.csv_of([address], "active"), clock=system_clock)
    carry_on_rounds(system_clock)
    learner = factories.learner(of, address)
    newest = Invitation.objects.filter(organization_id=of.id, learner_id=learner.id).order_by("-operation_number")
    return path_of(newest[0].key)


def read(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_opening_changes_nothing_and_the_button_activates(acme: Organization, pool: LicensePool, client: Client) -> None:
    link = invite(acme, 1)
    before = Operation.objects.count()
    for _scanner in range(2):
        assert "Seats go to the first who activate." in read(client.get(link))
        assert client.head(link).status_code == 200
    assert (Operation.objects.count(), steps.counted(acme, "active")) == (before, 0)
    assert client.cookies.get("seatkeeper_session") is None
    assert "Your license is active" in read(client.post(link, follow=True))
    assert steps.counted(acme, "active") == 1
    assert "Your license is active" in read(client.post(link))
    assert Operation.objects.count() == before + 1
    assert client.put(link).status_code == 405


def test_all_seats_taken(acme: Organization, pool: LicensePool, client: Client) -> None:
    first, second = invite(acme, 1), invite(acme, 2)
    client.post(first)
    for answer in (client.post(second, follow=True), client.get(second, follow=True)):
        assert answer.status_code == 200
        assert "You are number 1 in the waitlist" in read(answer)


def test_expired_withdrawn_ended_and_replaced_say_so(acme: Organization, pool: LicensePool, client: Client) -> None:
    link = invite(acme, 1)
    Invitation.objects.update(expires_at=factories.NOW)
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "It was good until 4 March 2026." in read(answer)
    steps.do("unassign", acme, steps.emails(1))
    withdrawn = read(client.post(link))
    assert "Acme withdrew it on 4 March 2026." in withdrawn
    way = re.findall(r'href="(/learn/licenses/[^"]+)">Ask for a license', withdrawn)
    assert "Why do you need it?" in read(client.get(way[0]))
    newer = invite(acme, 1)
    assert "There is a newer invitation" in read(client.post(link))
    client.post(newer)
    steps.do("unassign", acme, steps.emails(1))
    for old in (link, newer):
        assert "Your license ended on 4 March 2026" in read(client.post(old))
    assert steps.counted(acme, "active") == 0


def test_an_undo_makes_the_link_good_again(acme: Organization, pool: LicensePool, client: Client) -> None:
    link = invite(acme, 1)
    steps.undo(steps.do("unassign", acme, steps.emails(1)))
    assert "Your license is active" in read(client.post(link, follow=True))


@pytest.mark.parametrize("change", ["", "forged", "too long", "é", "="])
def test_a_link_that_was_not_made_here_leads_nowhere(
    acme: Organization, pool: LicensePool, client: Client, change: str
) -> None:
    invite(acme, 1)
    token = token_of(Invitation.objects.get().key)
    bad = {"": token[:-6], "forged": token[:30] + token[31:] + "A", "too long": token * 3}.get(change, token + change)
    for answer in (client.get(f"/learn/invitations/{bad}/"), client.post(f"/learn/invitations/{bad}/")):
        assert answer.status_code == 404
        assert "This link leads nowhere" in read(answer)
    assert steps.counted(acme, "active") == 0


def test_forgery_is_refused(acme: Organization, pool: LicensePool) -> None:
    link = invite(acme, 1)
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


def test_it_expires_by_the_clock(acme: Organization, pool: LicensePool, client: Client) -> None:
    link = invite(acme, 1)
    Invitation.objects.update(expires_at=system_clock() + timedelta(minutes=1))
    assert client.get(link).status_code == 200


def test_where_learners_sign_in_only_who_is_invited_activates(acme: Organization, pool: LicensePool) -> None:
    OrganizationSettings.objects.update(learners_sign_in=True)
    link = invite(acme, 1)
    assert "Sign in to activate" in read(Client().get(link))
    assert Client().post(link).status_code == 403
    other, invited = Account.objects.create_user("other@acme.example"), Account.objects.create_user(steps.email(1))
    learner = factories.learner(acme, steps.email(1))
    Membership.objects.create(organization=acme, account=invited, learner=learner)
    answer = signed_in(other).post(link)
    assert answer.status_code == 403
    assert "another address" in read(answer)
    assert steps.counted(acme, "active") == 0
    active = read(signed_in(invited).post(link, follow=True))
    assert ("Your license is active" in active, WAY_ON in active) == (True, True)
    assert WAY_ON in read(Client().get(link))
    assert WAY_ON not in read(signed_in(other).get(link))
    OrganizationSettings.objects.update(learners_sign_in=False)
    assert WAY_ON not in read(Client().get(link))


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_no_more_reminders(acme: Organization, pool: LicensePool) -> None:
    """By the button, or by a mail program on its own (RFC 8058)."""
    path = f"{invite(acme, 1)}reminders/"
    strict = Client(enforce_csrf_checks=True)
    assert "Send me no reminders" in read(strict.get(path))
    assert NoReminders.objects.count() == 0
    for _twice in range(2):
        assert "You get no more reminders" in read(strict.post(path, {"List-Unsubscribe": "One-Click"}))
    assert NoReminders.objects.count() == 1
    assert strict.post("/learn/invitations/nothing/reminders/").status_code == 404
