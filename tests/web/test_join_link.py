"""The join link: limited to domains, confirmed by mail, and then a person like any other."""

import re
from typing import Any

import pytest
from django.test import Client

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.invitations.models import JoinLink
from seatkeeper.licensing.models import Books, LicensePool, Operation
from seatkeeper.notices.letters import write
from seatkeeper.notices.models import Mail
from tests import factories, steps

SETTINGS = "/admin-center/waitlist/"
LINK = re.compile(r"http://localhost:8000(/learn/join/[\w-]{43}/(?:confirm/)?)")


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=1, activation="invite")


@pytest.fixture
def link(pool: LicensePool, owner: Client) -> str:
    page = read(owner.post(SETTINGS, {"act": "open", "pool": pool.id, "domains": "Corp.example, @team.example"}, follow=True))
    found = LINK.search(page)
    assert found, page
    return found[1]


def read(answer: Any) -> str:
    return str(answer.content.decode())


def confirmation(address: str) -> str:
    mail = Mail.objects.filter(kind="joining", recipient=address).latest("id")
    found = LINK.search(write(mail).text)
    assert found
    return found[1]


def test_an_address_is_confirmed_before_its_owner_is_added(acme: Organization, link: str, client: Client) -> None:
    assert "Join Acme" in read(client.get(link))
    assert "Look into your mail" in read(client.post(link, {"email": " New@Corp.example "}))
    assert not Learner.objects.filter(organization=acme).exists()
    confirm = confirmation("new@corp.example")
    assert "new@corp.example" not in confirm
    assert "Confirm and join" in read(client.get(confirm))
    assert not Learner.objects.filter(organization=acme).exists()

    assert "Your license is active" in read(client.post(confirm, follow=True))

    assert steps.statuses(acme) == {"new@corp.example": "active"}
    done = Operation.objects.count()
    assert "Your license is active" in read(client.post(confirm, follow=True))
    assert Operation.objects.count() == done
    client.post(link, {"email": "late@team.example"})
    assert "You are number 1 in the waitlist" in read(client.post(confirmation("late@team.example"), follow=True))
    steps.assert_books_right(acme)


@pytest.mark.parametrize("address", ["new@other.example", "new@corp.example.evil", "corp.example", "", "a@b@corp.example"])
def test_other_domains_are_refused(link: str, client: Client, address: str) -> None:
    answer = client.post(link, {"email": address})
    assert answer.status_code == 422
    assert "Write an address that ends with: corp.example, team.example" in read(answer)
    assert not Mail.objects.filter(kind="joining").exists()


def test_known_or_not_the_answer_is_the_same_and_one_mail_goes(acme: Organization, link: str, client: Client) -> None:
    steps.people(acme, 1)
    answers = [read(client.post(link, {"email": address})) for address in ("p1@corp.example", "new@corp.example") * 2]
    assert len({re.sub(r'"csrfmiddlewaretoken" value="\w+"', "", answer) for answer in answers}) == 1
    assert Mail.objects.filter(kind="joining").count() == 2


def test_who_was_unassigned_gets_nothing_back_and_may_ask(
    acme: Organization, pool: LicensePool, link: str, client: Client
) -> None:
    steps.people(acme, 1)
    steps.do("assign", acme, ["p1@corp.example"], pool=pool)
    steps.do("activate", acme, ["p1@corp.example"])
    steps.do("unassign", acme, ["p1@corp.example"])
    client.post(link, {"email": "p1@corp.example"})
    page = read(client.post(confirmation("p1@corp.example"), follow=True))
    assert "Your license ended on 4 March 2026" in page
    assert "Ask for a license" in page
    assert steps.statuses(acme) == {"p1@corp.example": "unassigned"}


def test_a_closed_or_renewed_link_leads_nowhere(
    acme: Organization, pool: LicensePool, link: str, client: Client, owner: Client
) -> None:
    client.post(link, {"email": "new@corp.example"})
    confirm = confirmation("new@corp.example")
    owner.post(SETTINGS, {"act": "open", "pool": pool.id, "domains": "team.example"})
    assert client.get(link).status_code == 404
    assert client.post(confirm).status_code == 404  # its domain may not join any more
    owner.post(SETTINGS, {"act": "close"})
    assert not JoinLink.objects.filter(organization=acme).exists()
    assert client.post(confirm).status_code == 404


def test_how_long_offers_stand_is_set_on_the_page(acme: Organization, pool: LicensePool, owner: Client) -> None:
    wanted = {"act": "rules", "offer_hours": 24, "rest_minutes": 0, "rest_above": 3}
    assert owner.post(SETTINGS, wanted).status_code == 302
    kept = Books.objects.values_list("offer_hours", "rest_minutes", "rest_above").get(organization=acme)
    assert kept == (24, 0, 10)
    bad = owner.post(SETTINGS, wanted | {"offer_hours": 0})
    assert bad.status_code == 422
    assert "Write a whole number from 1 to 8,760." in read(bad)
    assert owner.post(SETTINGS, {"act": "open", "pool": pool.id, "domains": "nowhere"}).status_code == 422
