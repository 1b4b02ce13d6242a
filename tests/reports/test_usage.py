"""Learner summary, organization summary and content: figures against a calculation from what was told (reckoning.py)."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.accounts.services.settings import change_settings
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.erasing.services.ask import ask as ask_to_delete
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.gate.services.content import add_content
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories, steps
from tests.factories import NOW
from tests.reports.conftest import Ask
from tests.reports.reading import file, rows
from tests.reports.reckoning import World

BERLIN = "Europe/Berlin"
TODAY = date(2026, 3, 31)
EVENING = datetime(2026, 3, 31, 18, tzinfo=UTC)
SALES, OTHERS = ("ann@corp.example", "bob@corp.example"), ("cleo@corp.example", "dan@corp.example")
ZORA, OLD_BOB = "zora@corp.example", "b.old@corp.example"
EVERYONE = (*SALES, *OTHERS, ZORA, OLD_BOB)
COURSES = ("Python", "SQL", "Rust")
ANGELES = "America/Los_Angeles"  # on 2 November 2025 the day has 25 hours, on 8 March 2026 it has 23
ELSEWHERE = (ANGELES, "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12")  # the last two are 26 hours apart


@pytest.fixture(autouse=True)
def _nothing_is_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Erasing ends outside of any transaction; here there is one around the test."""
    monkeypatch.setattr("seatkeeper.kernel.bulk.overwrite_deleted", lambda tables: None)


@pytest.fixture
def acme(db: None) -> Organization:
    """In Berlin: on 29 March 2026 the night is an hour shorter."""
    acme = factories.organization("Acme")
    change_settings(organization_id=acme.id, actor="tester", now=NOW, time_zone=BERLIN)
    factories.pool(acme, seats=9)
    lines = "".join(f"{email},{'active' if email in SALES else ''}\n" for email in EVERYONE)
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{lines}")
    group = add_group(organization_id=acme.id, name="Sales")
    steps.membership(acme, SALES, group, joins=True)
    for title in (*COURSES, "Go"):
        add_content(
            organization_id=acme.id,
            title=title,
            address=f"/courses/{title.lower()}",
            license_types=["learning"],
            actor="tester",
            now=NOW,
        )
    return acme


@pytest.fixture
def world(acme: Organization) -> World:
    """A mix, and what mixes miss: around midnight, around the change of the clocks, late, twice; merged and erased people.

    Midnights are those of Berlin and of the zones elsewhere; so are the first completions of Go.
    """
    chance = random.Random(11)  # noqa: S311  the same mix each time
    told = [
        Told(
            chance.choice(EVERYONE),
            chance.choice(COURSES),
            at=EVENING - timedelta(minutes=chance.randrange(0, 120 * 24 * 60)),
            seconds=chance.choice((0, 30, 600, 5_400)),
            views=chance.choice((0, 1, 1)),
            completions=chance.choice((0, 0, 0, 1)),
        )
        for _ in range(300)
    ]
    for moment in (
        datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC),  # the last second of February in Berlin
        datetime(2026, 2, 28, 23, 0, tzinfo=UTC),  # the first of March
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # before the hour that is missing
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),  # a day of 23 hours ends at 22:00 UTC
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    ):
        told += [Told(email, "Python", at=moment, seconds=60, views=1) for email in (SALES[0], OTHERS[0])]
    for zone in (BERLIN, *ELSEWHERE):
        for day in (date(2025, 11, 2), date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 29), date(2026, 3, 30)):
            midnight = datetime.combine(day, time(), ZoneInfo(zone))
            for moment in (midnight - timedelta(seconds=1), midnight):
                told += [Told(email, "SQL", at=moment.astimezone(UTC), seconds=30, views=1) for email in (SALES[1], OLD_BOB)]
    told += [
        Told(OLD_BOB, "Go", at=datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC), completions=1),  # still the 10th in Berlin
        Told(SALES[1], "Go", at=datetime(2026, 3, 10, 23, 30, tzinfo=UTC), completions=1),
        Told(OTHERS[0], "Go", at=datetime(2026, 3, 29, 23, tzinfo=UTC), completions=1),
        Told(OTHERS[0], "Go", day=date(2026, 3, 29), completions=1),  # of a day alone
        Told(ZORA, "Go", at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC), views=1, completions=1),
        Told(OTHERS[1], "Go", at=EVENING - timedelta(minutes=1), seconds=90),  # where it is the day after, too
    ]
    told.append(Told(SALES[0], "Rust", day=date(2025, 12, 2), seconds=7, views=1, completions=1))  # late: told last
    for start in range(0, len(told), 40):
        _take(acme, told[start : start + 40])
    _take(acme, told[:80])  # twice
    _merge(acme, OLD_BOB, SALES[1])
    _erase(acme, ZORA)
    return World(told, ZoneInfo(BERLIN), {OLD_BOB: SALES[1]})


