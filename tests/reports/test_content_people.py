"""Who used a content: against a calculation from what was told, and against the line of the content that leads here."""

from typing import Any

import pytest

from seatkeeper.directory.models import Group, Organization
from seatkeeper.gate.models import Content
from seatkeeper.reports.answers import Who
from seatkeeper.reports.registry import ALL_REPORTS, REPORTS
from tests.reports.berlin import COURSES, ELSEWHERE, EVERYONE, OLD_BOB, PERIODS, SALES, WHOM, ZORA
from tests.reports.conftest import Ask
from tests.reports.reading import file, hours, rows
from tests.reports.reckoning import World

KEY = "content-people"
LISTED = set(EVERYONE) - {ZORA, OLD_BOB}
ALL = (*COURSES, "Go")


@pytest.fixture
def acme(berlin: tuple[int, World], db: None) -> Organization:
    return Organization.objects.get(id=berlin[0])


def id_of(title: str) -> str:
    return str(Content.objects.values_list("id", flat=True).get(title=title))


@pytest.mark.parametrize("zone", ["", *ELSEWHERE])
def test_each_line_is_what_was_told(asks: Ask, world: World, way: str, zone: str) -> None:
    world = world.seen_from(zone)
    for title in ALL:
        for fields, whom in WHOM.values():
            for period in ({"period": "365"}, PERIODS["30 days"], PERIODS["February"], PERIODS["the short day"]):
                asked = asks(content=id_of(title), zone_=zone, **period, **fields)
                told = world.users_of(title, whom, asked.period.first, asked.period.last)
                expected = {who: figures for who, figures in told.items() if who in LISTED}
                assert {row[0]: row[1:] for row in rows(KEY, asked)} == expected, asked
                lines = {line[2]: tuple(line[3:]) for line in file(KEY, asked)}
                assert lines == {
                    who: (str(days), hours(seconds), str(views), str(done or ""), str(last))
                    for who, (days, seconds, views, done, last) in expected.items()
                }


@pytest.mark.parametrize("zone", ["", ELSEWHERE[0]])
def test_lines_come_to_the_figures_of_the_line_that_leads_here(asks: Ask, world: World, way: str, zone: str) -> None:
    """But for who was erased: of everyone, they are counted on, and have no line."""
    world = world.seen_from(zone)
    for fields in ({}, {"q": "group:Sales"}, {"q": "status:none"}, {"groups": (Group.objects.get().id,)}):
        for period in PERIODS.values():
            asked = asks(zone_=zone, **period, **fields)
            page = REPORTS["content"].page(asked)
            assert len(page.further) == len(page.rows)
            for (title, _, *figures), further in zip(page.rows, page.further, strict=True):
                assert further
                asked = asks(zone_=zone, **period, **fields, **further.fields)
                erased = world.users_of(title, [ZORA], asked.period.first, asked.period.last) if not fields else {}
                came_to = sums_of([row[1:] for row in rows(further.report, asked)] + list(erased.values()))
                assert came_to == tuple(figures)
                found = ALL_REPORTS[further.report].numbers(asked).figures
                assert (found["views"], found["hours"], found["completions"]) == tuple(figures)
                assert further.report == KEY


def sums_of(lines: list[tuple[Any, ...]]) -> tuple[int, int, int]:
    """Views, seconds, completions."""
    return sum(line[2] for line in lines), sum(line[1] for line in lines), sum(line[3] is not None for line in lines)


def test_nobody_beyond_the_reach_has_a_line(asks: Ask, world: World, way: str) -> None:
    asked = asks(content=id_of("SQL"), period="365", groups=(Group.objects.get().id,))
    assert {row[0] for row in rows(KEY, asked)} <= set(SALES)
    assert {line[2] for line in file(KEY, asked)} <= set(SALES)
    assert rows(KEY, asked)
    assert rows(KEY, asks(content=id_of("SQL"), period="365", groups=())) == []


@pytest.mark.parametrize("zone", ["", ELSEWHERE[0]])
@pytest.mark.parametrize("sort", ["", "person", "-person"])
def test_pages_follow_each_other(
    asks: Ask, world: World, way: str, sort: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields: dict[str, Any] = {"content": id_of("Go"), "period": "365", "sort": sort, "zone_": zone}
    at_once = [row[0] for row in rows(KEY, asks(**fields))]
    assert at_once == sorted(at_once, reverse=sort.startswith("-"))
    monkeypatch.setattr("seatkeeper.licensing.people.PAGE", 1)
    found, page = [], ALL_REPORTS[KEY].page(asks(**fields))
    while page.rows:
        found += [row[0].email for row in page.rows if isinstance(row[0], Who)]
        page = ALL_REPORTS[KEY].page(asks(**fields, after=page.next)) if page.next else type(page)(())
    assert found == at_once
    assert len(found) > 1
