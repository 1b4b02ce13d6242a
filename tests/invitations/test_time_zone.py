"""Mails to learners say days and times as the organization's clocks do."""

from datetime import UTC, datetime, timedelta

import pytest

from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.invitations.services.waitlist import join_waitlist, settle_pools
from seatkeeper.licensing.models import Claim, LicensePool
from seatkeeper.notices.models import MailSetup
from seatkeeper.notices.services.send import send_due
from tests import factories, steps
from tests.notices.post_office import PostOffice

EVENING = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _confirmed(acme: Organization) -> None:
    MailSetup.objects.create(organization=acme, confirmed_at=factories.NOW)


@pytest.mark.parametrize(("zone", "day"), [("UTC", "1 July 2026"), ("Asia/Tokyo", "2 July 2026")])
def test_the_last_day_of_an_invitation_is_one_of_the_time_zone(
    acme: Organization, pool: LicensePool, post_office: PostOffice, zone: str, day: str
) -> None:
    OrganizationSettings.objects.create(organization=acme, time_zone=zone)
    steps.people(acme, 1, "active")
    send_due(clock=lambda: EVENING - timedelta(days=30))
    assert f"The link is good until {day}." in post_office.text()


@pytest.mark.parametrize(("zone", "until"), [("UTC", "1 July 2026, 22:30"), ("Europe/Berlin", "2 July 2026, 00:30")])
def test_the_end_of_an_offer_is_a_time_of_the_time_zone(
    acme: Organization, pool: LicensePool, post_office: PostOffice, zone: str, until: str
) -> None:
    OrganizationSettings.objects.create(organization=acme, time_zone=zone)
    factories.import_csv(acme, steps.csv_of(steps.emails(1)))
    learner = factories.learner(acme, steps.email(1))
    join_waitlist(organization_id=acme.id, pool_id=pool.id, learner_id=learner.id, now=factories.NOW)
    settle_pools(factories.frozen_clock)
    Claim.objects.update(expires_at=EVENING)
    send_due(clock=factories.frozen_clock)
    assert any(f"It is held for you until {until}." in post_office.text(place) for place in range(len(post_office.came)))
