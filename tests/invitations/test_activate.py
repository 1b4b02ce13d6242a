"""An invited learner makes the license active."""

from uuid import uuid4

from seatkeeper.directory.models import Organization
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.services.activate import Activated, Ended, NoSeat, activate
from seatkeeper.invitations.standing import State, standings_of
from seatkeeper.licensing.models import License, LicensePool, Operation
from tests import factories, steps


def activating(of: Organization, number: int, pool: LicensePool) -> Activated | NoSeat | Ended:
    learner = factories.learner(of, steps.email(number))
    return activate(
        organization_id=of.id, learner_id=learner.id, pool_id=pool.id, actor="learner", clock=factories.frozen_clock
    )


def test_first_come_first_served(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 3, "active")
    first = activating(acme, 1, pool)
    assert isinstance(first, Activated)
    assert not first.was_active
    assert isinstance(activating(acme, 2, pool), Activated)
    late = activating(acme, 3, pool)
    assert isinstance(late, NoSeat)
    assert (late.place.kind, late.place.place) == ("waiting", 1)
    assert steps.counted(acme, "active") == steps.taken(pool) == 2
    assert steps.counted(acme, "invited") == 1
    assert Operation.objects.filter(verb="activate", source="learner").count() == 2
    steps.assert_books_right(acme)


def test_a_second_time_changes_nothing(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 1, "active")
    first = activating(acme, 1, pool)
    before = Operation.objects.count()
    again = activating(acme, 1, pool)
    assert isinstance(first, Activated)
    assert again == Activated(first.operation_number, was_active=True)
    assert Operation.objects.count() == before


def test_who_was_unassigned_gets_nothing_back(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 2, "active")
    steps.do("unassign", acme, steps.emails(1))
    assert activating(acme, 1, pool) == Ended(factories.NOW, "unassign")
    pro = factories.pool(acme, license_type="Pro")
    assert activating(acme, 2, pro) == Ended()
    assert steps.taken(pool) == 0


def test_an_expired_invitation_activates_nothing_before_a_worker_has_ended_it(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 1, "active")
    learner = factories.learner(acme, steps.email(1))
    where = {"organization_id": acme.id, "learner_id": learner.id, "pool_id": pool.id}
    invited_by = License.objects.get(**where).operation_id
    Invitation.objects.create(**where, operation_number=invited_by, key=uuid4(), expires_at=factories.NOW)
    (standing,) = standings_of(organization_id=acme.id, learner_id=learner.id, now=factories.NOW)
    assert (standing.state, standing.since, standing.was_active) == (State.ENDED, factories.NOW, False)
    assert activating(acme, 1, pool) == Ended()
    assert (steps.counted(acme, "active"), steps.counted(acme, "invited")) == (0, 1)
