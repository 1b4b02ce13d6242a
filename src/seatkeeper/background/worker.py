"""A worker: a thread for each lane, one that says we are alive, one for what is done now and then."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from seatkeeper.background.kinds import PERIODIC, Lane
from seatkeeper.background.services.run import run_one
from seatkeeper.background.services.take import beat_tasks
from seatkeeper.background.services.workers import forget_worker, note_worker
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import StopAsked, stopping

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
PERIODIC_LOOK_SECONDS = 5.0


def work_until(is_over: Callable[[], bool], *, clock: Clock) -> None:
    """Run tasks until `is_over`, then let each stop at its next chunk and go."""
    note_worker(now=clock())
    threads = [threading.Thread(target=_run_lane, args=(lane, clock), name=lane.value) for lane in Lane]
    threads += [threading.Thread(target=_beat, args=(clock,), name="beat")]
    threads += [threading.Thread(target=_run_periodic, args=(clock,), name="periodic")]
    _run_until(is_over, threads)
    forget_worker()


def run_long_lane_until(is_over: Callable[[], bool], *, clock: Clock) -> None:
    """One more long task at a time, beside a worker that does the rest: in a process of its own, as leases name processes."""

    def beat() -> None:
        beat_tasks(now=clock())

    lane = threading.Thread(target=_run_lane, args=(Lane.LONG, clock), name=Lane.LONG.value)
    beats = threading.Thread(target=_over_and_over, args=(beat, settings.LEASE_BEAT_SECONDS), name="beat")
    _run_until(is_over, [lane, beats])


def _run_until(is_over: Callable[[], bool], threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    while not is_over():
        time.sleep(0.1)
    stopping.set()
    for thread in threads:
        thread.join()


def _run_lane(lane: Lane, clock: Clock) -> None:
    _over_and_over(lambda: run_one(lane, clock=clock), POLL_SECONDS)


def _beat(clock: Clock) -> None:
    def beat() -> None:
        beat_tasks(now=clock())
        note_worker(now=clock())

    _over_and_over(beat, settings.LEASE_BEAT_SECONDS)


def _run_periodic(clock: Clock) -> None:
    done_at = dict.fromkeys(PERIODIC, 0.0)

    def run_those_due() -> None:
        for periodic in PERIODIC.values():
            if done_at[periodic.name] and time.monotonic() - done_at[periodic.name] < periodic.every.total_seconds():
                continue
            done_at[periodic.name] = time.monotonic()
            periodic.run(clock)

    _over_and_over(run_those_due, PERIODIC_LOOK_SECONDS)


def _over_and_over(act: Callable[[], object], pause: float) -> None:
    """Until stopped; at once again where it says that there may be more. A database out of reach is waited for."""
    while not stopping.is_set():
        more: object = False
        try:
            more = act()
        except StopAsked:
            break
        except (DatabaseError, InterfaceError):
            logger.exception("database out of reach", extra={"part": threading.current_thread().name})
            connection.close()
        except Exception:  # the edge: what one look raises must not end the thread; it is logged, and looked again
            logger.exception("worker's thread failed", extra={"part": threading.current_thread().name})
        if more is not True:
            close_old_connections()
            stopping.wait(pause)
    connection.close()
