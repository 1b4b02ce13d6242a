"""From plan to done: leases, cancelling at any moment, chunks of any size; and what a pool refuses."""

import os
from datetime import timedelta

import pytest
from django.test import override_settings

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.leases import this_process
from seatkeeper.licensing.errors import (
    BadPoolKey,
    ChunkAlreadyApplied,
    LedgerMismatch,
    NoSuchOperation,
    NothingSelected,
    OperationBusy,
    PoolExists,
    SeatsBelowTaken,
    UnknownPool,
    WrongStatus,
)
from seatkeeper.licensing.models import LicenseChange, LicensePool, Operation, Segment, Step
from seatkeeper.licensing.queries import pool_by_key
from seatkeeper.licensing.services import chunks
from seatkeeper.licensing.services.acts import plan_unassign
from seatkeeper.licensing.services.operations import apply_operation, cancel_operation, operation_of
from seatkeeper.licensing.services.pools import set_seats
from seatkeeper.licensing.services.sweep import discard_cut_plan
from seatkeeper.licensing.statements import position_of, step_of
from tests import factories, steps
from tests.steps import do, email, emails

pytestmark = pytest.mark.django_db

ELSEWHERE = "another-machine:1"


@pytest.fixture
def acme() -> Organization:
    return factories.organization()


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    pool = factories.pool(acme, seats=9)
    steps.people(acme, 7, "active")
    return pool


def hold(operation: Operation, lease: str, *, seconds_ago: int = 0) -> None:
    this = Operation.objects.filter(organization_id=operation.organization_id, number=operation.number)
    this.update(lease=lease, beat_at=factories.NOW - timedelta(seconds=seconds_ago))


def test_an_operation_that_another_process_holds_is_busy(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, [email(1)])
    hold(planned, ELSEWHERE, seconds_ago=19)

    with pytest.raises(OperationBusy):
        steps.apply(planned)

    assert steps.taken(pool) == 7


def test_a_lease_ends_when_it_is_not_renewed(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, [email(1)])
    hold(planned, ELSEWHERE, seconds_ago=21)

    assert steps.apply(planned).status == "done"


def test_the_lease_of_a_dead_process_of_this_machine_ends_at_once(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, [email(1)])
    machine = this_process().rpartition(":")[0]
    hold(planned, f"{machine}:{os.getppid()}")
    with pytest.raises(OperationBusy):
        steps.apply(planned)
    hold(planned, f"{machine}:{1 << 30}")  # no process has such a number

    assert steps.apply(planned).status == "done"
    assert operation_of(organization_id=acme.id, number=planned.number).lease == ""


def test_a_cut_plan_is_not_discarded_while_somebody_makes_it(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, [email(1)])
    Operation.objects.filter(organization=acme, number=planned.number).update(status="planning")
    hold(planned, ELSEWHERE)
    with pytest.raises(OperationBusy):
        discard_cut_plan(planned, clock=factories.frozen_clock)
    hold(planned, "")

    discard_cut_plan(planned, clock=factories.frozen_clock)

    assert operation_of(organization_id=acme.id, number=planned.number).status == "lapsed"
    assert not LicenseChange.objects.filter(organization_id=acme.id, operation_id=planned.number).exists()
    with pytest.raises(WrongStatus):
        discard_cut_plan(do("unassign", acme, [email(2)]), clock=factories.frozen_clock)


def test_cancelling_while_it_is_planned_stands(acme: Organization, pool: LicensePool) -> None:
    def cancel(what: str, done: int, of: int) -> None:
        cancel_operation(Operation.objects.filter(organization=acme).latest("number"), now=factories.NOW)

    with pytest.raises(WrongStatus, match="cancelled"):
        plan_unassign(
            steps.chosen(acme, [email(1)]), pool=None, act=steps.act(acme), clock=factories.frozen_clock, progress=cancel
        )

    latest = Operation.objects.filter(organization=acme).latest("number")
    assert latest.status == "cancelled"
    with pytest.raises(WrongStatus, match="cancelled"):
        steps.apply(latest)
    assert steps.taken(pool) == 7


