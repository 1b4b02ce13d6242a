"""How admins sign in: second factor, recovery codes, passwords by mail, sessions. The pages are allauth's, in our words."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client, TestCase
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.services.addresses import is_verified
from seatkeeper.accounts.services.admins import add_full_admin
from seatkeeper.accounts.services.sign_in_links import make_link
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from tests import factories
from tests.web.conftest import signed_in

PASSWORD = "a long enough password"
CREDENTIALS = {"login": "kim@corp.example", "password": PASSWORD}
OPEN_PAGES = ("/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/inactive/")
OWN_PAGES = (
    "/me/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/",
    "/account/password/change/",
    "/account/logout/",
)
CLOSED_PAGES = (
    "/account/signup/",
    "/account/email/",
    "/account/confirm-email/",
    "/account/3rdparty/",
    "/account/3rdparty/signup/",
    "/account/social/signup/",
    "/account/social/connections/",
)


@pytest.fixture
def kim(acme: Organization) -> Account:
    account = add_full_admin(organization_id=acme.id, email="kim@corp.example", actor="cli:root", now=system_clock())
    account.password = make_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def client(kim: Account) -> Client:
    """Kim, signed in by a password."""
    client = Client()
    assert client.post("/account/login/", CREDENTIALS).status_code == 302
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06}"


def set_up_app(client: Client) -> str:
    """The secret of the app."""
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if page.redirect_chain:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = str(page.context["form"].secret)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post("/account/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


@pytest.mark.parametrize("address", OPEN_PAGES)
@pytest.mark.django_db
def test_pages_before_signing_in_open(address: str) -> None:
    assert Client().get(address).status_code == 200


@pytest.mark.parametrize("address", OWN_PAGES)
def test_pages_of_an_account_open_for_its_owner_only(address: str, client: Client) -> None:
    page = client.get(address, follow=True)
    assert page.status_code == 200
    assert words(page).count("<h1") == 1
    assert Client().get(address)["Location"].startswith(("/account/login/", "/"))


@pytest.mark.parametrize("address", CLOSED_PAGES)
def test_nobody_signs_up_or_changes_whose_an_account_is(address: str, client: Client) -> None:
    for asker in (client, Client()):
        assert asker.get(address).status_code == 404
        assert asker.post(address, {"email": "new@corp.example"}).status_code == 404


def test_an_app_is_set_up_and_asked_for_after_a_password(client: Client, kim: Account) -> None:
    secret = set_up_app(client)
    later = Client()
    assert later.post("/account/login/", CREDENTIALS)["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in later.session
    assert "Write the code of your authenticator app" in words(later.get("/account/2fa/authenticate/"))
    assert later.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in later.session
    cache.clear()  # a code counts once; time does not go on here
    assert later.post("/account/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    assert later.session["_auth_user_id"] == str(kim.pk)
    actions = list(AuditEntry.objects.values_list("action", "facts__by", "facts__kind"))
    assert ("account.authenticator_added", None, "totp") in actions
    assert ("sign_in.failed", "second factor", None) in actions
    assert ("sign_in.done", ["password", "mfa"], None) in actions


def test_a_one_time_link_does_not_stand_in_for_the_second_factor(client: Client, kim: Account) -> None:
    set_up_app(client)
    later = Client()
    answer = later.post(f"/sign-in/{make_link(account=kim, now=system_clock())}/")
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in later.session
    assert later.get("/admin-center/").status_code == 302


def test_a_recovery_code_lets_in_once(client: Client, kim: Account) -> None:
    set_up_app(client)
    page = words(client.get("/account/2fa/recovery-codes/"))
    codes = re.findall(r"\b\d{8}\b", page)
    assert len(codes) == 10
    for expected in (302, 200):
        later = Client()
        later.post("/account/login/", CREDENTIALS)
        assert later.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_a_password_is_set_anew_by_mail(kim: Account, settings: Settings, mailoutbox: list[EmailMessage]) -> None:
    settings.EMAIL_HOST = "mail.corp.example"
    answers = {
        words(Client().post("/account/password/reset/", {"email": email}, follow=True))
        for email in ("kim@corp.example", "nobody@corp.example")
    }
    assert len(answers) == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["kim@corp.example"], "Set a new password for Seatkeeper")
    (link,) = re.findall(r"http://testserver(/\S+)", str(mail.body))

    client = Client()
    page = client.get(link, follow=True)
    new = {"password1": "another long password", "password2": "another long password"}
    done = client.post(page.redirect_chain[-1][0], new, follow=True)
    assert "Your password is set" in words(done)
    assert Client().post("/account/login/", CREDENTIALS | {"password": "another long password"}).status_code == 302
    assert is_verified(kim)
    assert AuditEntry.objects.filter(action="account.password_reset").exists()
    assert "used before" in words(Client().get(link, follow=True))


def test_without_a_mail_server_the_page_says_how_else(mailoutbox: list[EmailMessage], kim: Account) -> None:
    assert "seatkeeper admins link" in words(Client().get("/account/password/reset/"))
    Client().post("/account/password/reset/", {"email": "kim@corp.example"})
    assert mailoutbox == []


def test_sessions_are_listed_and_ended(client: Client, kim: Account) -> None:
    elsewhere = Client(headers={"user-agent": "Library computer"})
    elsewhere.post("/account/login/", CREDENTIALS)
    elsewhere.get("/me/")
    client.get("/me/")
    assert "Library computer" in words(client.get("/account/sessions/"))
    client.post("/account/sessions/")
    assert elsewhere.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("address", OWN_PAGES[:-1])
def test_an_admins_account_pages_have_no_side_bar_but_ways_back(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    if answer.redirect_chain and "reauthenticate" in answer.redirect_chain[-1][0]:
        answer = client.post(answer.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    shown = words(answer)
    assert 'class="side"' not in shown
    assert '<a href="/management/">Learning Management</a><a href="/admin-center/">Admin Center</a>' in shown


@pytest.mark.parametrize("address", ["/account/2fa/", "/account/2fa/webauthn/", "/account/sessions/"])
def test_a_learners_account_pages_have_the_frame_of_learning(acme: Organization, address: str) -> None:
    factories.import_csv(acme, "email\nann@acme.example\n")
    account = Account.objects.create_user("ann@acme.example")
    Membership.objects.create(organization=acme, account=account, learner=factories.learner(acme, "ann@acme.example"))

    shown = words(signed_in(account).get(address, follow=True))

    assert 'href="/learn/licenses/"' in shown
    assert "admin-center" not in shown
    assert 'href="/me/"' not in shown


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/reset/"])
def test_the_way_in_speaks_as_the_product_does(db: None, address: str, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example"
    shown = words(Client().get(address))
    assert ">E-mail address</label>" in shown
    assert "Email" not in shown
    assert "placeholder" not in shown
