"""What workers do for usage."""

from datetime import timedelta

from seatkeeper.background.kinds import Lane, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.kernel.clock import Clock, system_clock
from seatkeeper.usage.services.attach import attach_waiting
from seatkeeper.usage.services.days import set_days

ATTACHED_EVERY = timedelta(minutes=1)
DAYS = "usage.days"


def register_tasks() -> None:
    register(DAYS, run_days, lane=Lane.LONG)
    register_periodic("usage.attach", lambda clock: attach_waiting(), every=ATTACHED_EVERY)


def ask_for_days(organization_id: int) -> None:
    """After its time zone changed, in that transaction."""
    enqueue(DAYS, now=system_clock(), organization_id=organization_id)


def run_days(task: BackgroundTask, clock: Clock) -> None:
    if task.organization_id is not None:
        set_days(task.organization_id)
