"""When a pool runs out, by a straight line."""

from datetime import date, timedelta

import pytest

from seatkeeper.reports.forecasts import Forecast, forecast

TODAY = date(2026, 3, 4)


def test_two_seats_a_day_take_fifty_in_twenty_five_days() -> None:
    taken = [2 * day for day in range(26)]  # 50 now
    assert forecast(taken, seats=100, today=TODAY) == Forecast(2.0, TODAY + timedelta(days=25))


def test_the_day_is_the_first_on_which_no_seat_is_left() -> None:
    taken = [2 * day for day in range(26)]
    found = forecast(taken, seats=101, today=TODAY)
    assert found
    assert found.runs_out_on == TODAY + timedelta(days=26)


def test_only_the_last_90_days_count() -> None:
    taken = [1_000 - day for day in range(500)] + [500] * 90
    assert forecast(taken, seats=600, today=TODAY) == Forecast(0.0, None)


def test_the_line_has_the_least_squared_distance() -> None:
    """By hand: of 0, 0, … 0, 14 over 14 days it rises by 14·6.5/227.5 a day."""
    found = forecast([0] * 13 + [14], seats=100, today=TODAY)
    assert found
    assert found.a_day == pytest.approx(0.4)
    assert found.runs_out_on == TODAY + timedelta(days=215)


@pytest.mark.parametrize("taken", [[50] * 30, [80 - day for day in range(30)]])
def test_nothing_runs_out_where_it_does_not_rise(taken: list[int]) -> None:
    found = forecast(taken, seats=100, today=TODAY)
    assert found
    assert found.runs_out_on is None


def test_a_full_pool_has_run_out() -> None:
    found = forecast([100] * 30, seats=100, today=TODAY)
    assert found
    assert found.runs_out_on == TODAY


def test_what_is_two_years_away_is_not_told() -> None:
    taken = [day // 10 for day in range(90)]
    found = forecast(taken, seats=100_000, today=TODAY)
    assert found
    assert found.runs_out_on is None


def test_thirteen_days_are_too_few_to_tell() -> None:
    assert forecast(list(range(13)), seats=100, today=TODAY) is None
