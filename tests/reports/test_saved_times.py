"""When a saved report is mailed: at seven in the morning of the organization's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.reports.models import Schedule
from seatkeeper.reports.rules import next_time

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (Schedule.DAILY, "2026-03-04 05:59", "2026-03-04 06:00"),
        (Schedule.DAILY, "2026-03-04 06:00", "2026-03-05 06:00"),
        (Schedule.DAILY, "2026-03-28 12:00", "2026-03-29 05:00"),  # clocks go forward that night
        (Schedule.DAILY, "2026-10-24 12:00", "2026-10-25 06:00"),  # and back
        (Schedule.WEEKLY, "2026-03-04 12:00", "2026-03-09 06:00"),
        (Schedule.WEEKLY, "2026-03-09 05:00", "2026-03-09 06:00"),
        (Schedule.MONTHLY, "2026-03-01 06:00", "2026-04-01 05:00"),
        (Schedule.MONTHLY, "2026-12-31 23:30", "2027-01-01 06:00"),  # there, the day has begun
    ],
)
def test_the_next_time_is_seven_there(schedule: Schedule, after: str, expected: str) -> None:
    found = next_time(schedule, after=_moment(after), zone=BERLIN)
    assert found == _moment(expected)


def test_what_is_not_mailed_has_no_time() -> None:
    assert next_time(Schedule.NONE, after=_moment("2026-03-04 12:00"), zone=BERLIN) is None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
