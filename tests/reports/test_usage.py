"""Learner summary, organization summary and content: figures against a calculation from what was told (reckoning.py)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.accounts.services.settings import change_settings
from seatkeeper.directory.models import Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.reports.asked import Asked, read
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.rules import Told
from tests import steps
from tests.factories import NOW
from tests.reports.berlin import (
    ANGELES,
    ELSEWHERE,
    EVENING,
    OTHERS,
    PERIODS,
    SALES,
    WHOM,
    erase,
    people_in_berlin,
    take,
)
from tests.reports.reading import file, hours, rows
from tests.reports.reckoning import World


@pytest.fixture
def acme(berlin: tuple[int, World], db: None) -> Organization:
    return Organization.objects.get(id=berlin[0])


@pytest.mark.parametrize("whom", WHOM)
def test_figures_are_those_of_what_was_told(asks: Any, world: World, whom: str) -> None:
    fields, people = WHOM[whom]
    for period in PERIODS.values():
        _figures_are(asks(**period, **fields), world, people)


@pytest.mark.parametrize("zone", ELSEWHERE)
def test_in_another_time_zone_they_are_those_of_its_days(asks: Any, world: World, zone: str) -> None:
    for fields, people in WHOM.values():
        for period in (*PERIODS.values(), {"from": "2026-02-03", "to": "2026-03-02"}):
            _figures_are(asks(zone_=zone, **period, **fields), world.seen_from(zone), people)


def test_two_zones_may_be_two_days_apart(db: None) -> None:
    """The first hour of the 6th in Kiritimati is still one of the 4th where days begin last."""
    there, atoll = "Pacific/Kiritimati", people_in_berlin("Atoll")
    change_settings(organization_id=atoll.id, actor="tester", now=NOW, time_zone=there)
    take(atoll, [Told(SALES[0], "Go", at=datetime(2026, 3, 5, 10, 30, tzinfo=UTC), seconds=60, views=1, completions=1)])
    for zone, day in (("", "2026-03-06"), ("UTC", "2026-03-05"), ("Etc/GMT+12", "2026-03-04")):
        fields = {"zone": zone, "from": day, "to": day}
        asked = read(fields, Reach(atoll.id), now=EVENING, zone=ZoneInfo(there))
        assert rows("organization", asked) == [(date.fromisoformat(day), 1, 60, 1, 1)]


def _figures_are(asked: Asked, world: World, people: tuple[str, ...] | None) -> None:
    expected = world.total(people, asked.period.first, asked.period.last)
    assert REPORTS["organization"].numbers(asked).figures == expected, asked
    assert REPORTS["learners"].numbers(asked).figures == expected, asked
    content = world.by_content(people, asked.period.first, asked.period.last)
    assert sorted((row[0], *row[2:]) for row in rows("content", asked)) == sorted(content), asked
    assert REPORTS["content"].numbers(asked).figures == {
        "contents": len(content),
        **{name: expected[name] for name in ("views", "hours", "completions")},
    }


@pytest.mark.parametrize("zone", ["", *ELSEWHERE])
@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_rows_over_time_are_those_of_what_was_told(asks: Any, world: World, step: str, zone: str) -> None:
    world = world.seen_from(zone)
    for fields, people in WHOM.values():
        asked = asks(by=step, period="30", zone_=zone, **fields)
        expected = world.by_step(people, asked.period.starts(asked.step), step)
        if not any(row[1] for row in expected):
            expected = []
        assert rows("organization", asked) == expected
        assert [line[:2] for line in file("organization", asked)] == [[str(row[0]), str(row[1])] for row in expected]


@pytest.mark.parametrize("zone", ["", *ELSEWHERE])
def test_each_person_has_their_own_figures(asks: Any, world: World, zone: str) -> None:
    world, people = world.seen_from(zone), (*SALES, *OTHERS)
    last_days = {who: world.last_day(who) for who in people}
    assert {row[0]: row[-1] for row in rows("licenses", asks(zone_=zone))} == last_days
    assert {line[2]: line[-1] for line in file("licenses", asks(zone_=zone))} == {
        who: str(day) for who, day in last_days.items()
    }
    for period in PERIODS.values():
        asked = asks(zone_=zone, **period)
        assert {row[0]: row[6] for row in rows("learners", asked)} == last_days
        assert {line[2]: line[8] for line in file("learners", asked)} == {who: str(day) for who, day in last_days.items()}
        found = {row[0]: row[2:6] for row in rows("learners", asked)}
        assert found == {who: world.of_person(who, asked.period.first, asked.period.last) for who in people}
        in_file = {line[2]: (int(line[4]), line[5], int(line[6]), int(line[7])) for line in file("learners", asked)}
        assert in_file == {who: (days, hours(seconds), *rest) for who, (days, seconds, *rest) in found.items()}


def test_a_filter_leaves_its_people_as_they_are(asks: Any, world: World) -> None:
    everyone = {row[0]: row for row in rows("learners", asks())}
    assert rows("learners", asks(q="group:Sales")) == [everyone[email] for email in SALES]
    lines = {line[2]: line for line in file("learners", asks())}
    assert file("learners", asks(q="group:Sales")) == [lines[email] for email in SALES]


def test_unassigning_changes_no_figure(acme: Organization, asks: Any, world: World) -> None:
    """Promise 6: whoever loses their license keeps what they did, in every figure and row; again with the next license."""

    def everything() -> list[Any]:
        found: list[Any] = []
        for key in ("organization", "content"):
            for asked in (asks(), asks(period="365", by="month"), asks(q="email:ann@corp.example")):
                found += [rows(key, asked), REPORTS[key].numbers(asked), file(key, asked)]
        found += [[row[2:] for row in rows("learners", asks())], REPORTS["learners"].numbers(asks(period="365"))]
        return [*found, [line[4:] for line in file("learners", asks())]]

    before = everything()
    operation = steps.do("unassign", acme, SALES)
    assert {row[1] for row in rows("learners", asks())} == {"no license"}
    assert everything() == before
    steps.undo(operation)
    assert {row[1] for row in rows("learners", asks(q="group:Sales"))} == {"active"}
    assert everything() == before


def test_totals_stay_when_somebody_is_erased(acme: Organization, asks: Any, world: World) -> None:
    before = [REPORTS[key].numbers(asks(period="365")) for key in ("organization", "content")]
    table = rows("organization", asks(period="365"))
    erase(acme, OTHERS[0])
    assert [REPORTS[key].numbers(asks(period="365")) for key in ("organization", "content")] == before
    assert rows("organization", asks(period="365")) == table
    assert OTHERS[0] not in {row[0] for row in rows("learners", asks())}


@pytest.mark.parametrize("whom", WHOM)
def test_so_are_those_of_a_past_period_that_no_total_has(asks: Any, world: World, whom: str) -> None:
    fields, people = WHOM[whom]
    _figures_are(asks(**{"from": "2026-02-03", "to": "2026-03-02"}, **fields), world, people)


def test_who_was_erased_counts_in_a_past_period_too(acme: Organization, asks: Any, world: World) -> None:
    past = {"from": "2026-02-03", "to": "2026-03-02"}
    before = REPORTS["organization"].numbers(asks(**past)).figures
    erase(acme, SALES[0])
    assert REPORTS["organization"].numbers(asks(**past)).figures == before


def test_who_did_something_only_on_a_day_that_has_not_begun_here_is_not_counted(db: None) -> None:
    """It may have begun where they are. Who did something before, too, is counted for that."""
    early, tomorrow = people_in_berlin("Early"), NOW.date() + timedelta(days=1)
    told = [Told(SALES[0], "Go", day=tomorrow, views=1), Told(OTHERS[0], "Go", day=tomorrow, views=1)]
    take(early, [*told, Told(OTHERS[0], "Go", day=NOW.date() - timedelta(days=6), views=1)])
    asked = read({"period": "30"}, Reach(early.id), now=NOW, zone=ZoneInfo("UTC"))
    assert asked.period.last == NOW.date()
    figures = REPORTS["learners"].numbers(asked).figures
    assert (figures["learners"], figures["views"]) == (1, 1)


def test_content_that_was_removed_keeps_its_title(acme: Organization, asks: Any, world: World) -> None:
    from seatkeeper.gate.models import Content
    from seatkeeper.gate.services.content import remove_content

    before = rows("content", asks())
    rust = Content.objects.get(organization=acme, title="Rust")
    remove_content(organization_id=acme.id, content_id=rust.id, actor="tester", now=NOW)
    assert rows("content", asks()) == before


@pytest.mark.parametrize("zone", ["", ANGELES])
@pytest.mark.parametrize(("at_once", "few"), [(1, 2), (1, 1)])
def test_figures_do_not_hang_on_how_many_people_are_found(
    asks: Any, world: World, monkeypatch: pytest.MonkeyPatch, at_once: int, few: int, zone: str
) -> None:
    keys, sales = ("learners", "organization", "content", "licenses"), {"q": "group:Sales", "zone_": zone}
    everyone = file("learners", asks(zone_=zone))
    before = [REPORTS[key].numbers(asks(**sales)) for key in keys]
    files = [file(key, asks(**sales)) for key in keys]
    sorts = ("person", "-person", "last_activity_on", "-last_activity_on")
    pages = [rows("learners", asks(**sales, sort=sort)) for sort in sorts]
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", at_once)
    monkeypatch.setattr("seatkeeper.reports.asked.FEW", few)
    monkeypatch.setattr("seatkeeper.reports.each.PEOPLE_AT_ONCE", at_once)
    assert (asks(**sales).few is None) == (few < 2)
    assert [REPORTS[key].numbers(asks(**sales)) for key in keys] == before
    assert [file(key, asks(**sales)) for key in keys] == files
    assert file("learners", asks(zone_=zone)) == everyone
    assert [rows("learners", asks(**sales, sort=sort)) for sort in sorts] == pages


def test_a_filter_finds_the_same_people_in_every_time_zone(asks: Any, world: World) -> None:
    """Whoever was last active so many days ago, was so by the organization's days."""
    for days in range(1, 8):
        found = [row[0] for row in rows("licenses", asks(q=f"active-within:{days}"))]
        for zone in ELSEWHERE:
            assert [row[0] for row in rows("licenses", asks(q=f"active-within:{days}", zone_=zone))] == found
