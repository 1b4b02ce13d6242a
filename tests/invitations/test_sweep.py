"""Invitations whose licenses ended long ago are deleted, as other claims are."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from seatkeeper.background.kinds import PERIODIC
from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.models import Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.models import Invitation, RoundKind
from seatkeeper.invitations.services.rounds import carry_on_round, carry_on_rounds, mail_again
from seatkeeper.invitations.services.sweep import sweep_invitations
from seatkeeper.licensing.history import history_of
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.models import Mail, MailSetup, MailState
from seatkeeper.notices.services.send import send_due
from tests import factories, steps
from tests.invitations.test_activate import activating
from tests.notices.post_office import PostOffice

pytestmark = pytest.mark.usefixtures("pool")


def days(number: float) -> datetime:
    return factories.NOW + timedelta(days=number)


def invite(of: Organization, count: int) -> None:
    steps.people(of, count, "active")
    carry_on_rounds(factories.frozen_clock)


def still_there(of: Organization) -> list[str]:
    rows = Invitation.objects.filter(organization_id=of.id).order_by("learner_id").values_list("learner_id", flat=True)
    names = {factories.learner(of, address).id: address for address in steps.emails(*range(1, 8))}
    return [names[learner] for learner in rows]


def test_what_is_invited_or_active_stays(acme: Organization, pool: LicensePool, settings: Settings) -> None:
    settings.CHUNK_ROWS = 2
    invite(acme, 7)
    other = factories.organization("Other")
    activating(acme, 1, pool)
    activating(acme, 2, pool)
    steps.do("unassign", acme, steps.emails(2, 3))
    undone = steps.do("unassign", acme, steps.emails(4))
    steps.undo(undone)
    steps.do("unassign", acme, steps.emails(5), clock=lambda: days(30))
    steps.do("unassign", acme, steps.emails(6))
    steps.do("assign", acme, steps.emails(6), pool=pool, clock=lambda: days(1))

    assert sweep_invitations(organization_id=acme.id, now=days(89)) == 0
    assert sweep_invitations(organization_id=other.id, now=days(92)) == 0
    PERIODIC["invitations.forget"].run(lambda: days(92))

    assert still_there(acme) == steps.emails(1, 4, 5, 7)  # the sixth: a newer one has long taken its place
    steps.assert_books_right(acme)
    what = [entry["what"] for entry in history_of(factories.learner(acme, steps.email(3))) if "pool" in entry]
    assert what == ["invited → unassigned", "unassigned → invited"]


def test_of_an_assignment_that_was_undone_none_is_left(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 7)
    given = steps.do("assign", acme, steps.emails(1), pool=pool)
    carry_on_rounds(factories.frozen_clock)
    steps.undo(given)

    assert sweep_invitations(organization_id=acme.id, now=days(89)) == 0
    assert sweep_invitations(organization_id=acme.id, now=days(91)) == 1


def test_who_is_invited_by_a_late_undo_gets_a_link_by_sending_again(
    acme: Organization, pool: LicensePool, post_office: PostOffice
) -> None:
    invite(acme, 1)
    ended = steps.do("unassign", acme, steps.emails(1))
    assert sweep_invitations(organization_id=acme.id, now=days(91)) == 1
    steps.undo(ended, clock=lambda: days(91))
    MailSetup.objects.create(organization=acme, confirmed_at=days(91))

    send_due(clock=lambda: days(91))
    assert (post_office.came, Mail.objects.get().state) == ([], MailState.WITHDRAWN)  # it had waited, and has no link
    people = Chosen(is_all=True).as_json(Reach(acme.id), today=days(91).date())
    again = mail_again(RoundKind.RESEND, organization_id=acme.id, people=people, actor="kim", now=days(91))
    assert carry_on_round(again, clock=lambda: days(91)).queued == 1
    send_due(clock=lambda: days(91))
    assert post_office.to() == steps.emails(1)
