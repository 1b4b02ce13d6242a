"""Offsets of time zones as databases are told them: those that the zone itself has."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.usage.offsets import BEGINNING, offsets_of

pytestmark = pytest.mark.one_database("no database is asked")


@pytest.mark.parametrize(
    "name",
    ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Africa/Casablanca", "Africa/Monrovia", "Pacific/Apia"],
)
def test_at_every_moment_the_offset_is_the_zone_s(name: str) -> None:
    zone, chance = ZoneInfo(name), random.Random(3)  # noqa: S311  the same moments each time
    offsets = offsets_of(zone, through=2027)
    assert [offset.since for offset in offsets] == sorted({offset.since for offset in offsets})
    changes = [offset.since + timedelta(seconds=second) for offset in offsets[1:] for second in (-1, 0, 1)]
    anywhere = [BEGINNING + timedelta(seconds=chance.randrange(58 * 365 * 86_400)) for _ in range(2_000)]
    for moment in (*changes, *anywhere):
        seconds = next(offset.seconds for offset in reversed(offsets) if offset.since <= moment)
        assert timedelta(seconds=seconds) == moment.astimezone(zone).utcoffset(), moment


def test_it_is_known_to_the_second_when_clocks_are_changed() -> None:
    offsets = offsets_of(ZoneInfo("Europe/Berlin"), through=2026)
    assert [(one.since, one.seconds) for one in offsets[-2:]] == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7_200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3_600),
    ]
    assert len(offsets_of(ZoneInfo("UTC"), through=2026)) == 1
