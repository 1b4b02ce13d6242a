"""Run a task to its end, or to its next attempt."""

import logging
from datetime import timedelta

from seatkeeper.background.kinds import KINDS, Lane, Later
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.take import finish, give_up, put_back, take_due
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import StopAsked

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


def run_one(lane: Lane, *, clock: Clock) -> bool:
    """Take a task that is due and run it; whether there was one."""
    task = take_due(lane, now=clock())
    if task is None:
        return False
    run(task, clock=clock)
    return True


def run_due(*, clock: Clock) -> int:
    """All that is due now, in this process; how many tasks. For tests, and for who has no worker."""
    count = 0
    while any(run_one(lane, clock=clock) for lane in Lane):
        count += 1
    return count


def run(task: BackgroundTask, *, clock: Clock) -> None:
    """What fails is tried again after growing pauses, and given up at last: then it shows as failed."""
    kind = KINDS[task.kind]
    try:
        kind.run(task, clock)
    except StopAsked:
        put_back(task, run_at=clock(), counts=False)
        raise
    except Later as later:
        put_back(task, run_at=clock() + later.pause, counts=False)
    except Exception:  # the edge: whatever it is must not end the worker
        logger.exception("task failed", extra={"task": task.id, "kind": task.kind, "attempts": task.attempts})
        if task.attempts >= kind.attempts:
            give_up(task, now=clock())
        else:
            put_back(task, run_at=clock() + pause_after(task.attempts), counts=True)
    else:
        finish(task, now=clock())


def pause_after(attempts: int) -> timedelta:
    """Twice as long after each failure."""
    doublings = min(max(0, attempts - 1), 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
