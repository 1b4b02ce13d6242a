"""When a saved report is mailed. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from seatkeeper.reports.models import Schedule

AT = time(7)
ONE_DAY = timedelta(days=1)


def next_time(schedule: Schedule, *, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first one later than `after`: at seven in the morning there, daily, on Mondays or on the first of a month."""
    if schedule == Schedule.NONE:
        return None
    day = after.astimezone(zone).date()
    while not _is_on(schedule, day) or (found := datetime.combine(day, AT, zone)) <= after:
        day += ONE_DAY
    return found.astimezone(UTC)


def _is_on(schedule: Schedule, day: date) -> bool:
    if schedule == Schedule.WEEKLY:
        return day.weekday() == 0
    return day.day == 1 if schedule == Schedule.MONTHLY else True
