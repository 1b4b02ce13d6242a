"""Who wants to hear when an operation comes to an end, or to a halt: higher rooms say so at start."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from seatkeeper.licensing.models import Operation


class End(StrEnum):
    """What is told of an operation."""

    APPLIED = "applied"
    CANCELLED = "cancelled"  # what was applied stays
    HELD = "held"  # by the brake
    REPORTED = "reported"  # a file is applied, and its results are written
    CHECKED = "checked"  # a file's plan waits for a person
    REFUSED = "refused"  # a file can't be used
    GIVEN_UP = "given up"  # a worker has failed at it again and again


Listener = Callable[[Operation, End, datetime], None]

_listeners: list[Listener] = []


def on_end(listener: Listener) -> None:
    _listeners.append(listener)


def announce(operation: Operation, end: End, *, now: datetime) -> None:
    """Within the transaction of the end itself, so that neither is there without the other.

    The same end may be announced twice, where work was cut off and taken up again.
    """
    for listener in _listeners:
        listener(operation, end, now)
