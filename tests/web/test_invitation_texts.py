"""Invitations in an organization's own words: written in Settings, chosen at an upload and where licenses are managed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.invitations.models import InvitationRules, InvitationText
from seatkeeper.invitations.services.rounds import carry_on_rounds
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.letters import write
from seatkeeper.notices.models import Mail, MailKind
from tests import factories, steps
from tests.steps import email

PAGE = "/admin-center/invitation-texts/"
WORDS = {"name": "Autumn", "subject": "Autumn begins", "text": "Hi {name}, here: {link}"}


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    steps.people(acme, 3)
    return factories.pool(acme, seats=9, activation="invite")


@pytest.fixture
def autumn(owner: Client, acme: Organization) -> InvitationText:
    owner.post(f"{PAGE}new/", WORDS)
    return InvitationText.objects.get(organization=acme)


def mailed(acme: Organization) -> list[tuple[str, str]]:
    """Subject and recipient of each invitation that is on its way."""
    carry_on_rounds(system_clock)
    mails = Mail.objects.filter(organization=acme, kind=MailKind.INVITATION).order_by("recipient")
    return [(write(mail).subject, mail.recipient) for mail in mails]


def read(answer: Any) -> str:
    return str(answer.content.decode())


def test_written_shown_sent_changed_and_deleted(owner: Client, acme: Organization) -> None:
    assert "Hi Ana Müller" in read(owner.post(f"{PAGE}new/", WORDS | {"act": "preview"}))
    owner.post(f"{PAGE}new/", WORDS | {"act": "send"})
    sample = Mail.objects.get(kind=MailKind.READY)
    assert (sample.recipient, sample.subject) == ("owner@acme.example", "Autumn begins")
    assert "{" not in sample.text
    assert not InvitationText.objects.exists()

    owner.post(f"{PAGE}new/", WORDS)
    own = InvitationText.objects.get(organization=acme)
    owner.post(f"{PAGE}{own.id}/", WORDS | {"subject": "Autumn is here"})
    own.refresh_from_db()
    assert own.subject == "Autumn is here"
    assert "Autumn is here" in read(owner.get(PAGE))
    owner.post(f"{PAGE}{own.id}/", {"act": "delete"})
    assert not InvitationText.objects.exists()
    acts = [f"invitation_text.{act}" for act in ("sampled", "saved", "saved", "deleted")]
    logged = AuditEntry.objects.filter(action__startswith="invitation_text").order_by("id")
    assert [entry.action for entry in logged] == acts


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "Come!"}, "Without {link}"),
        ({"name": "Autumn"}, "has this name already"),
        ({"subject": " "}, "Write a subject."),
    ],
)
def test_words_that_will_not_do(owner: Client, autumn: InvitationText, wrong: dict[str, str], words: str) -> None:
    answer = owner.post(f"{PAGE}new/", WORDS | {"name": "Other"} | wrong)

    assert answer.status_code == 422
    assert words in read(answer)
    assert InvitationText.objects.count() == 1


def test_days(owner: Client, acme: Organization) -> None:
    assert owner.post(PAGE, {"good_for_days": 0, "remind_after_days": 3}).status_code == 422
    owner.post(PAGE, {"good_for_days": 10, "remind_after_days": 3})

    rules = InvitationRules.objects.get(organization=acme)
    assert (rules.good_for_days, rules.remind_after_days) == (10, 3)
    assert 'value="10"' in read(owner.get(PAGE))


@pytest.mark.parametrize("is_chosen", [True, False])
def test_chosen_at_an_upload(
    owner: Client, acme: Organization, pool: LicensePool, autumn: InvitationText, is_chosen: bool
) -> None:
    assert "Autumn" in read(owner.get("/admin-center/uploads/new/"))
    file = SimpleUploadedFile("people.csv", steps.csv_of([email(1)], "active").encode())
    chosen = {"invitation_text": autumn.id} if is_chosen else {}
    owner.post("/admin-center/uploads/new/", {"file": file, "invitations": "on", "way": "apply"} | chosen)
    run_due(clock=system_clock)

    ((subject, recipient),) = mailed(acme)

    assert recipient == email(1)
    assert (subject == "Autumn begins") == is_chosen


@pytest.mark.parametrize("limit", [1_000, 0])
def test_chosen_where_licenses_are_managed(
    owner: Client, acme: Organization, pool: LicensePool, autumn: InvitationText, limit: int, settings: Settings
) -> None:
    settings.IN_REQUEST_PEOPLE = limit
    asked = {"id": factories.learner(acme, email(2)).id, "what": "choose", f"pool-{pool.id}": "assign"}
    shown = read(owner.post("/admin-center/licenses/", asked | {"show": "1"}))
    assert "Autumn" in shown
    counted = shown.partition('name="counted" value="')[2].partition('"')[0]
    owner.post("/admin-center/licenses/", asked | {"counted": counted, "invitation_text": autumn.id})
    run_due(clock=system_clock)

    assert mailed(acme) == [("Autumn begins", email(2))]


def test_chosen_for_one_license(owner: Client, acme: Organization, pool: LicensePool, autumn: InvitationText) -> None:
    page = f"/admin-center/users/{factories.learner(acme, email(2)).id}/licenses/{pool.id}/"
    assert "Words of the invitation" in read(owner.get(page))
    owner.post(page, {"status": "assign", "invitation_text": autumn.id})
    run_due(clock=system_clock)

    assert mailed(acme) == [("Autumn begins", email(2))]
    assert "Words of the invitation" not in read(owner.get(page))  # who is invited is not invited anew


def test_words_of_another_organization_are_the_default(owner: Client, acme: Organization, pool: LicensePool) -> None:
    other = factories.organization()
    own = InvitationText.objects.create(organization=other, name="Theirs", subject="Theirs", text="{link}")
    file = SimpleUploadedFile("people.csv", steps.csv_of([email(1)], "active").encode())
    owner.post("/admin-center/uploads/new/", {"file": file, "invitations": "on", "way": "apply", "invitation_text": own.id})
    run_due(clock=system_clock)

    assert "Theirs" not in mailed(acme)[0][0]
