"""Tasks: there with what they belong to, taken by one, tried again, never silently lost."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction

from seatkeeper.background import kinds
from seatkeeper.background.kinds import Lane, Later
from seatkeeper.background.models import BackgroundTask, Worker
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.background.services.run import LONGEST_PAUSE, pause_after, run, run_due
from seatkeeper.background.services.take import MOST_TAKEN, beat_tasks, finish, take_due
from seatkeeper.background.services.workers import forget_worker, is_a_worker_alive, note_worker, sweep_tasks
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import StopAsked
from tests import factories
from tests.factories import NOW, SteppingClock, frozen_clock

DEAD_ELSEWHERE = "elsewhere:1"
Ran = list[dict[str, int]]


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Kinds of this test alone."""
    monkeypatch.setattr(kinds, "KINDS", {})
    for module in ("run", "take"):
        monkeypatch.setattr(f"seatkeeper.background.services.{module}.KINDS", kinds.KINDS)
    return kinds.register


@pytest.fixture
def ran(register: Callable[..., None]) -> Ran:
    """What tasks of the kind `note` were given."""
    found: Ran = []
    register("note", lambda task, clock: found.append(task.arguments))
    return found


def add(of: Organization, kind: str = "note", **more: int) -> BackgroundTask:
    return enqueue(kind, now=NOW, organization_id=of.id, arguments=dict(more))


def taken() -> BackgroundTask:
    task = take_due(Lane.SHORT, now=NOW)
    assert task is not None
    return task


def test_a_task_is_run_once_with_its_arguments(acme: Organization, ran: Ran) -> None:
    add(acme, letter=7)

    assert (run_due(clock=frozen_clock), run_due(clock=frozen_clock)) == (1, 0)
    assert ran == [{"letter": 7}]


def test_what_is_rolled_back_leaves_no_task(acme: Organization, ran: Ran) -> None:
    with transaction.atomic():
        add(acme)
        transaction.set_rollback(True)

    assert not BackgroundTask.objects.exists()


def test_the_same_work_on_an_operation_waits_once(acme: Organization, ran: Ran) -> None:
    first = enqueue("note", now=NOW, organization_id=acme.id, operation_id=3, arguments={"apply": 1})
    same = enqueue("note", now=NOW, organization_id=acme.id, operation_id=3, arguments={"apply": 1})
    other = enqueue("note", now=NOW, organization_id=acme.id, operation_id=3, arguments={"apply": 0})

    assert same.id == first.id != other.id


def test_tasks_go_in_the_order_of_their_time_and_not_before_it(acme: Organization, ran: Ran) -> None:
    enqueue("note", now=NOW, organization_id=acme.id, arguments={"n": 3}, run_at=NOW + timedelta(minutes=1))
    add(acme, n=1)
    add(acme, n=2)
    clock = SteppingClock(step=timedelta())

    run_due(clock=clock)
    assert [each["n"] for each in ran] == [1, 2]
    clock.forward(minutes=1)
    run_due(clock=clock)
    assert [each["n"] for each in ran] == [1, 2, 3]


def test_what_one_has_taken_no_other_gets(acme: Organization, ran: Ran) -> None:
    task = add(acme)
    BackgroundTask.objects.filter(id=task.id).update(lease=DEAD_ELSEWHERE, beat_at=NOW)

    assert take_due(Lane.SHORT, now=NOW + timedelta(seconds=20)) is None
    assert take_due(Lane.SHORT, now=NOW + timedelta(seconds=21)) is not None


def test_a_worker_that_beats_keeps_its_task(acme: Organization, ran: Ran) -> None:
    add(acme)
    taken()
    beat_tasks(now=NOW + timedelta(seconds=60))

    assert BackgroundTask.objects.get().beat_at == NOW + timedelta(seconds=60)


