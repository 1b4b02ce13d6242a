"""Promise 7: a chunk takes a fixed number of statements, whatever it holds."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatkeeper.directory.models import Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import Books, LicensePool, Operation
from seatkeeper.licensing.services.undo import plan_undo
from tests import factories, steps
from tests.steps import email, emails

pytestmark = pytest.mark.django_db

MANY = 400
ONE_LEARNER = 20  # statements, at most

Planner = Callable[[Organization, list[str]], Operation]


def invite(acme: Organization, addresses: list[str]) -> Operation:
    return steps.plan("assign", acme, addresses, pool=pool_of(acme, "invite"))


def assign(acme: Organization, addresses: list[str]) -> Operation:
    return steps.plan("assign", acme, addresses, pool=pool_of(acme, "target"))


def unassign(acme: Organization, addresses: list[str]) -> Operation:
    return steps.plan("unassign", acme, addresses)


def activate(acme: Organization, addresses: list[str]) -> Operation:
    steps.apply(invite(acme, addresses))
    return steps.plan("activate", acme, addresses)


def reassign(acme: Organization, addresses: list[str]) -> Operation:
    return steps.plan("reassign", acme, addresses, target=pool_of(acme, "target"))


def join(acme: Organization, addresses: list[str]) -> Operation:
    group = add_group(organization_id=acme.id, name=f"Group of {len(addresses)}")
    return steps.plan("membership", acme, addresses, group=group, joins=True)


def pool_of(acme: Organization, license_type: str) -> LicensePool:
    return LicensePool.objects.get(organization=acme, key=f"default/{license_type}")


def leave_half(acme: Organization, addresses: list[str]) -> Operation:
    """A plan of which some is overtaken, so that the way of what is skipped is counted, too."""
    planned = steps.plan("unassign", acme, addresses)
    steps.do("unassign", acme, addresses[: max(1, len(addresses) // 2)])
    return planned


@pytest.fixture
def acme() -> Organization:
    acme = factories.organization()
    factories.pool(acme, seats=MANY + 44)
    factories.pool(acme, seats=MANY + 44, license_type="Target")
    factories.pool(acme, seats=MANY + 44, license_type="Invite", activation="invite")
    steps.people(acme, MANY + 44, "active")
    Books.objects.filter(organization=acme).update(brake_at_least=MANY * 10)  # beyond it, one statement more looks at the pools
    return acme


ONE, SOME, REST = [email(1)], emails(*range(2, 45)), emails(*range(45, MANY + 45))


@pytest.mark.parametrize("act", [invite, assign, unassign, activate, reassign, join, leave_half])
def test_an_act_and_its_undo_take_as_many_statements_for_few_as_for_many(acme: Organization, act: Planner) -> None:
    def run(addresses: list[str]) -> tuple[int, int, int]:
        planned = act(acme, addresses)
        apply_count = count(lambda: steps.apply(planned))
        undo = None

        def plan() -> None:
            nonlocal undo
            undo = plan_undo(planned, act=steps.act(acme, "undo"), clock=factories.frozen_clock)

        plan_count = count(plan)
        assert undo is not None
        return apply_count, plan_count, count(lambda: steps.apply(undo))

    run(SOME[2:4])  # the first of an organization wakes workers, which costs a statement
    one, few, many = run(SOME[:2] if act is leave_half else ONE), run(SOME[4:]), run(REST)

    assert few == many
    assert all(cost <= most for cost, most in zip(one, few, strict=True))
    steps.assert_books_right(acme)


@pytest.mark.parametrize("act", [invite, assign, unassign, reassign])
def test_planning_takes_as_many_statements_for_few_as_for_many(acme: Organization, act: Planner) -> None:
    assert count(lambda: act(acme, ONE)) == count(lambda: act(acme, REST))


def test_a_file_takes_as_many_statements_at_any_length(acme: Organization) -> None:
    def import_of(addresses: list[str]) -> Callable[[], Operation]:
        header = "invited_email_address,department_name,license_learning_status\n"
        rows = [f"{address},Sales,inactive\n" for address in addresses]
        new = [f"new-{address},Sales,active\n" for address in addresses]
        return lambda: factories.import_csv(acme, header + "".join([*rows, *new]))

    import_of([email(MANY + 44)])()  # a value that nobody ever had costs two statements, once
    assert count(import_of(ONE)) <= count(import_of(SOME)) == count(import_of(REST[:-1]))


def test_unassigning_one_learner_takes_few_statements(acme: Organization) -> None:
    """Plan and apply, as the command does."""
    taken = count(lambda: steps.do("unassign", acme, ONE))

    assert 0 < taken <= ONE_LEARNER


def count(act: Callable[[], object]) -> int:
    """Statements, without the savepoints that stand for transactions inside of a test."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in queries)
