"""The brake: no source unassigns many licenses in a day without a person's word."""

import pytest
from django.test import override_settings

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.errors import BrakeHeld
from seatkeeper.licensing.models import Books, LicenseChange, LicensePool, Operation
from seatkeeper.licensing.services.brake import brake_limit
from seatkeeper.licensing.services.operations import cancel_operation, operation_of
from seatkeeper.licensing.services.sweep import sweep_plans
from tests import factories, steps
from tests.steps import emails

pytestmark = pytest.mark.django_db

PEOPLE = 130


@pytest.fixture
def clock() -> factories.SteppingClock:
    return factories.SteppingClock()


@pytest.fixture
def acme() -> Organization:
    acme = factories.organization()
    factories.pool(acme, seats=PEOPLE)
    steps.people(acme, PEOPLE, "active")
    return acme


def leave(
    acme: Organization, first: int, last: int, clock: factories.SteppingClock, *, source: str = "page", release: bool = False
) -> Operation:
    planned = steps.plan("unassign", acme, emails(*range(first, last + 1)), clock=clock, source=source)
    return steps.apply(planned, clock=clock, release_brake=release)


def held(acme: Organization, *arguments: object, **options: object) -> Operation:
    with pytest.raises(BrakeHeld):
        leave(acme, *arguments, **options)  # type: ignore[arg-type]
    return Operation.objects.filter(organization=acme).latest("number")


def test_the_limit_is_a_share_of_the_active_but_at_least_fifty(acme: Organization) -> None:
    def limit() -> int:
        return brake_limit(Books.objects.get(organization=acme))

    assert limit() == 50
    LicensePool.objects.filter(organization=acme).update(seats_taken=10_000)
    assert limit() == 200
    Books.objects.filter(organization=acme).update(brake_percent="0.5", brake_at_least=10)
    assert limit() == 50


def test_as_many_as_the_limit_pass_and_one_more_is_held(acme: Organization, clock: factories.SteppingClock) -> None:
    pool = LicensePool.objects.get(organization=acme)
    operation = held(acme, 1, 51, clock)

    assert operation.status == "held"
    assert operation.counts["unassigned"] == 51
    assert LicenseChange.objects.filter(organization_id=acme.id, operation_id=operation.number).count() == 51
    assert steps.taken(pool) == PEOPLE
    assert leave(acme, 1, 50, clock).status == "done"
    assert steps.taken(pool) == PEOPLE - 50


def test_what_was_unassigned_within_a_day_counts_and_before_it_does_not(
    acme: Organization, clock: factories.SteppingClock
) -> None:
    leave(acme, 1, 30, clock)
    assert held(acme, 31, 51, clock).status == "held"
    assert leave(acme, 31, 50, clock).status == "done"
    clock.forward(hours=23)
    assert held(acme, 51, 51, clock).status == "held"
    clock.forward(hours=2)
    assert leave(acme, 51, 100, clock).status == "done"


def test_each_source_has_its_own_limit(acme: Organization, clock: factories.SteppingClock) -> None:
    leave(acme, 1, 50, clock, source="page")

    assert leave(acme, 51, 100, clock, source="scim").status == "done"
    assert held(acme, 101, 101, clock, source="page").status == "held"


def test_a_held_plan_is_kept_and_applied_when_a_person_releases_it(acme: Organization, clock: factories.SteppingClock) -> None:
    operation = held(acme, 1, 60, clock)
    with pytest.raises(BrakeHeld):
        steps.apply(operation, clock=clock, release_brake=False)
    clock.forward(days=3)
    sweep_plans(organization_id=acme.id, now=clock())

    done = steps.apply(operation_of(organization_id=acme.id, number=operation.number), clock=clock, release_brake=True)

    assert (done.status, done.released_by, done.counts["unassigned"]) == ("done", "tester", 60)
    steps.assert_books_right(acme)


def test_what_a_person_released_does_not_count_again(acme: Organization, clock: factories.SteppingClock) -> None:
    leave(acme, 1, 60, clock, release=True)

    assert leave(acme, 61, 110, clock).status == "done"


def test_releasing_what_passes_anyway_counts(acme: Organization, clock: factories.SteppingClock) -> None:
    leave(acme, 1, 50, clock, release=True)

    assert held(acme, 51, 51, clock).status == "held"


def test_an_undo_never_counts_and_is_never_held(acme: Organization, clock: factories.SteppingClock) -> None:
    leave(acme, 1, 50, clock)
    others = factories.import_csv(acme, steps.csv_of([f"new{n}@corp.example" for n in range(50)], "active"), clock=clock)

    back = steps.undo(others, clock=clock)

    assert (back.status, back.counts["unassigned"]) == ("done", 50)
    clock.forward(hours=25)
    assert leave(acme, 51, 100, clock).status == "done"


def test_what_was_cancelled_or_lapsed_or_held_before_it_began_does_not_count(
    acme: Organization, clock: factories.SteppingClock
) -> None:
    cancel_operation(steps.plan("unassign", acme, emails(*range(1, 50)), clock=clock), now=clock())
    steps.plan("unassign", acme, emails(*range(1, 50)), clock=clock)
    held(acme, 1, 60, clock)
    clock.forward(hours=25)
    assert sweep_plans(organization_id=acme.id, now=clock()) == 1

    assert leave(acme, 1, 50, clock).status == "done"


def test_what_a_cancelled_operation_had_applied_counts(acme: Organization, clock: factories.SteppingClock) -> None:
    planned = steps.plan("unassign", acme, emails(*range(1, 41)), clock=clock)
    with override_settings(CHUNK_ROWS=20):
        from tests.promises.test_undo_is_real import apply_one_chunk

        apply_one_chunk(planned, rows=20)
    cancel_operation(planned, now=clock())

    assert held(acme, 41, 71, clock).status == "held"
    assert leave(acme, 41, 70, clock).status == "done"


def test_a_reassignment_is_no_unassignment(acme: Organization, clock: factories.SteppingClock) -> None:
    other = factories.pool(acme, seats=PEOPLE, license_type="Coding")
    planned = steps.plan("reassign", acme, emails(*range(1, 101)), target=other, clock=clock)

    assert steps.apply(planned, clock=clock, release_brake=False).status == "done"


def test_a_lapsed_plan_leaves_nothing_but_its_operation_and_cannot_be_applied(
    acme: Organization, clock: factories.SteppingClock
) -> None:
    from seatkeeper.licensing.errors import WrongStatus

    planned = steps.plan("unassign", acme, emails(1, 2), clock=clock)
    clock.forward(hours=25)
    sweep_plans(organization_id=acme.id, now=clock())

    assert not LicenseChange.objects.filter(organization_id=acme.id, operation_id=planned.number).exists()
    with pytest.raises(WrongStatus, match="lapsed"):
        steps.apply(operation_of(organization_id=acme.id, number=planned.number), clock=clock)
