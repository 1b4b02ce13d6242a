"""Promise 1: no act takes a seat unless taken + held is below the seats in force, under any concurrency."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.sql import _statements_of
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.services import chunks
from seatkeeper.licensing.services.acts import plan_activate
from seatkeeper.licensing.services.operations import apply_operation
from tests import factories, steps
from tests.conftest import Seatkeeper
from tests.steps import do, email, emails

RACERS = 80
SEATS = 10
PROCESSES = 4

in_threads = pytest.mark.django_db(transaction=True)


def invited(of: Organization, people: int, seats: int) -> LicensePool:
    pool = factories.pool(of, seats=seats, activation="invite")
    steps.people(of, people, "active")
    return pool


def race(acts: list[Callable[[], Any]]) -> list[BaseException]:
    """Run them at once, each in a thread with a connection of its own; what they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        with closing(connection):
            connection.ensure_connection()
            start.wait()
            try:
                act()
            except BaseException as error:
                raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def activating(of: Organization, address: str) -> Callable[[], Operation]:
    def activate() -> Operation:
        act = steps.act(of, "activate", actor=address)
        planned = plan_activate(steps.chosen(of, [address]), pool=None, act=act, clock=system_clock)
        return apply_operation(planned, clock=system_clock, actor=address)

    return activate


@pytest.mark.postgresql
@in_threads
def test_eighty_connections_after_the_last_ten_seats() -> None:
    acme = factories.organization()
    pool = invited(acme, RACERS, SEATS)

    raised = race([activating(acme, email(number)) for number in range(1, RACERS + 1)])

    assert raised == []
    assert steps.counted(acme, "active") == steps.taken(pool) == SEATS
    assert steps.counted(acme, "invited") == RACERS - SEATS
    reasons = [reason for n in range(2, RACERS + 2) for reason, _ in steps.skipped(operation(acme, n)).values()]
    assert reasons == ["no_free_seat"] * (RACERS - SEATS)
    steps.assert_books_right(acme)


