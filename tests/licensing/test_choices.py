"""Manage licenses: what the dialog foresees is what applying does, and a change of pools is a reassign."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.services.choices import Choice, Outlook, foresee, plan_choice
from tests import factories, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    return factories.organization()


@pytest.fixture
def first(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=500)


@pytest.fixture
def second(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=500, license_type="Pro", activation="invite")


@pytest.fixture
def mixed(acme: Organization, first: LicensePool, second: LicensePool) -> None:
    """1, 2: active in the first; 2, 3: invited to the second; 4: active there before; 5: nothing; 6: active in both."""
    steps.people(acme, 6)
    steps.do("assign", acme, steps.emails(1, 2, 6), pool=first)
    steps.do("assign", acme, steps.emails(2, 3, 4, 6), pool=second)
    steps.do("activate", acme, steps.emails(4, 6), pool=second)
    steps.do("unassign", acme, steps.emails(4), pool=second)


def everyone(of: Organization) -> list[str]:
    return list(Learner.objects.filter(organization=of).values_list("email", flat=True))


def carried_out(of: Organization, choice: Choice) -> tuple[Outlook, Operation]:
    people = steps.chosen(of, everyone(of))
    outlook = foresee(people, choice=choice, organization_id=of.id)
    operation = plan_choice(people, choice=choice, act=steps.act(of, "manage"), clock=factories.frozen_clock)
    assert outlook.is_what(operation), (outlook, operation.counts)
    return outlook, steps.apply(operation)


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("end_first", [None, False, True])
@pytest.mark.parametrize("end_second", [None, False, True])
def test_foreseen_is_what_happens(
    acme: Organization, first: LicensePool, second: LicensePool, end_first: bool | None, end_second: bool | None
) -> None:
    wishes = ((first, end_first), (second, end_second))
    ends = tuple(pool for pool, wish in wishes if wish)
    gives = tuple(pool for pool, wish in wishes if wish is False)
    before = steps.state(acme)
    outlook, operation = carried_out(acme, Choice(ends=ends, gives=gives))
    for pool in outlook.pools:
        this = first if pool.key == first.key else second
        assert pool.free_after == this.seats_in_force - steps.taken(this)
    steps.assert_books_right(acme)
    if operation.planned_changes:
        steps.undo(operation)
    after = steps.state(acme)
    assert after["seats"] == before["seats"]


@pytest.mark.usefixtures("mixed")
def test_no_license_takes_all(acme: Organization) -> None:
    outlook, operation = carried_out(acme, Choice(is_none=True))
    assert (outlook.people, outlook.losing_active, outlook.losing_invited, outlook.without) == (6, 3, 1, 2)
    assert set(steps.statuses(acme).values()) == {"unassigned"}
    assert operation.counts["unassigned"] == outlook.unassigned == 6
    steps.assert_books_right(acme)


def test_a_change_of_pools_keeps_the_status(acme: Organization, first: LicensePool, second: LicensePool) -> None:
    steps.people(acme, 3, "active")
    outlook, _ = carried_out(acme, Choice(ends=(first,), gives=(second,)))
    assert (outlook.reassigned, outlook.unassigned, outlook.losing_active) == (3, 0, 0)
    assert set(steps.statuses(acme, second).values()) == {"active"}
    steps.assert_books_right(acme)


def test_missing_seats_are_foreseen(acme: Organization) -> None:
    small = factories.pool(acme, seats=2, license_type="Small")
    steps.people(acme, 5)
    outlook, operation = carried_out(acme, Choice(gives=(small,)))
    assert (outlook.missing, outlook.pools[0].free_after) == (3, 0)
    assert operation.counts["skipped"] == 3
    steps.assert_books_right(acme)


def test_statements_do_not_grow(acme: Organization, first: LicensePool, second: LicensePool) -> None:
    steps.people(acme, 401, "active")
    choice = Choice(ends=(first,), gives=(second,))
    one = steps.chosen(acme, steps.emails(1))
    others = steps.chosen(acme, steps.emails(*range(2, 402)))
    spent = []
    for people in (one, others):
        with CaptureQueriesContext(connection) as foreseeing:
            foresee(people, choice=choice, organization_id=acme.id)
        with CaptureQueriesContext(connection) as planning:
            plan_choice(people, choice=choice, act=steps.act(acme), clock=factories.frozen_clock)
        spent.append((len(foreseeing), len(planning)))
    assert spent[0] == spent[1]
    assert spent[0][0] == 2
