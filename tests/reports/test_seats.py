"""Seats over time, and pools that run out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool, PoolDay
from seatkeeper.licensing.queries import pool_summaries, pool_titles
from seatkeeper.reports.answers import SeatsPlot
from seatkeeper.reports.definitions import Kind
from seatkeeper.reports.registry import REPORTS
from seatkeeper.reports.rows import rate
from seatkeeper.web.report_words import written
from tests import factories, steps
from tests.reports.conftest import Ask
from tests.reports.reading import file, rows
from tests.steps import email

SEATS, POOLS = REPORTS["seats"], REPORTS["pools"]
ONE_DAY = timedelta(days=1)
TODAY = date(2026, 3, 4)


@pytest.fixture
def rising(acme: Organization) -> LicensePool:
    """100 seats; for 30 days one more is taken each day, 30 today."""
    pool = factories.pool(acme, seats=100)
    PoolDay.objects.filter(organization_id=acme.id).delete()
    for number in range(30):
        day = TODAY - ONE_DAY * (29 - number)
        PoolDay.objects.create(organization_id=acme.id, pool_id=pool.id, day=day, seats_taken=number + 1, seats_in_force=100)
    LicensePool.objects.filter(id=pool.id).update(seats_taken=30)
    return pool


def test_each_day_has_its_line_and_the_newest_stands_first(ask: Ask, rising: LicensePool) -> None:
    found = rows("seats", ask(by="day", period="30"))
    assert found[0] == (TODAY, 30, 100, 70)
    assert found[-1] == (TODAY - ONE_DAY * 29, 1, 100, 99)
    assert len(found) == 30


def test_a_week_is_as_it_was_at_its_end(ask: Ask, rising: LicensePool) -> None:
    assert rows("seats", ask(by="week", period="30"))[:2] == [(date(2026, 3, 2), 30, 100, 70), (date(2026, 2, 23), 27, 100, 73)]
    assert file("seats", ask(by="month", period="30")) == [["2026-03-01", "30", "100", "70"], ["2026-02-01", "26", "100", "74"]]


def test_days_before_there_was_a_pool_are_left_out(ask: Ask, rising: LicensePool) -> None:
    assert len(rows("seats", ask(by="day", period="365"))) == 30


def test_pages_of_days_follow_each_other(ask: Ask, acme: Organization, rising: LicensePool) -> None:
    PoolDay.objects.create(organization_id=acme.id, pool_id=rising.id, day=date(2025, 11, 25), seats_taken=0, seats_in_force=9)
    year = {"by": "day", "period": "365"}
    first = SEATS.page(ask(**year))
    second = SEATS.page(ask(**year, after=first.next))
    back = SEATS.page(ask(**year, before=second.previous))
    assert (len(first.rows), len(second.rows)) == (50, 50)
    assert (first.previous, second.next) == ("", "")
    assert back.rows == first.rows
    assert [*first.rows, *second.rows][-1] == (date(2025, 11, 25), 0, 9, 9)


def test_the_forecast_goes_on_from_today(ask: Ask, rising: LicensePool) -> None:
    found = SEATS.numbers(ask(period="30"))
    assert found.figures == {"taken": 30, "seats": 100, "held": 0, "free": 70, "runs_out_on": TODAY + ONE_DAY * 70}
    plot = found.plot
    assert isinstance(plot, SeatsPlot)
    assert (len(plot.taken), plot.forecast[0], plot.runs_out_on) == (30, 31.0, None)  # it lies behind the plot's end
    assert len(plot.days) == len(plot.seats) == len(plot.taken) + len(plot.forecast)


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        (range(13), "Fewer than 14 days are known."),
        ([5] * 30, "Seats taken do not rise."),
        ([*range(10, 0, -1)] * 2, "Seats taken do not rise."),
        ([5] * 29 + [6], "Not within two years."),
    ],
)
def test_where_no_day_is_foreseen_it_is_told_why(ask: Ask, rising: LicensePool, taken: Sequence[int], why: str) -> None:
    PoolDay.objects.all().delete()
    days = [(TODAY - ONE_DAY * ago, seats) for ago, seats in enumerate(reversed(taken))]
    PoolDay.objects.bulk_create(
        PoolDay(organization_id=rising.organization_id, pool_id=rising.id, day=day, seats_taken=seats, seats_in_force=100)
        for day, seats in days
    )
    LicensePool.objects.filter(id=rising.id).update(seats_taken=taken[-1])
    numbers = SEATS.numbers(ask(period="30"))
    assert (numbers.figures["runs_out_on"], str(numbers.unknown["runs_out_on"])) == (None, why)


def test_a_period_in_the_past_has_no_forecast_in_its_plot(ask: Ask, rising: LicensePool) -> None:
    plot = SEATS.numbers(ask(from_="2026-02-10", to="2026-02-20")).plot
    assert isinstance(plot, SeatsPlot)
    assert (plot.taken, plot.forecast) == (list(range(8, 19)), ())


def test_pools_that_run_out_first_stand_first(ask: Ask, acme: Organization, rising: LicensePool) -> None:
    factories.pool(acme, seats=7, license_type="Pro")
    found = rows("pools", ask())
    assert found == [
        ("Learning · Default", 100, 30, 30.0, 0, 70, 7.0, TODAY + ONE_DAY * 70),
        ("Pro · Default", 7, 0, 0.0, 0, 7, None, None),
    ]
    assert POOLS.numbers(ask()).figures == {"pools": 2, "running_out": 1}
    assert file("pools", ask(q="type:learning")) == [["default/learning", "100", "30", "30.0", "0", "70", "7.0", "2026-05-13"]]


def test_a_small_rise_is_not_none(ask: Ask, acme: Organization, rising: LicensePool) -> None:
    """One seat more in the last days of a month."""
    PoolDay.objects.filter(organization_id=acme.id).update(seats_taken=30)
    LicensePool.objects.filter(id=rising.id).update(seats_taken=31)
    assert file("pools", ask())[0][6] == "0.045"
    assert written(Kind.RATE, rows("pools", ask())[0][6]) == "0.045"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (0.000058, "0.000058"),
        (0.0051, "0.0051"),
        (0.25, "0.25"),
        (-0.0349, "-0.035"),
        (0.5, "0.50"),
        (1.04, "1.0"),
        (7.0, "7.0"),
        (1234.56, "1234.6"),
    ],
)
def test_a_rate_has_one_place_or_two_digits(value: float, shown: str) -> None:
    assert str(rate(value)) == shown


def test_a_seat_held_for_an_offer_is_not_free_as_on_the_page_pools(ask: Ask, acme: Organization, rising: LicensePool) -> None:
    over = factories.pool(acme, seats=2, license_type="Pro")
    LicensePool.objects.filter(id=rising.id).update(seats_held=5)
    LicensePool.objects.filter(id=over.id).update(seats_taken=3)

    figures = SEATS.numbers(ask()).figures
    by_pool = {row[0]: row[4:6] for row in rows("pools", ask())}

    summaries = pool_summaries(acme.id)
    assert by_pool == {pool_titles(acme.id)[pool.key]: (pool.held, pool.free) for pool in summaries}
    assert by_pool == {"Learning · Default": (5, 65), "Pro · Default": (0, -1)}
    assert (figures["held"], figures["free"]) == (5, 65)


def test_the_filter_names_pools_and_nothing_else(ask: Ask, acme: Organization, rising: LicensePool) -> None:
    factories.pool(acme, seats=7, license_type="Pro")
    assert SEATS.numbers(ask(q="type:pro")).figures["seats"] == 7
    assert SEATS.numbers(ask(q="type:pro type:learning")).figures["seats"] == 107
    for refused in ("department:Sales", "type:pro status:active", "-type:pro"):
        with pytest.raises(FilterRefused):
            SEATS.page(ask(q=refused))


def test_an_organization_without_a_pool_has_nothing_to_show(ask: Ask) -> None:
    assert rows("seats", ask()) == rows("pools", ask()) == []
    assert SEATS.numbers(ask()).plot is None
    assert POOLS.numbers(ask()).plot is None


def test_the_ledger_and_the_report_agree(ask: Ask, acme: Organization) -> None:
    pool, now = factories.pool(acme, seats=5), datetime.now(UTC)
    steps.people(acme, 3)
    steps.do("assign", acme, [email(1), email(2)], pool=pool, clock=lambda: now)
    steps.do("unassign", acme, [email(1)], clock=lambda: now + ONE_DAY * 2)

    taken = [row[1] for row in rows("seats", ask(now=now + ONE_DAY * 3, by="day", period="30"))]
    assert taken == [1, 1, 2, 2]
    assert taken[0] == steps.taken(pool)
