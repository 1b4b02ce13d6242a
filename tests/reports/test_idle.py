"""Idle licenses: active ones that nobody used."""

from datetime import date, timedelta

import pytest

from seatkeeper.directory.filters import conditions_of, learners_meeting
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import License, LicensePool
from seatkeeper.reports.idle import filter_of
from seatkeeper.reports.registry import REPORTS
from tests import factories, steps
from tests.factories import NOW
from tests.reports.conftest import Ask
from tests.reports.reading import file, rows
from tests.steps import email

IDLE = REPORTS["idle"]
TODAY = NOW.date()
ONE_DAY = timedelta(days=1)


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    """Three active since 200 days: p1 used it 100 days ago, p2 yesterday, p3 never."""
    pool = factories.pool(acme)
    steps.people(acme, 4)
    steps.do("assign", acme, [email(1), email(2), email(3)], pool=pool, clock=lambda: NOW - ONE_DAY * 200)
    LicensePool.objects.filter(id=pool.id).update(first_used_on=TODAY - ONE_DAY * 100)
    for number, day in ((1, TODAY - ONE_DAY * 100), (2, TODAY - ONE_DAY)):
        _used(acme, number, day)
    return pool


def _used(acme: Organization, number: int, day: date) -> None:
    learner = factories.learner(acme, email(number))
    License.objects.filter(organization_id=acme.id, learner_id=learner.id).update(last_used_on=day)


def test_who_did_not_use_it_is_listed(ask: Ask, learning: LicensePool) -> None:
    since = NOW - ONE_DAY * 200
    assert rows("idle", ask()) == [
        (email(1), "Learning · Default", since, TODAY - ONE_DAY * 100, 100),
        (email(3), "Learning · Default", since, None, 200),
    ]
    assert [row[0] for row in rows("idle", ask(days="180"))] == [email(3)]


def test_the_file_says_the_same(ask: Ask, learning: LicensePool) -> None:
    since = f"{NOW - ONE_DAY * 200:%Y-%m-%dT%H:%M:%SZ}"
    lines = [
        ["", "", email(1), "default/learning", since, str(TODAY - ONE_DAY * 100), "100"],
        ["", "", email(3), "default/learning", since, "", "200"],
    ]
    assert file("idle", ask()) == lines
    assert file("idle", ask(q="p3")) == lines[1:]


def test_a_pool_without_usage_has_nobody_idle_and_is_counted_as_left_out(
    ask: Ask, acme: Organization, learning: LicensePool
) -> None:
    other = factories.pool(acme, license_type="Pro")
    steps.do("assign", acme, [email(4)], pool=other, clock=lambda: NOW - ONE_DAY * 200)
    assert IDLE.numbers(ask()).figures == {"idle": 2, "without_usage": 1}
    assert IDLE.numbers(ask(q="p3")).figures == {"idle": 1, "without_usage": 1}
    assert rows("idle", ask(q="type:pro")) == []


def test_a_filter_finds_the_same_people_for_as_many_days(ask: Ask, acme: Organization, learning: LicensePool) -> None:
    for days in ("1", "99", "100", "101", "200", "201", "36500"):
        found = learners_meeting(acme.id, conditions_of(acme.id, f"idle:{days}", today=TODAY)).values_list("email", flat=True)
        assert [row[0] for row in rows("idle", ask(days=days))] == sorted(found)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", "idle:90"),
        ("p1", "p1 idle:90"),
        ("type:learning p1", "idle:90 type:learning p1"),
        ("p1 type:learning", "p1  idle:90 type:learning"),
        ("-type:learning p1", "-type:learning p1 idle:90"),
    ],
)
def test_the_term_stands_beside_the_license_it_speaks_of(ask: Ask, learning: LicensePool, text: str, asked: str) -> None:
    assert filter_of(ask(q=text)) == asked


def test_only_the_license_that_is_idle_is_listed(ask: Ask, acme: Organization, learning: LicensePool) -> None:
    other = factories.pool(acme, license_type="Pro")
    steps.do("assign", acme, [email(1)], pool=other, clock=lambda: NOW - ONE_DAY * 3)
    LicensePool.objects.filter(id=other.id).update(first_used_on=TODAY - ONE_DAY)
    assert [row[1] for row in rows("idle", ask(q="p1"))] == ["Learning · Default"]
    assert rows("idle", ask(q="type:pro department:Sales")) == []
    assert [line[3] for line in file("idle", ask(q="p1"))] == ["default/learning"]