def _take(acme: Organization, facts: list[Told]) -> None:
    take_in(organization_id=acme.id, facts=facts, source=Source.FILE, now=EVENING)


def _merge(acme: Organization, leaving: str, staying: str) -> None:
    outlook = outlook_of(leaving=factories.learner(acme, leaving), staying=factories.learner(acme, staying))
    steps.apply(plan_merge(outlook, act=steps.act(acme, "merge"), clock=factories.frozen_clock))


def _erase(acme: Organization, email: str) -> None:
    people = Learner.objects.filter(organization=acme, email=email)
    deletion = ask_to_delete(people, organization_id=acme.id, actor="tester", source="page", typed=1, now=NOW)
    clock = factories.SteppingClock(now=NOW + timedelta(days=8))
    carry_out_deletion(deletion, clock=clock)


@pytest.fixture
def asks(ask: Ask) -> Any:
    def asked(**fields: Any) -> Asked:
        return ask(now=EVENING, zone=BERLIN, **fields)

    return asked


PERIODS: dict[str, dict[str, str]] = {
    "usual": {},
    "month": {"period": "month"},
    "30 days": {"period": "30"},
    "year": {"period": "365"},
    "February": {"from": "2026-02-01", "to": "2026-02-28"},
    "the short day": {"from": "2026-03-29", "to": "2026-03-29"},
    "a week": {"from": "2026-03-23", "to": "2026-03-29"},
}
WHOM: dict[str, tuple[dict[str, Any], tuple[str, ...] | None]] = {
    "everyone": ({}, None),
    "sales": ({"q": "group:Sales"}, SALES),
    "without a license": ({"q": "status:none"}, OTHERS),
    "one": ({"q": "email:cleo@corp.example"}, OTHERS[:1]),
    "nobody": ({"groups": ()}, ()),
}


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


def test_two_zones_may_be_two_days_apart(acme: Organization, ask: Ask) -> None:
    """The first hour of the 6th in Kiritimati is still one of the 4th where days begin last."""
    change_settings(organization_id=acme.id, actor="tester", now=NOW, time_zone="Pacific/Kiritimati")
    _take(acme, [Told(SALES[0], "Go", at=datetime(2026, 3, 5, 10, 30, tzinfo=UTC), seconds=60, views=1, completions=1)])
    for zone, day in (("", "2026-03-06"), ("UTC", "2026-03-05"), ("Etc/GMT+12", "2026-03-04")):
        asked = ask(now=EVENING, zone="Pacific/Kiritimati", zone_=zone, from_=day, to=day)
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
        assert in_file == {who: (days, _hours(seconds), *rest) for who, (days, seconds, *rest) in found.items()}


def _hours(seconds: int) -> str:
    return f"{(seconds * 100 + 1_800) // 3_600 / 100:.2f}"


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
    _erase(acme, OTHERS[0])
    assert [REPORTS[key].numbers(asks(period="365")) for key in ("organization", "content")] == before
    assert rows("organization", asks(period="365")) == table
    assert OTHERS[0] not in {row[0] for row in rows("learners", asks())}


def test_a_past_period_that_no_total_has_tells_no_number_of_learners(asks: Any, world: World) -> None:
    past = {"from": "2026-02-03", "to": "2026-03-02"}
    assert REPORTS["organization"].numbers(asks(**past)).figures["learners"] is None
    some = REPORTS["organization"].numbers(asks(**past, q="group:Sales")).figures["learners"]
    assert some == world.total(SALES, date(2026, 2, 3), date(2026, 3, 2))["learners"]


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
    monkeypatch.setattr("seatkeeper.reports.learners.PEOPLE_AT_ONCE", at_once)
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