@pytest.mark.parametrize(("after_chunk", "applied"), [(1, 2), (2, 4), (4, 7)])
def test_cancelling_while_it_is_applied_stops_after_the_chunk(
    acme: Organization, pool: LicensePool, after_chunk: int, applied: int
) -> None:
    calls = []

    def cancel(what: str, done: int, of: int) -> None:
        calls.append(done)
        if len(calls) == after_chunk:
            cancel_operation(operation_of(organization_id=acme.id, number=2), now=factories.NOW)

    planned = steps.plan("unassign", acme, emails(*range(1, 8)))
    with override_settings(CHUNK_ROWS=2), pytest.raises((ChunkAlreadyApplied, WrongStatus)):
        apply_operation(planned, clock=factories.frozen_clock, actor="tester", release_brake=True, progress=cancel)

    cancelled = operation_of(organization_id=acme.id, number=2)
    assert (cancelled.status, cancelled.counts["unassigned"]) == ("cancelled", applied)
    assert steps.taken(pool) == 7 - applied
    steps.assert_books_right(acme)


def test_people_added_by_a_file_that_stops_before_their_licenses_are_found_without_one(acme: Organization) -> None:
    """Their standing would have come with the license; the filter goes by it."""
    factories.pool(acme, seats=9, activation="immediate")
    lines = "".join(f"{email(number)},active\n" for number in range(1, 5))
    planned = factories.import_csv(acme, f"invited_email_address,license_learning_status\n{lines}", apply=False)

    def cancel(what: str, done: int, of: int) -> None:
        cancel_operation(operation_of(organization_id=acme.id, number=planned.number), now=factories.NOW)

    with override_settings(CHUNK_ROWS=4), pytest.raises(ChunkAlreadyApplied):
        apply_operation(planned, clock=factories.frozen_clock, actor="tester", progress=cancel)

    found = learners_matching(acme.id, "status:none", today=factories.NOW.date())
    assert sorted(found.values_list("email", flat=True)) == emails(*range(1, 5))
    steps.assert_books_right(acme)


def test_a_plan_that_lapsed_behind_our_back_is_not_applied(acme: Organization, pool: LicensePool) -> None:
    """What we hold still says `planned`."""
    planned = steps.plan("unassign", acme, [email(1)])
    for status in ("lapsed", "cancelled", "planning"):
        Operation.objects.filter(organization=acme, number=planned.number).update(status=status)
        with pytest.raises(WrongStatus, match=status):
            steps.apply(planned)
        planned.status = "planned"


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_chunks_of_any_size_come_to_the_same(acme: Organization, pool: LicensePool, rows: int) -> None:
    other = factories.pool(acme, seats=9, license_type="Coding")
    with override_settings(CHUNK_ROWS=rows):
        moved = do("reassign", acme, emails(*range(1, 6)), target=other)

    assert (moved.counts["reassigned"], steps.taken(pool), steps.taken(other)) == (5, 2, 5)
    segments = Segment.objects.filter(organization_id=acme.id, operation_id=moved.number)
    assert sum(segment.applied for segment in segments) == 10
    steps.assert_books_right(acme)


def test_a_chunk_is_of_one_step_and_says_what_it_holds(acme: Organization, pool: LicensePool) -> None:
    header = "invited_email_address,department_name,license_learning_status\n"
    upload = f"{header}{email(1)},Sales,inactive\n{email(2)},Sales,inactive\nnew@corp.example,,active\n"
    operation = factories.import_csv(acme, upload, apply=False)
    where = {"organization_id": acme.id, "operation_id": operation.number, "rows": 100}

    found, after = [], 0
    while chunk := chunks.next_chunk(after=after, **where):
        found.append((chunk.step, chunk.size, chunk.is_last))
        after = chunk.through

    assert found == [(Step.PEOPLE, 3, False), (Step.FREE, 2, False), (Step.TAKE, 1, True)]
    assert step_of(position_of(Step.TAKE, 7)) == Step.TAKE


