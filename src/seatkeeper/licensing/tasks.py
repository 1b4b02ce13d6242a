"""What workers do for operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from seatkeeper.background.kinds import Lane, Later, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.queries import operation_named
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.ends import End, announce
from seatkeeper.licensing.errors import BrakeHeld, ChunkAlreadyApplied, OperationBusy, WrongStatus
from seatkeeper.licensing.services.carry_out import carry_out
from seatkeeper.licensing.services.claims import sweep_claims
from seatkeeper.licensing.services.hand_over import KIND, SMALL
from seatkeeper.licensing.services.operations import operation_of
from seatkeeper.licensing.services.rests import sweep_rests
from seatkeeper.licensing.services.sweep import sweep_plans
from seatkeeper.licensing.services.take_up import take_up_acts

BUSY_PAUSE = timedelta(seconds=2)
SWEPT_EVERY = timedelta(minutes=10)
TIDIED_EVERY = timedelta(hours=1)
TAKEN_UP_EVERY = timedelta(seconds=5)


def register_tasks() -> None:
    register(KIND, run, lane=Lane.LONG, given_up=tell_given_up, carries_on=True)
    register(SMALL, run, lane=Lane.SHORT, given_up=tell_given_up, carries_on=True)
    register_periodic("licensing.sweep", sweep, every=SWEPT_EVERY)
    register_periodic("licensing.tidy", tidy, every=TIDIED_EVERY)
    register_periodic("licensing.take_up", lambda clock: take_up_acts(now=clock()), every=TAKEN_UP_EVERY)


def run(task: BackgroundTask, clock: Clock) -> None:
    organization_id, number = operation_named(task)
    operation = operation_of(organization_id=organization_id, number=number)
    with carrying_on():
        carry_out(operation, clock=clock, **task.arguments)


@contextmanager
def carrying_on() -> Iterator[None]:
    """An operation is carried on from wherever it stands. Raises Later where somebody else is at it."""
    try:
        yield
    except (BrakeHeld, WrongStatus):
        pass  # it shows on the operation
    except (OperationBusy, ChunkAlreadyApplied) as busy:
        raise Later(pause=BUSY_PAUSE) from busy


def tell_given_up(task: BackgroundTask, now: datetime) -> None:
    """Of a task that is about an operation."""
    organization_id, number = operation_named(task)
    announce(operation_of(organization_id=organization_id, number=number), End.GIVEN_UP, now=now)


def sweep(clock: Clock) -> None:
    for organization_id in Organization.objects.values_list("id", flat=True):
        sweep_plans(organization_id=organization_id, now=clock())


def tidy(clock: Clock) -> None:
    """What nothing asks for any more goes: claims that ended long ago, rests that are over."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        sweep_claims(organization_id=organization_id, now=clock())
        sweep_rests(organization_id=organization_id, now=clock())
