"""What can be done in the background: each room registers its own kinds at start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from seatkeeper.background.models import BackgroundTask
from seatkeeper.kernel.clock import Clock

Run = Callable[[BackgroundTask, Clock], None]
GivenUp = Callable[[BackgroundTask, datetime], None]


class Lane(Enum):
    """A worker runs one task of each at a time, so that a mail does not wait for a million lines."""

    LONG = "long"
    SHORT = "short"


class Later(Exception):
    """Raised by a kind that can't go on now, through no fault: ask again after a pause. It counts as no attempt."""

    def __init__(self, *, pause: timedelta) -> None:
        super().__init__(f"in {pause}")
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Kind:
    """A name and what is done. It may be run twice, and anew after it was cut off anywhere."""

    name: str
    run: Run
    lane: Lane
    attempts: int  # so many failures in a row, and it is given up
    given_up: GivenUp  # told then, in the same transaction
    carries_on: bool  # an operation, to its end


@dataclass(frozen=True, slots=True)
class Periodic:
    """Done by each worker now and then; two at once must not matter."""

    name: str
    run: Callable[[Clock], object]
    every: timedelta


KINDS: dict[str, Kind] = {}
PERIODIC: dict[str, Periodic] = {}


def tell_nobody(task: BackgroundTask, now: datetime) -> None:
    """It stands in the log."""


def register(
    name: str,
    run: Run,
    *,
    lane: Lane = Lane.SHORT,
    attempts: int = 8,
    given_up: GivenUp = tell_nobody,
    carries_on: bool = False,
) -> None:
    KINDS[name] = Kind(name, run, lane, attempts, given_up, carries_on)


def register_periodic(name: str, run: Callable[[Clock], object], *, every: timedelta) -> None:
    PERIODIC[name] = Periodic(name, run, every)


def names_in(lane: Lane) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.lane == lane]
