"""Seats on a day: noted with each chunk, and what the ledger adds up to."""

from datetime import date, timedelta

import pytest

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import PoolDay
from seatkeeper.licensing.seats import seats_by_day
from seatkeeper.licensing.services.acts import plan_assign, plan_unassign
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.pools import change_pool
from tests import factories, steps
from tests.factories import NOW, SteppingClock

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def on(acme_id: int, first: date, last: date) -> list[tuple[int, int]]:
    return [(day.taken, day.seats) for day in seats_by_day(acme_id, first=first, last=last)]


def test_days_between_are_as_the_one_before_and_the_recount_agrees() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=4)
    steps.people(acme, 5)
    clock, everyone = SteppingClock(), Learner.objects.filter(organization=acme)
    first = steps.chosen(acme, steps.emails(1))
    apply_operation(
        plan_assign(everyone, pool=pool, act=Act(acme.id, "assign", "page", "tester"), clock=clock), clock=clock, actor="t"
    )  # the fifth finds no seat
    clock.forward(days=2)
    change_pool(pool=pool, seats=9, activation=pool.activation, actor="tester", now=clock())
    clock.forward(days=1)
    leaver = plan_unassign(first, pool=None, act=Act(acme.id, "unassign", "page", "tester"), clock=clock)
    apply_operation(leaver, clock=clock, actor="t")

    assert on(acme.id, TODAY - timedelta(days=1), TODAY + timedelta(days=4)) == [
        (0, 0),
        (4, 4),
        (4, 4),
        (4, 9),
        (3, 9),
        (3, 9),
    ]
    assert on(acme.id, TODAY + timedelta(days=4), TODAY + timedelta(days=4)) == [(3, 9)]
    assert check_books(organization_id=acme.id).ok


def test_a_clock_that_is_behind_stays_on_the_later_day() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=4)
    steps.people(acme, 2)
    first, second = (steps.chosen(acme, steps.emails(number)) for number in (1, 2))
    for clock, some in (
        (SteppingClock(NOW), first),
        (SteppingClock(NOW - timedelta(days=1)), second),
    ):
        plan = plan_assign(some, pool=pool, act=Act(acme.id, "assign", "page", "tester"), clock=clock)
        apply_operation(plan, clock=clock, actor="t")

    assert on(acme.id, TODAY - timedelta(days=1), TODAY) == [(0, 0), (2, 4)]
    assert check_books(organization_id=acme.id).ok


@pytest.mark.parametrize("days", [0, 3])
def test_a_day_that_is_not_what_the_ledger_says_is_found(days: int) -> None:
    acme = factories.organization()
    factories.pool(acme)
    factories.import_csv(acme, "invited_email_address,license_learning_status\na@x.example,active\n")
    day = PoolDay.objects.get(organization_id=acme.id)
    PoolDay.objects.filter(organization_id=acme.id).delete()
    day.day, day.seats_taken = day.day + timedelta(days=days), 2
    day.save(force_insert=True)

    assert "seats_on_day_wrong" in {gap.code for gap in check_books(organization_id=acme.id).gaps}


def test_what_stays_the_same_is_not_logged() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=4)

    change_pool(pool=pool, seats=4, activation=pool.activation, actor="tester", now=NOW)
    assert not AuditEntry.objects.exists()
    change_pool(pool=pool, seats=5, activation="invite", actor="tester", now=NOW)
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["pool.activation_changed", "pool.seats_changed"]
