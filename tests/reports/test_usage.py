"""Learner summary, organization summary and content: figures against a calculation from what was told (reckoning.py)."""

import random
from datetime import UTC, date, datetime, timedelta
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
    for title in COURSES:
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
    """A mix, and what mixes miss: around midnight, around the change of the clocks, late, twice; merged and erased people."""
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
        asked = asks(**period, **fields)
        expected = world.total(people, asked.period.first, asked.period.last)
        assert REPORTS["organization"].numbers(asked).figures == expected, period
        assert REPORTS["learners"].numbers(asked).figures == expected, period
        content = world.by_content(people, asked.period.first, asked.period.last)
        assert [(row[0], *row[2:]) for row in rows("content", asked)] == content, period
        assert REPORTS["content"].numbers(asked).figures == {
            "contents": len(content),
            **{name: expected[name] for name in ("views", "hours", "completions")},
        }


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_rows_over_time_are_those_of_what_was_told(asks: Any, world: World, step: str) -> None:
    for fields, people in WHOM.values():
        asked = asks(by=step, period="30", **fields)
        expected = world.by_step(people, asked.period.starts(asked.step), step)
        if not any(row[1] for row in expected):
            expected = []
        assert rows("organization", asked) == expected
        assert [line[:2] for line in file("organization", asked)] == [[str(row[0]), str(row[1])] for row in expected]


def test_each_person_has_their_own_figures(asks: Any, world: World) -> None:
    for period in PERIODS.values():
        asked = asks(**period)
        found = {row[0]: row[2:6] for row in rows("learners", asked)}
        assert found == {who: world.of_person(who, asked.period.first, asked.period.last) for who in (*SALES, *OTHERS)}
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


@pytest.mark.parametrize(("at_once", "few"), [(1, 2), (1, 1)])
def test_figures_do_not_hang_on_how_many_people_are_found(
    asks: Any, world: World, monkeypatch: pytest.MonkeyPatch, at_once: int, few: int
) -> None:
    keys = ("learners", "organization", "content", "licenses")
    before = [REPORTS[key].numbers(asks(q="group:Sales")) for key in keys]
    files = [file(key, asks(q="group:Sales")) for key in keys]
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", at_once)
    monkeypatch.setattr("seatkeeper.reports.asked.FEW", few)
    assert (asks(q="group:Sales").few is None) == (few < 2)
    assert [REPORTS[key].numbers(asks(q="group:Sales")) for key in keys] == before
    assert [file(key, asks(q="group:Sales")) for key in keys] == files
