"""What the queue itself needs now and then."""

from datetime import timedelta

from seatkeeper.background.kinds import register_periodic
from seatkeeper.background.services.workers import sweep_tasks

HOURLY = timedelta(hours=1)


def register_sweeps() -> None:
    register_periodic("background.sweep", lambda clock: sweep_tasks(now=clock()), every=HOURLY)
