"""An invited learner makes the license active."""

from seatkeeper.directory.models import Organization
from seatkeeper.invitations.services.activate import Activated, Ended, NoSeat, activate
from seatkeeper.licensing.models import LicensePool, Operation
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
