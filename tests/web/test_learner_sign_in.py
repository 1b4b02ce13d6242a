"""Learners sign in by a code mailed to the address of their profile."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.services.addresses import is_verified
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.models import Mail
from seatkeeper.notices.services.send import send_due
from tests import factories
from tests.notices.post_office import PostOffice

ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
PEOPLE = "invited_email_address,license_learning_status\nana@corp.example,active\nbo@corp.example,active\n"


@pytest.fixture
def ana(acme: Organization, learning: LicensePool) -> Learner:
    factories.import_csv(acme, PEOPLE)
    return factories.learner(acme, "ana@corp.example")


def ask(client: Client, email: str) -> Any:
    return client.post(ASK, {"email": email}, follow=True)


def mailed_code(post_office: PostOffice) -> str:
    send_due(clock=system_clock)
    return str(CODE.findall(post_office.text(len(post_office.came) - 1))[0])


def sign_in(client: Client, email: str, post_office: PostOffice) -> Any:
    ask(client, email)
    return client.post(CONFIRM, {"code": mailed_code(post_office)}, follow=True)


def test_a_learner_signs_in_by_a_mailed_code_and_lands_at_home(ana: Learner, post_office: PostOffice) -> None:
    client = Client()
    assert client.get("/learn/")["Location"] == f"{ASK}?next=/learn/"
    answer = ask(client, " Ana@Corp.example ")
    assert "If somebody here has the address ana@corp.example" in answer.content.decode()
    code = mailed_code(post_office)
    (mail,) = post_office.came
    assert (mail["To"], mail["Subject"]) == ("ana@corp.example", f"Your code: {code}")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert code in post_office.html()
    assert not Membership.objects.exists()  # nothing is connected before the code comes back

    home = client.post(CONFIRM, {"code": code.lower()}, follow=True)

    assert home.redirect_chain[-1][0] == "/learn/"
    membership = Membership.objects.get()
    assert (membership.learner_id, membership.is_admin) == (ana.id, False)
    assert is_verified(membership.account)
    assert AuditEntry.objects.get(action="profile.connected").facts["by"] == "code"
    assert client.get("/admin-center/users/").status_code == 404


def test_a_stranger_reads_the_same_and_gets_no_mail(ana: Learner, post_office: PostOffice) -> None:
    known, stranger = (ask(Client(), email).content.decode() for email in ("ana@corp.example", "eve@corp.example"))
    masked = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in (known, stranger)]
    assert masked[0].replace("ana@", "X@") == masked[1].replace("eve@", "X@")
    assert [mail.recipient for mail in Mail.objects.all()] == ["ana@corp.example"]
    assert not Account.objects.filter(email="eve@corp.example").exists()
    client = Client()
    ask(client, "eve@corp.example")
    for code in ("-", "ABCD-EFGH"):
        assert "This is not the code" in client.post(CONFIRM, {"code": code}).content.decode()


def test_codes_are_neither_guessed_nor_asked_for_without_end(ana: Learner, post_office: PostOffice) -> None:
    client = Client()
    ask(client, "ana@corp.example")
    answers = [client.post(CONFIRM, {"code": "BBBB-BBBB"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 302]
    assert client.post(CONFIRM, {"code": mailed_code(post_office)})["Location"] == ASK  # it is spent
    for _ in range(2):
        ask(Client(), "ana@corp.example")
    assert "Too many codes were asked for" in ask(Client(), "ana@corp.example").content.decode()
    assert Mail.objects.count() == 3


@pytest.mark.parametrize(("proxies", "others_wait"), [(1, False), (0, True)])
def test_behind_a_web_server_nobody_is_held_up_by_others(
    proxies: int, others_wait: bool, ana: Learner, post_office: PostOffice, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "1/m/ip"}

    def ask_from(addresses: str, email: str) -> bool:
        answer = Client().post(ASK, {"email": email}, headers={"X-Forwarded-For": addresses})
        return bool(answer.status_code == 429 or "Too many" in answer.content.decode())

    assert not ask_from("203.0.113.7", "ana@corp.example")
    assert ask_from("198.51.100.1, 203.0.113.7", "bo@corp.example")  # the first one is of the browser's own making
    assert ask_from("203.0.113.8", "bo@corp.example") is others_wait


def test_where_learners_do_not_sign_in_no_code_goes(ana: Learner, acme: Organization, post_office: PostOffice) -> None:
    OrganizationSettings.objects.create(organization=acme, learners_sign_in=False)
    ask(Client(), "ana@corp.example")
    assert not Mail.objects.exists()


def test_who_proves_the_address_takes_the_profile_over(ana: Learner, acme: Organization, post_office: PostOffice) -> None:
    before = Membership.objects.create(organization=acme, account=Account.objects.create_user("old@corp.example"), learner=ana)
    sign_in(Client(), "ana@corp.example", post_office)
    assert Membership.objects.get(learner=ana).account.email == "ana@corp.example"
    assert AuditEntry.objects.get(action="profile.connected").facts["taken_from"] == [before.account_id]


def test_a_profile_connected_by_an_admin_is_not_taken_over(ana: Learner, acme: Organization, post_office: PostOffice) -> None:
    theirs = Membership.objects.create(
        organization=acme, account=Account.objects.create_user("kim@corp.example"), learner=ana, is_admin=True
    )
    client = Client()
    answer = sign_in(client, "ana@corp.example", post_office)
    assert "Nothing here for you yet" in answer.content.decode()
    assert Membership.objects.get(learner=ana).id == theirs.id
    assert client.get("/learn/").status_code == 404


def test_an_address_in_two_organizations_is_connected_in_both(ana: Learner, post_office: PostOffice) -> None:
    other = factories.organization("Other Corp")
    factories.import_csv(other, "invited_email_address\nana@corp.example\n")
    sign_in(Client(), "ana@corp.example", post_office)
    assert Membership.objects.filter(account__email="ana@corp.example", learner__email="ana@corp.example").count() == 2
