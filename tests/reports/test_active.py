"""Learner summary of only who was active in the period: whom a row of the organization summary leads to."""

from datetime import date
from typing import Any

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.reports.answers import Who
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.registry import REPORTS
from tests.reports.berlin import ELSEWHERE, EVERYONE, OLD_BOB, OTHERS, PERIODS, WHOM, ZORA
from tests.reports.conftest import Ask
from tests.reports.reading import file, rows
from tests.reports.reckoning import World

GONE = {ZORA, OLD_BOB}
LISTED = set(EVERYONE) - GONE
EARLIER = {"from": "2025-12-02", "to": "2025-12-02"}


@pytest.fixture
def acme(berlin: tuple[int, World], db: None) -> Organization:
    return Organization.objects.get(id=berlin[0])


def people(asked: Asked) -> set[str]:
    """Of the page, which are those of the file."""
    listed = [row[0] for row in rows("learners", asked)]
    assert len(set(listed)) == len(listed)
    assert {line[2] for line in file("learners", asked)} == set(listed)
    return set(listed)


@pytest.mark.parametrize("zone", ["", *ELSEWHERE])
def test_they_are_who_did_anything_in_it(asks: Ask, world: World, way: str, zone: str) -> None:
    world = world.seen_from(zone)
    for fields, whom in WHOM.values():
        for period in (*PERIODS.values(), EARLIER):
            asked = asks(who="active", zone_=zone, **period, **fields)
            assert people(asked) == world.active(whom, asked.period.first, asked.period.last) & LISTED, asked


@pytest.mark.parametrize("zone", ["", *ELSEWHERE])
@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_a_row_over_time_leads_to_as_many_as_it_counts(asks: Ask, world: World, way: str, step: str, zone: str) -> None:
    world = world.seen_from(zone)
    for fields in ({}, {"q": "group:Sales"}):
        page = REPORTS["organization"].page(asks(by=step, period="30", zone_=zone, **fields))
        assert len(page.further) == len(page.rows)
        for (start, learners, *_), further in zip(page.rows, page.further, strict=True):
            assert (further is None) == (learners == 0)
            if further:
                asked = asks(zone_=zone, **fields, **further.fields)
                erased = world.active([ZORA], start, asked.period.last) if not fields else set()
                assert len(people(asked)) + len(erased) == learners
                assert REPORTS[further.report].numbers(asked).figures["learners"] == learners


def test_each_has_the_figures_that_they_have_among_everyone(asks: Ask, world: World, way: str) -> None:
    for period in PERIODS.values():
        everyone = {row[0]: row for row in rows("learners", asks(**period))}
        lines = {line[2]: line for line in file("learners", asks(**period))}
        active = asks(who="active", **period)
        assert all(row == everyone[row[0]] for row in rows("learners", active))
        assert all(line == lines[line[2]] for line in file("learners", active))


@pytest.mark.parametrize("zone", ["", ELSEWHERE[0]])
@pytest.mark.parametrize("sort", ["person", "-person", "last_activity_on", "-last_activity_on"])
def test_pages_follow_each_other_in_the_order_asked_for(
    asks: Ask, world: World, way: str, sort: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields: dict[str, Any] = {"who": "active", "sort": sort, "zone_": zone}
    at_once = [row[0] for row in rows("learners", asks(**fields))]
    assert [who for who in (row[0] for row in rows("learners", asks(sort=sort, zone_=zone))) if who in at_once] == at_once
    monkeypatch.setattr("seatkeeper.licensing.people.PAGE", 1)
    found, page = [], REPORTS["learners"].page(asks(**fields))
    while page.rows:
        found += [row[0].email for row in page.rows if isinstance(row[0], Who)]
        page = REPORTS["learners"].page(asks(**fields, after=page.next)) if page.next else type(page)(())
    assert found == at_once


def test_a_day_begins_at_its_midnight(asks: Ask, world: World, way: str) -> None:
    """Of Dan something is told that was one minute ago in the evening: where it is the day after."""
    day, there = date(2026, 4, 1), "Pacific/Kiritimati"
    told = world.seen_from(there).active(None, day, day)
    assert OTHERS[1] in told
    assert people(asks(who="active", zone_=there, **{"from": "2026-04-01", "to": "2026-04-01"})) == told & LISTED
