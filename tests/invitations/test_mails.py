"""Who is invited by an operation gets a mail with a link of their own."""

import re
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.rules import RESTS
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.services.operations import cancel_operation
from seatkeeper.notices.models import Mail, MailSetup, MailState
from seatkeeper.notices.services.send import send_due
from tests import factories, steps
from tests.notices.post_office import PostOffice
from tests.promises.test_undo_is_real import apply_one_chunk

LINK = re.compile(r"https://seats\.acme\.example/learn/invitations/([\w-]{43})/")


@pytest.fixture(autouse=True)
def _confirmed(acme: Organization) -> None:
    MailSetup.objects.create(organization=acme, confirmed_at=factories.NOW)


def send(at: datetime = factories.NOW) -> None:
    send_due(clock=lambda: at)


def test_each_gets_a_link_of_their_own(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    steps.people(acme, 3, "active")
    send()
    send()
    assert sorted(post_office.to()) == steps.emails(1, 2, 3)
    assert post_office.came[0]["Subject"] == "Your license at Acme is waiting"
    assert "Acme has a license for Learning for you." in post_office.text()
    assert "The link is good until 3 April 2026." in post_office.text()
    links = {match[1] for place in range(3) if (match := LINK.search(post_office.text(place)))}
    assert len(links) == 3
    assert LINK.search(post_office.html())
    assert "corp.example" not in post_office.html()
    assert Invitation.objects.filter(expires_at=factories.NOW + timedelta(days=30)).count() == 3


def test_a_file_without_invitations_invites_without_mail(
    acme: Organization, pool: LicensePool, post_office: PostOffice
) -> None:
    steps.people(acme, 2, "active", invitations=False)
    send()
    assert post_office.came == []
    assert steps.counted(acme, "invited") == 2
    assert Invitation.objects.filter(mailed_at=None, expires_at=None).count() == 2


def test_many_rest_so_that_an_undo_comes_first(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    factories.import_csv(acme, steps.csv_of(steps.emails(*range(1, 31))))
    done = steps.do("assign", acme, steps.emails(*range(1, 31)), pool=pool)
    send()
    assert Mail.objects.filter(state=MailState.DUE).count() == 30
    steps.undo(done)
    send(factories.NOW + RESTS)
    assert post_office.came == []
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.WITHDRAWN}


def test_whom_a_cancelled_operation_had_invited_gets_one(
    acme: Organization, pool: LicensePool, post_office: PostOffice, settings: Settings
) -> None:
    settings.CHUNK_ROWS = 2
    factories.import_csv(acme, steps.csv_of(steps.emails(1, 2, 3, 4)))
    planned = steps.plan("assign", acme, steps.emails(1, 2, 3, 4), pool=pool)
    apply_one_chunk(planned)
    cancel_operation(planned, now=factories.NOW)

    send()

    assert sorted(post_office.to()) == steps.emails(1, 2)


def test_they_wait_for_a_confirmed_test_mail(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    MailSetup.objects.all().delete()
    steps.people(acme, 1, "active")
    send()
    assert post_office.came == []
    MailSetup.objects.create(organization=acme, confirmed_at=factories.NOW)
    send()
    assert post_office.to() == steps.emails(1)


def test_in_the_organizations_own_words(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    OrganizationSettings.objects.create(
        organization=acme, invitation_subject="Come in", invitation_text="Hi {name} <b>,\n\nhere: {link}\n\nKim"
    )
    factories.import_csv(
        acme, "invited_email_address,preferred_first_name,license_learning_status\np1@corp.example,Ana,active\n"
    )
    send()
    assert post_office.came[0]["Subject"] == "Come in"
    assert "Hi Ana <b>," in post_office.text()
    assert "Hi Ana &lt;b&gt;," in post_office.html()
    match = LINK.search(post_office.text())
    assert match
    assert f'<a href="{match[0]}"' in post_office.html()


def test_bounces_go_where_it_is_set(acme: Organization, pool: LicensePool, post_office: PostOffice, settings: object) -> None:
    settings.MAIL_BOUNCES_TO = "bounces@acme.example"  # type: ignore[attr-defined]
    steps.people(acme, 1, "active")
    send()
    assert post_office.senders == ["bounces@acme.example"]
    assert post_office.came[0]["From"] == "Seatkeeper <seats@acme.example>"
