"""The tables beside plots have their numbers."""

from datetime import date, timedelta

import pytest

from seatkeeper.reports.answers import SeatsPlot
from seatkeeper.reports.registry import REPORTS
from seatkeeper.web.report_plots import LINES, drawn

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