def test_what_does_not_add_up_is_rolled_back(acme: Organization, pool: LicensePool, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = steps.plan("unassign", acme, emails(1, 2))
    do("unassign", acme, [email(1)])
    before = steps.state(acme)
    monkeypatch.setattr(chunks, "_skip_licenses", lambda chunk: 0)  # nobody looks whether it still fits

    with pytest.raises(LedgerMismatch):
        steps.apply(planned)

    assert steps.state(acme) == before
    assert not Segment.objects.filter(organization_id=acme.id, operation_id=planned.number).exists()
    steps.assert_books_right(acme)


def test_who_was_active_before_comes_back_active_at_once(acme: Organization) -> None:
    invite = factories.pool(acme, seats=2, activation="invite")
    steps.people(acme, 1)
    assert do("assign", acme, [email(1)], pool=invite).counts["invited"] == 1
    assert do("activate", acme, [email(1)]).counts["activated"] == 1
    do("unassign", acme, [email(1)])

    assert do("assign", acme, [email(1)], pool=invite).counts["activated"] == 1


def test_reassigning_keeps_the_status(acme: Organization) -> None:
    one = factories.pool(acme, seats=2, activation="invite")
    other = factories.pool(acme, seats=2, license_type="Coding")
    steps.people(acme, 2)
    do("assign", acme, emails(1, 2), pool=one)
    do("activate", acme, [email(1)])

    do("reassign", acme, emails(1, 2), target=other)

    assert steps.statuses(acme, other) == {email(1): "active", email(2): "invited"}
    assert (steps.taken(one), steps.taken(other)) == (0, 1)


def test_acts_find_only_what_they_are_for(acme: Organization, pool: LicensePool) -> None:
    other = factories.pool(acme, seats=9, license_type="Coding")
    do("assign", acme, [email(1)], pool=other)

    assert do("unassign", acme, [email(1)], pool=other).counts["unassigned"] == 1
    assert steps.statuses(acme, pool)[email(1)] == "active"
    assert do("assign", acme, [email(2)], pool=pool).counts["unchanged"] == 1
    assert do("activate", acme, [email(2)]).counts["unchanged"] == 1
    assert do("reassign", acme, [email(3)], target=pool).counts["unchanged"] == 1
    with pytest.raises(NothingSelected):
        do("unassign", acme, ["nobody@corp.example"])


def test_no_act_reaches_another_organization(acme: Organization, pool: LicensePool) -> None:
    beta = factories.organization()
    factories.pool(beta, seats=9)
    steps.people(beta, 7, "active")
    before = steps.state(beta)

    undone = do("unassign", acme, emails(*range(1, 8)))
    steps.undo(undone)
    factories.import_csv(acme, steps.csv_of(emails(1, 2), "inactive"))

    assert steps.state(beta) == before
    steps.assert_books_right(beta)


def test_seats_are_never_lowered_below_those_taken(acme: Organization, pool: LicensePool) -> None:
    with pytest.raises(SeatsBelowTaken) as refused:
        set_seats(pool=pool, seats=5)

    assert (refused.value.taken, refused.value.missing) == (7, 2)
    LicensePool.objects.filter(id=pool.id).update(seats_held=1)
    with pytest.raises(SeatsBelowTaken):
        set_seats(pool=pool, seats=7)
    assert set_seats(pool=pool, seats=8).seats_in_force == 8


def test_pools_are_told_apart_without_regard_to_case(acme: Organization) -> None:
    made = factories.pool(acme, budget_group="  Sales   EMEA ", license_type="Learning")

    assert made.key == "sales emea/learning"
    assert pool_by_key(acme.id, "Sales EMEA/LEARNING").id == made.id
    with pytest.raises(PoolExists):
        factories.pool(acme, budget_group="sales emea", license_type="LEARNING")
    with pytest.raises(UnknownPool):
        pool_by_key(acme.id, "sales/learning")


@pytest.mark.parametrize("name", ["", " ", "-", "a/b", "a_license_b", "license_", 'a"b', "a,b", "_a", "Attribute _x"])
def test_a_name_that_would_make_a_header_ambiguous_is_refused(acme: Organization, name: str) -> None:
    with pytest.raises(BadPoolKey):
        factories.pool(acme, budget_group=name)
    with pytest.raises(BadPoolKey):
        factories.pool(acme, license_type=name)


def test_operations_are_numbered_without_a_gap(acme: Organization, pool: LicensePool) -> None:
    for number in (2, 3, 4):
        assert steps.plan("unassign", acme, [email(number)]).number == number
    with pytest.raises(NoSuchOperation):
        operation_of(organization_id=acme.id, number=5)
