"""Places, offers and requests on pages: of the learner by link or signed in, and of admins."""

from typing import Any

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Group, GroupMember, Organization, OrganizationSettings
from seatkeeper.invitations.claim_links import Named, claim_path
from seatkeeper.invitations.services.requests import ask_for_license
from seatkeeper.invitations.services.waitlist import join_waitlist, settle_pools
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.notices.models import Mail, Notice
from tests import factories, steps
from tests.steps import email


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    OrganizationSettings.objects.create(organization=acme, learners_sign_in=False)
    return factories.pool(acme, seats=1, activation="invite")


def people(acme: Organization, pool: LicensePool, count: int = 3) -> None:
    """The first has the only seat."""
    steps.people(acme, count)
    steps.do("assign", acme, [email(1)], pool=pool)
    steps.do("activate", acme, [email(1)])


def link(acme: Organization, pool: LicensePool, number: int) -> str:
    return claim_path(Named(acme.id, pool.id, factories.learner(acme, email(number)).id))


def who(acme: Organization, pool: LicensePool, number: int) -> dict[str, Any]:
    return {
        "organization_id": acme.id,
        "pool_id": pool.id,
        "learner_id": factories.learner(acme, email(number)).id,
        "now": system_clock(),
    }


def read(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_a_place_by_way_of_an_offer_to_a_license(acme: Organization, pool: LicensePool, client: Client) -> None:
    people(acme, pool)
    for number in (2, 3):
        join_waitlist(**who(acme, pool, number))
    second, third = link(acme, pool, 2), link(acme, pool, 3)
    assert "You are number 2 in the waitlist" in read(client.get(third))
    steps.do("unassign", acme, [email(1)])
    settle_pools(system_clock)

    before = Operation.objects.count()
    assert "A license is held for you" in read(client.get(second))
    assert Operation.objects.count() == before
    assert "Nothing was changed" in read(client.post(third, {"act": "activate"}, follow=True))
    assert "Your license is active" in read(client.post(second, {"act": "activate"}, follow=True))
    assert steps.statuses(acme)[email(2)] == "active"
    assert "You have no license" in read(client.post(third, {"act": "leave"}, follow=True))
    assert client.post(third, {"act": "jump"}).status_code == 422
    assert client.get(third[:-6] + "AAAAA/").status_code == 404
    assert client.put(third).status_code == 405
    steps.assert_books_right(acme)


def test_who_was_unassigned_reads_since_when_and_asks(
    acme: Organization, pool: LicensePool, client: Client, owner: Client
) -> None:
    people(acme, pool)
    steps.do("unassign", acme, [email(1)])
    page = link(acme, pool, 1)

    assert "Your license ended on 4 March 2026" in read(client.get(page))
    assert "Nothing was changed" in read(client.post(page, {"act": "activate"}, follow=True))
    asked = read(client.post(page, {"act": "ask", "reason": "<b>Exam</b> in May"}, follow=True))
    assert "You asked for a license on" in asked
    assert "&lt;b&gt;Exam&lt;/b&gt; in May" in asked
    assert Notice.objects.filter(kind="requests").count() == Membership.objects.filter(is_full_admin=True).count() == 1
    assert "A learner asks for a license" in read(owner.get("/notices/"))
    opened = owner.post("/notices/readings/", {"id": Notice.objects.get(kind="requests").id, "open": "1"}, follow=True)
    assert "Exam" in read(opened)


def test_admins_approve_or_decline_one_or_many(acme: Organization, pool: LicensePool, owner: Client, client: Client) -> None:
    people(acme, pool, 6)
    steps.do("unassign", acme, [email(1)])
    for number in (5, 3, 4, 2):
        ask_for_license(**who(acme, pool, number), reason=f"Reason {number}")
    page = "/admin-center/requests/"

    assert owner.post(page, {"act": "approve"}).status_code == 422
    declined = owner.post(page, {"act": "decline", "claim": [value(acme, pool, 3)], "text": "Next year"}, follow=True)
    assert "1 request is declined." in read(declined)
    said = read(owner.post(page, {"act": "approve", "all": "1"}, follow=True))

    assert "1 license is active now. 2 learners wait for a seat." in said
    assert "Nobody asks for a license." in said
    assert steps.statuses(acme)[email(5)] == "active"  # who asked first
    assert "You are number 1 in the waitlist" in read(client.get(link(acme, pool, 4)))
    assert "You have no license" in read(client.get(link(acme, pool, 3)))
    told = Mail.objects.filter(kind="claim").values_list("recipient", "facts__told")
    assert set(told) == {
        (email(3), "declined"),
        (email(5), "approved"),
        (email(4), "approved_waiting"),
        (email(2), "approved_waiting"),
    }
    steps.assert_books_right(acme)


def test_the_waitlist_of_a_pool(acme: Organization, pool: LicensePool, owner: Client) -> None:
    people(acme, pool)
    for number in (2, 3):
        join_waitlist(**who(acme, pool, number))
    page = f"/admin-center/pools/{pool.id}/waitlist/"

    assert page in read(owner.get("/admin-center/pools/"))
    steps.do("unassign", acme, [email(1)])
    assert "1 seat is offered." in read(owner.post(page, follow=True))
    assert "An offer until" in read(owner.get(page))
    gone = {"learner": factories.learner(acme, email(2)).id}
    assert f"{email(2)} does not wait any more." in read(owner.post(page, gone, follow=True))
    assert "Nothing was changed" in read(owner.post(page, gone, follow=True))
    assert owner.post(page, {"learner": "x"}).status_code == 404
    assert "An offer until" in read(owner.get(page))  # the next has it
    steps.assert_books_right(acme)


def test_people_beyond_a_limited_admins_reach_are_not_shown(
    acme: Organization, pool: LicensePool, sub_admin_of_group: Client
) -> None:
    people(acme, pool)
    GroupMember.objects.create(
        organization=acme, group=Group.objects.get(organization=acme), learner=factories.learner(acme, email(2))
    )
    for number in (2, 3):
        ask_for_license(**who(acme, pool, number), reason="")
    page = "/admin-center/requests/"

    shown = read(sub_admin_of_group.get(page))
    assert email(2) in shown
    assert email(3) not in shown
    beyond = {"act": "approve", "claim": [value(acme, pool, 3)]}
    assert sub_admin_of_group.post(page, beyond).status_code == 422
    sub_admin_of_group.post(page, {"act": "decline", "all": "1"})
    assert Mail.objects.filter(facts__told="declined").count() == 1


def test_where_learners_sign_in_only_the_learner_accepts_an_offer(
    acme: Organization, pool: LicensePool, client: Client, owner: Client
) -> None:
    OrganizationSettings.objects.update(learners_sign_in=True)
    people(acme, pool)
    join_waitlist(**who(acme, pool, 2))
    steps.do("unassign", acme, [email(1)])
    settle_pools(system_clock)
    page = link(acme, pool, 2)

    assert "Sign in to activate" in read(client.get(page))
    assert client.post(page, {"act": "activate"}).status_code == 403
    assert "signed in with another address" in read(owner.get(page))
    assert owner.post(page, {"act": "activate"}).status_code == 403
    account = Account.objects.create_user(email(2))
    Membership.objects.create(organization=acme, account=account, learner=factories.learner(acme, email(2)))
    client.force_login(account)
    assert "Your license is active" in read(client.post(page, {"act": "activate"}, follow=True))


def test_signed_in_every_license_of_the_organization(acme: Organization, pool: LicensePool, client: Client) -> None:
    OrganizationSettings.objects.update(learners_sign_in=True)
    people(acme, pool)
    join_waitlist(**who(acme, pool, 2))
    account = Account.objects.create_user(email(2))
    Membership.objects.create(organization=acme, account=account, learner=factories.learner(acme, email(2)))
    client.force_login(account)

    shown = read(client.get("/learn/licenses/"))

    assert "Number 1 in the waitlist" in shown
    assert link(acme, pool, 2) in shown


def value(acme: Organization, pool: LicensePool, number: int) -> str:
    return f"{pool.id}.{factories.learner(acme, email(number)).id}"
