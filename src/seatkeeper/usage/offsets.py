"""How far the clocks of a time zone are ahead of UTC, and since when: told to databases, which then need to know no zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # no report looks further back
ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Offset:
    """From a moment on until the next one's."""

    since: datetime
    seconds: int


@cache
def offsets_of(zone: ZoneInfo, *, through: int) -> tuple[Offset, ...]:
    """Of the years from 1970 through one, the oldest first. What is before or after them counts as beside them."""
    found = [Offset(BEGINNING, _seconds(zone, BEGINNING))]
    day, end = BEGINNING, datetime(through + 1, 1, 1, tzinfo=UTC)
    while day < end:
        day += ONE_DAY
        if (seconds := _seconds(zone, day)) != found[-1].seconds:
            found.append(Offset(_changed(zone, day), seconds))
    return tuple(found)


def _changed(zone: ZoneInfo, day: datetime) -> datetime:
    """The second of the day before at which the clocks were set as they are now."""
    before, now = day - ONE_DAY, day
    seconds = _seconds(zone, day)
    while now - before > ONE_SECOND:
        middle = before + timedelta(seconds=(now - before) // ONE_SECOND // 2)
        before, now = (before, middle) if _seconds(zone, middle) == seconds else (middle, now)
    return now


def _seconds(zone: ZoneInfo, at: datetime) -> int:
    return int(at.astimezone(zone).utcoffset() // ONE_SECOND)  # type: ignore[operator]  # a zone always has one
