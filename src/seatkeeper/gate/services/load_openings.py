"""Hand what the gate noted in the spool to whoever keeps it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from seatkeeper.gate.spool import MINUTE, SUFFIX, folder
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way

logger = logging.getLogger(__name__)

OVER = timedelta(minutes=2)  # by then nobody writes to the file of a minute any more

Row = tuple[int, int, int, datetime]  # organization, learner, content, when, to the second
Listener = Callable[[Sequence[Row]], object]  # told what is loaded, in one transaction; perhaps twice

_listeners: list[Listener] = []


def on_openings(listener: Listener) -> None:
    """Called once at start by a higher room."""
    _listeners.append(listener)


def load_openings(*, clock: Clock) -> int:
    """Files whose minute is over are loaded, and then go away; how many files.

    Who keeps openings knows them again: so a worker may be killed between the two.
    """
    count = 0
    for path in sorted(folder().glob(f"*{SUFFIX}")) if folder().is_dir() else []:
        if _minute_of(path) + OVER <= clock():
            _load(path)
            path.unlink(missing_ok=True)
            give_way()
            count += 1
    return count


def _load(path: Path) -> None:
    rows = list(_rows(path))
    for first in range(0, len(rows), settings.STAGE_ROWS):
        _load_rows(rows[first : first + settings.STAGE_ROWS])


@transaction.atomic
def _load_rows(rows: list[Row]) -> None:
    for listener in _listeners:
        listener(rows)


def _rows(path: Path) -> Iterator[Row]:
    """A line that was cut off when the machine failed is left out."""
    for line in path.read_text("ascii", errors="replace").splitlines():
        try:
            organization_id, learner_id, content_id, seconds = map(int, line.split(","))
            at = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError):
            logger.warning("opening left out", extra={"file": path.name})
        else:
            yield organization_id, learner_id, content_id, at


def _minute_of(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("-")[0], MINUTE).replace(tzinfo=UTC)