@pytest.mark.sqlite
def test_processes_after_the_last_ten_seats(seatkeeper: Seatkeeper, run_sql: Callable[[str], list[tuple[Any, ...]]]) -> None:
    begun = ("init", "--organization", "Acme"), ("pools", "add", "--type", "learning", "--seats", str(SEATS))
    everyone = emails(*range(1, RACERS + 1))
    seatkeeper.in_turn(*begun, ("import", "-"), stdin=steps.csv_of(everyone, "active"))
    assert run_sql("SELECT status, COUNT(*) FROM licensing_license GROUP BY status") == [(1, RACERS)]

    processes = [
        subprocess.Popen(
            [sys.executable, Path(__file__).with_name("activate_each.py"), "acme", *everyone[number::PROCESSES]],
            env=seatkeeper.environment,
            stderr=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]

    assert [process.communicate(timeout=120)[1] for process in processes] == [b""] * PROCESSES
    assert run_sql("SELECT status, COUNT(*) FROM licensing_license GROUP BY status ORDER BY status") == [(1, 70), (2, 10)]
    assert run_sql("SELECT seats_taken FROM licensing_licensepool") == [(SEATS,)]
    assert run_sql("SELECT COUNT(*) FROM licensing_skipped WHERE reason = 'no_free_seat'") == [(RACERS - SEATS,)]
    assert seatkeeper("check").json()["ok"]


@pytest.fixture
def after_counting_seats(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Have something done whenever a chunk has counted the free seats."""

    def install(then: Callable[[], Any]) -> None:
        count = chunks._are_all_first

        def count_and_then(chunk: chunks.Chunk) -> bool:
            are_all_first = count(chunk)
            then()
            return are_all_first

        monkeypatch.setattr(chunks, "_are_all_first", count_and_then)

    return install


def wait_for_the_other(*, guarded: bool) -> Callable[[], None]:
    """Two threads meet here, so that both have counted the free seats before either takes one.

    With the guard, the second comes only when the first is through: no use to wait long.
    """
    both, seconds = threading.Barrier(2), 1 if guarded else 30

    def wait() -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=seconds)

    return wait


@pytest.mark.postgresql
@in_threads
@pytest.mark.parametrize("guarded", [True, False])
def test_two_after_the_last_seat_with_the_pools_lock_and_without(
    guarded: bool, after_counting_seats: Callable[[Callable[[], Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = factories.organization()
    pool = invited(acme, 2, 1)
    after_counting_seats(wait_for_the_other(guarded=guarded))
    if not guarded:
        unlocked = _statements_of("seatkeeper.licensing")["lock_pools"].replace("FOR UPDATE", "")
        monkeypatch.setitem(_statements_of("seatkeeper.licensing"), "lock_pools", unlocked)

    raised = race([activating(acme, email(1)), activating(acme, email(2))])

    assert raised == []
    assert steps.taken(pool) == (1 if guarded else 2)  # of one


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_more_people_than_seats_with_the_count_of_seats_and_without(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = factories.organization()
    pool = invited(acme, 15, SEATS)
    if not guarded:
        monkeypatch.setattr(chunks, "_skip_without_seat", lambda chunk, not_skipped: 0)

    done = do("activate", acme, emails(*range(1, 16)))

    assert steps.taken(pool) == (SEATS if guarded else 15)
    assert done.counts["activated"] == (SEATS if guarded else 15)
    assert done.counts["skipped"] == (5 if guarded else 0)
    steps.assert_books_right(acme)


@pytest.mark.django_db
def test_seats_go_in_order_of_the_plan_chunk_after_chunk() -> None:
    acme = factories.organization()
    invited(acme, 9, 5)

    with override_settings(CHUNK_ROWS=2):
        done = do("activate", acme, emails(*range(1, 10)))

    assert set(steps.skipped(done)) == set(emails(6, 7, 8, 9))
    assert steps.counted(acme, "active") == 5
    steps.assert_books_right(acme)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [3, 100])
def test_more_reassigned_than_the_new_pool_has_seats(rows: int) -> None:
    acme = factories.organization()
    old, new = factories.pool(acme, seats=9), factories.pool(acme, seats=4, license_type="Coding")
    steps.people(acme, 9, "active")

    with override_settings(CHUNK_ROWS=rows):
        done = do("reassign", acme, emails(*range(1, 10)), target=new)

    assert (steps.taken(old), steps.taken(new)) == (5, 4)
    assert steps.skipped(done) == dict.fromkeys(emails(5, 6, 7, 8, 9), ("no_free_seat", None))
    assert (done.counts["reassigned"], done.counts["skipped"]) == (4, 5)
    steps.assert_books_right(acme)


COLUMNS = "invited_email_address,license_learning_status,license_coding_status\n"


def full_pools(acme: Organization, each: int) -> tuple[LicensePool, LicensePool]:
    one, other = factories.pool(acme, seats=each), factories.pool(acme, seats=each, license_type="Coding")
    rows = [f"{email(n)},active,\n" for n in range(1, each + 1)]
    rows += [f"{email(n)},,active\n" for n in range(each + 1, 2 * each + 1)]
    factories.import_csv(acme, COLUMNS + "".join(rows))
    assert (steps.taken(one), steps.taken(other)) == (each, each)
    return one, other


@pytest.mark.django_db
@pytest.mark.parametrize("chunk_rows", [1, 4, 1_000])
def test_people_swap_places_between_two_full_pools(chunk_rows: int) -> None:
    """Whatever a chunk holds: where those who make room come later, they are taken along."""
    acme = factories.organization()
    one, other = full_pools(acme, 3)
    there = [f"{email(n)},inactive,active\n" for n in (1, 2, 3)]
    back = [f"{email(n)},active,inactive\n" for n in (4, 5, 6)]

    with override_settings(CHUNK_ROWS=chunk_rows):
        done = factories.import_csv(acme, COLUMNS + "".join(there + back))

    assert (done.counts["reassigned"], done.counts["skipped"], done.counts["problems"]) == (6, 0, 0)
    assert (steps.taken(one), steps.taken(other)) == (3, 3)
    assert [s for s in steps.statuses(acme, one).values() if s == "active"] == ["active"] * 3
    steps.assert_books_right(acme)


@pytest.mark.django_db
def test_a_swap_of_which_one_side_was_overtaken_moves_as_many_as_fit() -> None:
    """1 and 4 swap, and so do 2 and 5; 1 is unassigned meanwhile, so that 4 finds no seat but 1's."""
    acme = factories.organization()
    one, other = full_pools(acme, 2)
    rows = [f"{email(n)},inactive,active\n" for n in (1, 2)] + [f"{email(n)},active,inactive\n" for n in (3, 4)]
    planned = factories.receive(acme, COLUMNS + "".join(rows))
    from seatkeeper.uploads.services.run import carry_on

    carry_on(planned, clock=factories.frozen_clock, actor="tester", apply=False)
    do("unassign", acme, [email(3)], pool=other)
    factories.import_csv(acme, "invited_email_address,license_coding_status\nlate@corp.example,active\n")

    done = carry_on(planned, clock=factories.frozen_clock, actor="tester", apply=True)

    assert steps.taken(one) <= 2
    assert steps.taken(other) <= 2
    assert steps.skipped(done)[email(3)][0] == "changed_since"
    assert done.counts["reassigned"] + done.counts["skipped"] == 4
    steps.assert_books_right(acme)


@pytest.mark.django_db
def test_a_pool_that_is_over_gives_no_seat_until_it_is_under() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=5)
    steps.people(acme, 7)
    do("assign", acme, emails(1, 2, 3, 4, 5), pool=pool)
    LicensePool.objects.filter(id=pool.id).update(seats_in_force=3)  # a contract shrank

    assert steps.skipped(do("assign", acme, [email(6)], pool=pool)) == {email(6): ("no_free_seat", None)}
    do("unassign", acme, emails(1, 2))
    assert steps.skipped(do("assign", acme, [email(6)], pool=pool)) == {email(6): ("no_free_seat", None)}
    do("unassign", acme, [email(3)])
    assert steps.skipped(do("assign", acme, emails(6, 7), pool=pool)) == {email(7): ("no_free_seat", None)}
    assert steps.taken(pool) == 3
    steps.assert_books_right(acme)


@pytest.mark.django_db
def test_a_held_seat_is_not_free() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=2)
    steps.people(acme, 2)
    LicensePool.objects.filter(id=pool.id).update(seats_held=1)

    do("assign", acme, emails(1, 2), pool=pool)

    assert steps.taken(pool) == 1


@pytest.mark.postgresql
@in_threads
def test_chunks_of_two_pools_leave_a_persons_standing_right() -> None:
    acme = factories.organization()
    one, other = factories.pool(acme, seats=40), factories.pool(acme, seats=40, license_type="Coding")
    steps.people(acme, 30)
    do("assign", acme, emails(*range(1, 31)), pool=one)
    do("assign", acme, emails(*range(1, 31)), pool=other)

    raised = race(
        [partial(do, "unassign", acme, emails(n, n + 1, n + 2), pool=pool) for n in range(1, 30, 3) for pool in (one, other)]
    )

    assert raised == []
    steps.assert_books_right(acme)


def operation(of: Organization, number: int) -> Operation:
    return Operation.objects.get(organization=of, number=number)
