"""Me: name and language, the connected profile, the tile in the header."""

import re
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership, ProfileCode
from seatkeeper.accounts.services.addresses import mark_verified
from seatkeeper.directory.models import Organization
from tests import factories

TILE = "header__tile"


@pytest.fixture
def people(acme: Organization) -> Organization:
    """The owner is a learner, too; so is Ana."""
    factories.pool(acme)
    lines = "owner@acme.example,active\nana@acme.example,active\n"
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{lines}")
    return acme


def text(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def connected() -> str | None:
    learner = Membership.objects.get(account__email="owner@acme.example").learner
    return str(learner.email) if learner else None


def test_name_and_language_are_chosen(owner: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    Account.objects.update(language="de")
    assert '<html lang="de"' in text(owner.get("/me/"))
    assert owner.post("/me/", {"name": "Olga Owner", "language": "en"}).status_code == 302
    assert '<html lang="en"' in text(owner.get("/me/", headers={"accept-language": "de"}))
    assert "Olga Owner" in text(owner.get("/admin-center/admins/"))
    assert owner.post("/me/", {"language": "xx"}).status_code == 422


def test_a_verified_address_connects_at_once_and_the_tile_appears(owner: Client, people: Organization) -> None:
    mark_verified(Account.objects.get(email="owner@acme.example"))
    assert TILE not in text(owner.get("/management/"))
    assert "Connect profile" in text(owner.get("/me/profile/"))

    assert owner.post("/me/profile/", {"email": "Owner@acme.example"})["Location"] == "/management/"
    assert connected() == "owner@acme.example"
    assert TILE in text(owner.get("/management/"))
    assert "Learning · Default" in text(owner.get("/learning/"))

    assert "Disconnect profile" in text(owner.get("/me/profile/"))
    for _ in range(2):
        assert owner.post("/me/profile/disconnection/").status_code == 302
    assert connected() is None
    assert TILE not in text(owner.get("/management/"))
    actions = AuditEntry.objects.filter(action__startswith="profile.").order_by("id")
    assert [entry.action for entry in actions] == ["profile.connected", "profile.disconnected"]


def test_an_address_that_is_not_proved_needs_the_mailed_code(
    owner: Client, people: Organization, mailoutbox: list[EmailMessage]
) -> None:
    """Not the own address without proof, nor somebody else's though the own one is proved."""
    owner.post("/me/profile/", {"email": "owner@acme.example"})
    mark_verified(Account.objects.get(email="owner@acme.example"))
    owner.post("/me/profile/", {"email": "ana@acme.example"})
    assert connected() is None
    assert [mail.to for mail in mailoutbox] == [["owner@acme.example"], ["ana@acme.example"]]
    old, new = (re.findall(r"\b[A-Z2-9]{8}\b", str(mail.subject))[0] for mail in mailoutbox)

    assert owner.post("/me/profile/code/", {"code": old}).status_code == 422
    assert owner.post("/me/profile/code/", {"code": f" {new.lower()} "}).status_code == 302
    assert connected() == "ana@acme.example"
    assert owner.post("/me/profile/code/", {"code": new}).status_code == 422
    assert AuditEntry.objects.get(action="profile.connected").facts["by"] == "code"


def test_a_code_is_guessed_at_most_five_times(owner: Client, people: Organization, mailoutbox: list[EmailMessage]) -> None:
    owner.post("/me/profile/", {"email": "ana@acme.example"})
    (code,) = re.findall(r"\b[A-Z2-9]{8}\b", str(mailoutbox[0].subject))
    for _ in range(5):
        owner.post("/me/profile/code/", {"code": "WRONGONE"})
    assert owner.post("/me/profile/code/", {"code": code}).status_code == 422
    assert connected() is None


def test_a_code_grows_old(owner: Client, people: Organization, mailoutbox: list[EmailMessage]) -> None:
    owner.post("/me/profile/", {"email": "ana@acme.example"})
    (code,) = re.findall(r"\b[A-Z2-9]{8}\b", str(mailoutbox[0].subject))
    row = ProfileCode.objects.get()
    ProfileCode.objects.update(expires_at=row.expires_at - timedelta(minutes=31))
    assert owner.post("/me/profile/code/", {"code": code}).status_code == 422


def test_a_known_and_an_unknown_address_get_the_same_answer(
    owner: Client, people: Organization, mailoutbox: list[EmailMessage]
) -> None:
    answers = set()
    for email in ("ana@acme.example", "nobody@acme.example"):
        answer = owner.post("/me/profile/", {"email": email})
        said = re.sub(r'value="[^"]{64}"', "", text(answer).replace(email, "ADDRESS"))
        wrong = text(owner.post("/me/profile/code/", {"code": "WRONGONE"}))
        answers.add((answer.status_code, said, re.sub(r'value="[^"]{64}"', "", wrong)))
    assert len(answers) == 1
    assert len(mailoutbox) == 1


def test_a_profile_belongs_to_one_sign_in(owner: Client, people: Organization) -> None:
    account = Account.objects.create_user("lee@acme.example")
    taken = factories.learner(people, "owner@acme.example")
    Membership.objects.create(organization=people, account=account, learner=taken)
    mark_verified(Account.objects.get(email="owner@acme.example"))
    answer = owner.post("/me/profile/", {"email": "owner@acme.example"})
    assert (answer.status_code, connected()) == (422, None)
    assert "connected to another sign-in" in text(answer)


def test_codes_are_not_asked_for_without_end(owner: Client, people: Organization) -> None:
    codes = [owner.post("/me/profile/", {"email": "ana@acme.example"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [422]


def test_the_menu_has_the_words_of_the_article(owner: Client) -> None:
    page = text(owner.get("/management/"))
    for words in ("Manage users in Admin Center", "Go to Learning", "Connect profile", "Account and sign-in"):
        assert words in page
    assert re.search(rf'href="{reverse("users")}" target="_blank"[^>]*>Manage users in Admin Center', page)
    assert "not connected" in text(owner.get("/learning/"))