def test_a_worker_that_died_on_this_machine_is_not_waited_for(
    acme: Organization, ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = add(acme)
    BackgroundTask.objects.filter(id=task.id).update(lease="here:4", beat_at=NOW)
    monkeypatch.setattr("seatkeeper.background.services.take.is_dead_neighbour", lambda lease: lease == "here:4")

    assert taken().id == task.id


def test_who_has_lost_a_task_ends_nothing(acme: Organization, ran: Ran) -> None:
    add(acme)
    task = taken()
    BackgroundTask.objects.update(lease=DEAD_ELSEWHERE)

    finish(task, now=NOW)

    assert BackgroundTask.objects.get().finished_at is None


def test_a_lane_takes_its_own_kinds(acme: Organization, ran: Ran, register: Callable[..., None]) -> None:
    register("slow", lambda task, clock: None, lane=Lane.LONG)
    add(acme, "slow")
    add(acme, "not registered here")

    assert take_due(Lane.SHORT, now=NOW) is None
    assert take_due(Lane.LONG, now=NOW) is not None
    assert take_due(Lane.SHORT, now=NOW) is None


def test_a_failing_task_is_tried_again_with_growing_pauses_and_then_given_up(
    acme: Organization, register: Callable[..., None]
) -> None:
    tried = []

    def fail(task: BackgroundTask, clock: Clock) -> None:
        tried.append(clock())
        raise RuntimeError("no")

    register("bad", fail, attempts=4)
    add(acme, "bad")
    clock = SteppingClock(step=timedelta())
    for _ in range(60):
        run_due(clock=clock)
        clock.forward(seconds=1)

    assert [(after - before).total_seconds() for before, after in pairwise(tried)] == [5, 10, 20]
    task = BackgroundTask.objects.get()
    assert (task.failed, task.finished_at, task.lease) == (True, tried[-1], "")
    assert sweep_tasks(now=NOW + timedelta(days=9)) == 0


def test_pauses_end_somewhere() -> None:
    assert pause_after(30) == LONGEST_PAUSE


def test_later_is_no_failure(acme: Organization, register: Callable[..., None]) -> None:
    def not_now(task: BackgroundTask, clock: Clock) -> None:
        raise Later(pause=timedelta(seconds=2))

    register("busy", not_now)
    add(acme, "busy")
    run_due(clock=frozen_clock)

    task = BackgroundTask.objects.get()
    assert (task.attempts, task.run_at, task.lease, task.finished_at) == (0, NOW + timedelta(seconds=2), "", None)


def test_who_is_told_to_stop_puts_the_task_back(acme: Organization, register: Callable[..., None]) -> None:
    def stop(task: BackgroundTask, clock: Clock) -> None:
        raise StopAsked

    register("cut", stop)
    add(acme, "cut")
    with pytest.raises(StopAsked):
        run(taken(), clock=frozen_clock)

    task = BackgroundTask.objects.get()
    assert (task.attempts, task.lease, task.finished_at) == (0, "", None)


def test_a_task_under_which_workers_die_is_given_up(acme: Organization, register: Callable[..., None]) -> None:
    told = []
    register("note", lambda task, clock: None, given_up=lambda task, now: told.append((task.kind, now)))
    add(acme)
    BackgroundTask.objects.update(attempts=MOST_TAKEN)

    assert take_due(Lane.SHORT, now=NOW) is None
    assert BackgroundTask.objects.get().failed
    assert told == [("note", NOW)]


def test_finished_tasks_go_after_a_day(acme: Organization, ran: Ran) -> None:
    add(acme)
    run_due(clock=frozen_clock)

    assert sweep_tasks(now=NOW + timedelta(hours=23)) == 0
    assert sweep_tasks(now=NOW + timedelta(hours=25)) == 1


@pytest.mark.django_db
def test_a_worker_says_that_it_is_alive() -> None:
    assert not is_a_worker_alive(now=NOW)
    note_worker(now=NOW)
    note_worker(now=NOW)
    assert is_a_worker_alive(now=NOW + timedelta(seconds=29))
    assert not is_a_worker_alive(now=NOW + timedelta(seconds=31))
    forget_worker()
    assert not Worker.objects.exists()
