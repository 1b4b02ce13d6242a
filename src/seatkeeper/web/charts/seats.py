"""Seats over time: all of them, those taken, and where it leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seatkeeper.web.charts.drawing import (
    LEFT,
    LETTERS,
    ROW,
    Named,
    Plot,
    Words,
    key,
    line,
    picture,
    place,
    points,
    scale_to,
    shortened,
    text,
)

TAKEN, SEATS, FORECAST = "chart__area", "chart__all", "chart__forecast"


@dataclass(frozen=True, slots=True)
class SeatsOverTime:
    """At least one day that was. `labels` and `seats` have the days to come at their end, as many as `forecast`."""

    words: Words
    labels: Sequence[str]
    seats: Sequence[int]
    taken: Sequence[int]
    forecast: Sequence[float] = ()
    runs_out: int | None = None  # the day of `labels` at which no seat is free any more


def seats_over_time(chart: SeatsOverTime) -> SafeString:
    """An area for what is taken, a line for all seats, a dashed one for what is expected."""
    plot = Plot(
        scale=scale_to([*chart.seats, *chart.taken, *chart.forecast]),
        count=len(chart.labels),
        top=ROW * 3 + 12 if chart.forecast else ROW * 2 + 12,
        height=320 if chart.forecast else 300,
    )
    parts = [
        key(_named(chart), ROW + 16),
        *_taken(chart, plot),
        plot.frame(chart.words.unit, chart.labels, also=[len(chart.taken) - 1] if chart.forecast else ()),
        _line(plot, SEATS, 0, chart.seats),
    ]
    if chart.forecast:
        parts.append(_line(plot, FORECAST, len(chart.taken) - 1, [chart.taken[-1], *chart.forecast]))
    if chart.runs_out is not None:
        parts.extend(_runs_out(chart, plot, chart.runs_out))
    return picture(chart.words, plot.height, parts)


def _named(chart: SeatsOverTime) -> list[Named]:
    named = [Named("area", TAKEN, _("Seats taken")), Named("line", SEATS, _("All seats"))]
    return [*named, Named("line", FORECAST, _("Forecast"))] if chart.forecast else named


def _taken(chart: SeatsOverTime, plot: Plot) -> Iterator[SafeString]:
    """A single day has no width: it is a bar."""
    edge = [(plot.x(index), plot.y(value)) for index, value in enumerate(chart.taken)]
    if len(edge) == 1:
        edge = [(edge[0][0] - 4, edge[0][1]), (edge[0][0] + 4, edge[0][1])]
    corners = [(edge[-1][0], plot.zero), (edge[0][0], plot.zero)]
    yield format_html('<polygon class="{}" points="{}"/>', TAKEN, points([*edge, *corners]))


def _line(plot: Plot, kind: str, first: int, values: Sequence[float]) -> SafeString:
    """A single value is a line across, so that it is seen."""
    drawn = [(plot.x(first + index), plot.y(value)) for index, value in enumerate(values)]
    if plot.count == 1:
        drawn = [(LEFT, drawn[0][1]), (plot.right, drawn[0][1])]
    return format_html('<polyline class="chart__line {}" points="{}"/>', kind, points(drawn))


def _runs_out(chart: SeatsOverTime, plot: Plot, day: int) -> Iterator[SafeString]:
    """The day by a line and in words, which lean to where there is room."""
    x, is_late = plot.x(day), plot.x(day) > (LEFT + plot.right) / 2
    yield line(x, plot.top, x, plot.zero, kind="chart__event")
    yield format_html('<circle class="chart__event" cx="{}" cy="{}" r="5"/>', place(x), place(plot.y(chart.seats[day])))
    said = _("No free seat: %(day)s") % {"day": shortened(chart.labels[day], LETTERS)}
    yield text(
        x + (5 if is_late else -5), plot.top - 8, said, kind="chart__label chart__said", anchor="end" if is_late else "start"
    )
