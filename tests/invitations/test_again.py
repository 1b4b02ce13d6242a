"""Resend, remind, withdraw, expire."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.models import Invitation, MailRound, NoReminders, RoundKind
from seatkeeper.invitations.services.expire import expire_invitations
from seatkeeper.invitations.services.rounds import carry_on_round, carry_on_rounds, mail_again
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.services.suspend import resume_learner, suspend_learner
from seatkeeper.notices.models import Mail, MailSetup, MailState
from seatkeeper.notices.services.send import send_due
from tests import factories, steps
from tests.invitations.test_activate import activating
from tests.notices.post_office import PostOffice

DAY = timedelta(days=1)
EVERYONE = Chosen(is_all=True)


@pytest.fixture(autouse=True)
def _confirmed(acme: Organization) -> None:
    MailSetup.objects.create(organization=acme, confirmed_at=factories.NOW)


def invite(of: Organization, count: int) -> None:
    steps.people(of, count, "active")
    carry_on_rounds(factories.frozen_clock)


def again(kind: RoundKind, of: Organization, at: datetime, chosen: Chosen = EVERYONE) -> MailRound:
    people = chosen.as_json(Reach(of.id), today=at.date())
    return carry_on_round(mail_again(kind, organization_id=of.id, people=people, actor="kim", now=at), clock=lambda: at)


def reminded(of: Organization, days: float) -> int:
    return again(RoundKind.REMIND, of, factories.NOW + days * DAY).queued


def test_a_reminder_says_how_to_get_no_more(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    invite(acme, 2)
    activating(acme, 1, pool)
    Mail.objects.all().delete()
    at = factories.NOW + 8 * DAY
    assert again(RoundKind.REMIND, acme, at).queued == 1
    send_due(clock=lambda: at)
    assert post_office.to() == steps.emails(2)
    message = post_office.came[0]
    assert message["Subject"] == "Your license at Acme is still waiting"
    address = message["List-Unsubscribe"].strip(" <>")
    assert address.startswith("https://seats.acme.example/learn/invitations/")
    assert address.endswith("/reminders/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in post_office.text()
    assert address in post_office.html()


def test_nobody_is_reminded_more_often_than_set(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 1)
    assert reminded(acme, 6.9) == 0
    assert reminded(acme, 7) == 1
    assert reminded(acme, 13.9) == 0
    assert reminded(acme, 14) == 1
    assert reminded(acme, 31) == 0  # it is over by then


def test_who_wants_none_gets_none(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    invite(acme, 2)
    first, second = Learner.objects.order_by("id")
    Mail.objects.all().delete()
    NoReminders.objects.create(organization_id=acme.id, learner_id=first.id, since=factories.NOW)
    assert reminded(acme, 8) == 1
    NoReminders.objects.create(organization_id=acme.id, learner_id=second.id, since=factories.NOW)
    send_due(clock=lambda: factories.NOW + 8 * DAY)
    assert post_office.came == []
    assert again(RoundKind.RESEND, acme, factories.NOW + 9 * DAY).queued == 2  # an admin's word is no reminder


def test_who_is_suspended_is_left_out_and_stays_invited(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    invite(acme, 3)
    first, second, _third = Learner.objects.order_by("id")
    Mail.objects.all().delete()
    suspend_learner(learner=first, actor="kim", now=factories.NOW)
    assert again(RoundKind.REMIND, acme, factories.NOW + 6 * DAY).suspended == 0  # too soon for anybody
    at = factories.NOW + 8 * DAY
    done = again(RoundKind.REMIND, acme, at)
    assert (done.queued, done.suspended) == (2, 1)
    suspend_learner(learner=second, actor="kim", now=at)
    send_due(clock=lambda: at)
    assert post_office.to() == steps.emails(3)
    assert steps.counted(acme, "invited") == 3
    resume_learner(learner=first, actor="kim", now=at)
    assert again(RoundKind.REMIND, acme, at).queued == 1


def test_resending_makes_the_same_link_good_anew(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 2, "active", invitations=False)
    carry_on_rounds(factories.frozen_clock)
    before = set(Invitation.objects.values_list("learner_id", "key"))
    at = factories.NOW + 40 * DAY
    done = again(RoundKind.RESEND, acme, at)
    assert done.queued == 2
    assert set(Invitation.objects.values_list("learner_id", "key")) == before
    assert set(Invitation.objects.values_list("expires_at", flat=True)) == {at + 30 * DAY}
    assert carry_on_round(done, clock=lambda: at).queued == Mail.objects.count() == 2


def test_whom_an_earlier_version_invited_can_be_mailed(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 1)
    Invitation.objects.all().delete()
    assert again(RoundKind.RESEND, acme, factories.NOW).queued == 1
    assert Invitation.objects.count() == 1


def test_only_who_is_chosen_and_invited(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 3)
    activating(acme, 1, pool)
    first, second, _third = Learner.objects.order_by("id").values_list("id", flat=True)
    assert again(RoundKind.RESEND, acme, factories.NOW, Chosen(ids=(first, second))).queued == 1
    other = factories.organization("Other")
    assert again(RoundKind.RESEND, other, factories.NOW, Chosen(ids=(second,))).queued == 0


def test_expiring_is_an_operation_and_its_undo_makes_them_good_anew(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 3)
    activating(acme, 1, pool)
    at = factories.NOW + 30 * DAY
    assert expire_invitations(organization_id=acme.id, clock=lambda: at - timedelta(seconds=1)) is None
    done = expire_invitations(organization_id=acme.id, clock=lambda: at)
    assert done
    assert (done.verb, done.source, done.counts["unassigned"]) == ("expire", "rule", 2)
    assert steps.statuses(acme) == dict(zip(steps.emails(1, 2, 3), ("active", "unassigned", "unassigned"), strict=True))
    assert expire_invitations(organization_id=acme.id, clock=lambda: at) is None
    assert not Invitation.objects.filter(is_watched=True).exists()
    steps.assert_books_right(acme)
    steps.undo(done, clock=lambda: at)
    assert steps.counted(acme, "invited") == 2
    assert Invitation.objects.filter(is_watched=True, expires_at=at + 30 * DAY).count() == 2


def test_the_brake_does_not_hold_what_expires(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 60)
    done = expire_invitations(organization_id=acme.id, clock=lambda: factories.NOW + 31 * DAY)
    assert done
    assert done.counts["unassigned"] == 60
    assert done.released_by == ""


def test_withdrawing_leaves_active_licenses_alone(acme: Organization, pool: LicensePool, post_office: PostOffice) -> None:
    invite(acme, 3)
    activating(acme, 1, pool)
    done = steps.do("withdraw", acme, steps.emails(1, 2, 3))
    assert done.counts["unassigned"] == 2
    assert steps.counted(acme, "active") == 1
    send_due(clock=factories.frozen_clock)
    assert post_office.came == []
    assert Mail.objects.filter(state=MailState.WITHDRAWN).count() == 3


def test_mail_goes_at_the_set_rate(acme: Organization, pool: LicensePool, post_office: PostOffice, settings: Settings) -> None:
    settings.LEARNER_MAILS_PER_MINUTE = 2
    invite(acme, 5)
    for minute, came in ((0, 2), (0.9, 2), (1, 4), (2, 5), (3, 5)):
        send_due(clock=lambda minute=minute: factories.NOW.replace(second=0) + timedelta(minutes=minute))  # type: ignore[misc]
        assert len(post_office.came) == came


@pytest.mark.parametrize("kind", RoundKind)
def test_queueing_takes_as_many_statements_at_any_length(
    acme: Organization, pool: LicensePool, settings: Settings, kind: RoundKind
) -> None:
    settings.CHUNK_ROWS = 50
    counted = []
    for first in (1, 101):
        count = 5 if first == 1 else 40
        factories.import_csv(acme, steps.csv_of(steps.emails(*range(first, first + count)), "active"))
        if kind != RoundKind.INVITE:
            carry_on_rounds(factories.frozen_clock)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            if kind == RoundKind.INVITE:
                carry_on_rounds(factories.frozen_clock)
            else:
                again(kind, acme, factories.NOW + 8 * DAY)
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert Operation.objects.count() == 2


def found(of: Organization, text: str) -> list[str]:
    people = learners_matching(of.id, text, today=factories.NOW.date())
    return list(people.order_by("id").values_list("email", flat=True))


def test_the_filter_finds_who_waits_and_whose_invitation_expired(acme: Organization, pool: LicensePool) -> None:
    invite(acme, 4)
    activating(acme, 1, pool)
    assert found(acme, "invitation:waiting") == steps.emails(2, 3, 4)
    expire_invitations(organization_id=acme.id, clock=lambda: factories.NOW + 30 * DAY)
    steps.do("assign", acme, steps.emails(2), pool=pool)
    steps.do("unassign", acme, steps.emails(1))
    factories.pool(acme, license_type="Pro")
    assert found(acme, "invitation:expired") == steps.emails(3, 4)
    assert found(acme, "invitation:expired p3") == steps.emails(3)
    assert found(acme, "invitation:expired pool:default/learning") == steps.emails(3, 4)
    assert found(acme, "invitation:expired type:pro") == []
    assert found(acme, "-invitation:expired") == steps.emails(1, 2)
    assert found(acme, "invitation:waiting") == steps.emails(2)
    with pytest.raises(FilterRefused):
        found(acme, "invitation:lost")
