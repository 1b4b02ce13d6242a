"""When what is told has not happened yet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from seatkeeper.usage.rules import Told, is_too_late

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BERLIN = datetime.fromisoformat("2026-03-04T13:14:00+01:00")


@pytest.mark.parametrize(
    ("when", "is_late"),
    [
        ({"day": date(2026, 3, 5)}, False),  # it has begun on the Line Islands
        ({"day": date(2026, 3, 6)}, True),
        ({"at": BERLIN}, False),  # a clock that is a little ahead
        ({"at": BERLIN + timedelta(minutes=2)}, True),
        ({"at": NOON - timedelta(days=400)}, False),
    ],
)
def test_a_time_that_has_not_come_and_a_day_that_nowhere_has_begun(when: dict[str, Any], is_late: bool) -> None:
    assert is_too_late(Told("ann@corp.example", "Python", **when), now=NOON) == is_late
