"""The tables beside plots have their numbers."""

from datetime import date, timedelta

import pytest
from django.utils.html import escape

from seatkeeper.reports.answers import OverTime, Ranking, SeatsPlot
from seatkeeper.reports.definitions import Kind
from seatkeeper.reports.registry import REPORTS
from seatkeeper.reports.rows import hours
from seatkeeper.web.report_plots import LINES, MOST_BARS, drawn
from seatkeeper.web.report_words import written
from seatkeeper.web.templatetags.seatkeeper import minutes

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize("count", [1, 2, 7, LINES, LINES + 1, 2 * LINES, 365, 366])
def test_the_days_of_seats_stand_beside_their_plot(count: int) -> None:
    """The last one first; of many days, as many as one reads, at even distances."""
    days = [FIRST + timedelta(days=number) for number in range(count)]
    plot = SeatsPlot(days=days, taken=list(range(count)), seats=[400] * count, forecast=[], runs_out_on=None)

    shown = drawn(REPORTS["seats"].definition, plot)

    assert shown is not None
    taken = [int(row[1][1]) for row in shown.rows]
    every = taken[0] - taken[1] if count > 1 else 1
    assert taken == list(range(count - 1, -1, -every))
    assert min(count, LINES / 2) <= len(taken) <= LINES
    assert shown.note.startswith(f"A line for every {every} days.") == (every > 1)
    assert bool(shown.note) == (every > 1)


@pytest.mark.parametrize(
    ("seconds", "shown", "in_plot", "in_file"),
    [
        (0, "0.00", "0", "0.00"),
        (7, "&lt; 0.01", "&lt; 0.01", "0.00"),
        (120, "0.03", "0.03", "0.03"),
        (5_400, "1.50", "1.5", "1.50"),
        (36_000_000, "10,000.00", "10,000", "10000.00"),
    ],
)
def test_a_short_time_is_never_nothing_and_reads_alike_on_page_plot_and_file(
    seconds: int, shown: str, in_plot: str, in_file: str
) -> None:
    assert (escape(written(Kind.HOURS, seconds)), hours(seconds)) == (shown, in_file)
    over_time = drawn(REPORTS["organization"].definition, OverTime([FIRST], {"hours": [seconds], "learners": [1]}))
    ranking = drawn(REPORTS["content"].definition, Ranking("hours", [("Python", seconds)]))
    assert over_time is not None
    assert ranking is not None
    assert f"Hours viewed: {in_plot}</title>" in over_time.svg
    assert f"Python: {in_plot}</title>" in ranking.svg
    assert [escape(value) for _, value in over_time.rows[0][1:2]] == [escape(ranking.rows[0][1][1])] == [shown]


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0"), (20, "< 1"), (60, "1"), (80, "1")])
def test_minutes_of_a_day_are_never_nothing_either(seconds: int, shown: str) -> None:
    assert minutes(seconds) == shown


@pytest.mark.parametrize(("count", "has_bars"), [(MOST_BARS, True), (MOST_BARS + 1, False)])
def test_more_days_than_bars_can_be_seen_are_a_line(count: int, has_bars: bool) -> None:
    plot = OverTime(starts=[FIRST + timedelta(days=number) for number in range(count)], measures={"learners": [5] * count})

    shown = drawn(REPORTS["organization"].definition, plot)

    assert shown is not None
    assert (shown.svg.count("chart__bar"), shown.svg.count("chart__line")) == ((count, 0) if has_bars else (0, 1))
    assert (len(shown.rows), shown.note != "") == ((count, False) if has_bars else (14, True))


def test_beside_years_of_days_there_is_a_line_for_each_month() -> None:
    """From 1 March, with nothing done on the first day of each month, and of ten years as few as one reads."""
    starts = [FIRST + timedelta(days=number) for number in range(3_650)]
    values = [0 if start.day == 1 else 3_600 * start.month for start in starts]

    shown = drawn(REPORTS["organization"].definition, OverTime(starts, {"hours": values}))

    assert shown is not None
    assert len(shown.rows) == 120
    assert shown.headings == ["Month", "Least", "Mean", "Most"]
    assert [value for _, value in shown.rows[0]] == ["March 2026", "0.00", "2.90", "3.00"]  # 30 of 31 days with 3 hours
    assert [value for _, value in shown.rows[1]] == ["April 2026", "0.00", "3.87", "4.00"]
    learners = drawn(REPORTS["learners"].definition, OverTime(starts, {"learners": [day % 2 for day in range(3_650)]}))
    assert learners is not None
    assert [value for _, value in learners.rows[0]] == ["March 2026", "0", "0.48", "1"]
    both = drawn(REPORTS["organization"].definition, OverTime(starts, {"hours": values, "views": values}))
    assert both is not None
    assert both.headings[3:5] == ["Hours viewed, most", "Views, least"]
