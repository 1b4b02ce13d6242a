"""What an address says of time."""

from datetime import date

import pytest

from seatkeeper.reports.periods import MOST_DAYS, Period, Step, read_period, read_step

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({}, date(2025, 12, 5), TODAY),
        ({"period": "30"}, date(2026, 2, 3), TODAY),
        ({"period": "365"}, date(2025, 3, 5), TODAY),
        ({"period": "month"}, date(2026, 3, 1), TODAY),
        ({"period": "quarter"}, date(2026, 1, 1), TODAY),
        ({"period": "year"}, date(2026, 1, 1), TODAY),
        ({"period": "century"}, date(2025, 12, 5), TODAY),
        ({"from": "2026-02-01", "to": "2026-02-28"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"from": "2026-02-28", "to": "2026-02-01"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"from": "2026-02-01"}, date(2026, 2, 1), TODAY),
        ({"to": "2026-02-28"}, date(2025, 12, 1), date(2026, 2, 28)),
        ({"from": "2026-09-01", "to": "2026-09-30"}, TODAY, TODAY),
        ({"from": "yesterday", "period": "30"}, date(2026, 2, 3), TODAY),
        ({"from": "0001-01-01", "to": "0001-01-02"}, date(1970, 1, 1), date(1970, 1, 1)),
    ],
)
def test_a_period_is_read_and_what_is_none_is_left_out(fields: dict[str, str], first: date, last: date) -> None:
    period = read_period(fields, today=TODAY)
    assert (period.first, period.last) == (first, last)


def test_no_period_is_longer_than_ten_years() -> None:
    period = read_period({"from": "1980-01-01"}, today=TODAY)
    assert (period.last - period.first).days == MOST_DAYS - 1


def test_weeks_begin_on_monday_and_months_on_their_first() -> None:
    period = Period(date(2026, 2, 20), TODAY)
    assert list(period.starts(Step.WEEK)) == [date(2026, 3, 2), date(2026, 2, 23), date(2026, 2, 16)]
    assert list(period.starts(Step.MONTH)) == [date(2026, 3, 1), date(2026, 2, 1)]
    assert len(list(period.starts(Step.DAY))) == 13
    assert period.whole(Step.WEEK) == Period(date(2026, 2, 16), date(2026, 3, 8))
    assert period.whole(Step.MONTH) == Period(date(2026, 2, 1), date(2026, 3, 31))


def test_the_step_is_chosen_so_that_a_plot_can_be_read() -> None:
    assert read_step({}, Period(date(2026, 2, 20), TODAY)) == Step.DAY
    assert read_step({}, Period(date(2025, 12, 5), TODAY)) == Step.WEEK
    assert read_step({}, Period(date(2025, 3, 5), TODAY)) == Step.MONTH
    assert read_step({"by": "day"}, Period(date(2025, 3, 5), TODAY)) == Step.DAY
    assert read_step({"by": "hour"}, Period(date(2025, 3, 5), TODAY)) == Step.MONTH
