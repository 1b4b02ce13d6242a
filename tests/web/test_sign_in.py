"""The page behind a one-time link; the pages of an account; the lists of admins and of what they did."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.services.admins import add_full_admin
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.accounts.services.sign_in_links import make_link
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock

pytestmark = pytest.mark.django_db


def test_opening_a_link_does_not_spend_it_and_its_button_signs_in(acme: Organization) -> None:
    account = add_full_admin(organization_id=acme.id, email="kim@corp.example", actor="cli:root", now=system_clock())
    client = Client()
    address = f"/sign-in/{make_link(account=account, now=system_clock())}/"

    assert [client.get(address).status_code for _ in range(2)] == [200, 200]
    assert client.post(address)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(account.pk)
    assert (Client().post(address).status_code, Client().get(address).status_code) == (410, 410)


def test_a_link_that_never_was_one() -> None:
    assert b"seatkeeper admins link" in Client().get("/sign-in/nonsense/").content


@pytest.mark.parametrize("address", ["/me/", "/account/2fa/", "/account/sessions/", "/account/password/set/"])
def test_the_pages_of_an_account_open(owner: Client, address: str) -> None:
    assert owner.get(address, follow=True).status_code == 200


def test_admins_are_listed(owner: Client, acme: Organization) -> None:
    assert "Full admin" in owner.get("/admin-center/admins/").content.decode()


def test_the_audit_log_goes_back_page_by_page(owner: Client, acme: Organization) -> None:
    for number in range(60):
        log_act(organization_id=acme.id, actor="kim", action=f"act.{number:02}", now=system_clock())

    first = owner.get("/admin-center/audit/")
    second = owner.get(f"/admin-center/audit/?before={first.context['older']}")

    assert "act.59" in first.content.decode()
    assert "act.09" not in first.content.decode()
    assert "act.09" in second.content.decode()
    assert owner.get("/admin-center/audit/?before=x").status_code == 404


def test_a_password_signs_in_and_wrong_ones_are_refused_in_words() -> None:
    Account.objects.create_user("kim@corp.example", "a long enough password")
    client = Client()

    assert b'type="password"' in client.get("/account/login/").content
    wrong = client.post("/account/login/", {"login": "kim@corp.example", "password": "a wrong password"})
    right = client.post("/account/login/", {"login": "kim@corp.example", "password": "a long enough password"})

    assert (wrong.status_code, right.status_code) == (200, 302)


def test_many_wrong_passwords_have_to_wait() -> None:
    Account.objects.create_user("kim@corp.example", "a long enough password")
    client = Client()

    for _ in range(11):
        client.post("/account/login/", {"login": "kim@corp.example", "password": "a wrong password"})
    right = client.post("/account/login/", {"login": "kim@corp.example", "password": "a long enough password"})

    assert right.status_code != 302
