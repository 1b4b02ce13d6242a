"""One or two series over days, weeks or months, as lines or bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from seatkeeper.web.charts.drawing import (
    RIGHT,
    ROW,
    WIDTH,
    Named,
    Plot,
    Words,
    key,
    marker,
    number,
    picture,
    place,
    points,
    scale_to,
    shortened,
    text,
)

KINDS = ("chart__first", "chart__second")
MARKED_TO = 40  # points of a line; of more, only the last one
NAMES = 120  # room for names at the ends of two lines
NAME_LETTERS = 18
NAME_DISTANCE = 14


@dataclass(frozen=True, slots=True)
class Series:
    """A name and its values, one for each label of the chart."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class OverTime:
    """At least one label; one series or two."""

    words: Words
    labels: Sequence[str]  # of days, weeks or months, as the reader writes them
    series: Sequence[Series]
    bars: bool = False


def over_time(chart: OverTime) -> SafeString:
    """Two series differ by dash, marker or filling, and name themselves: no colour is needed to tell them apart."""
    two, named_at_end = len(chart.series) > 1, len(chart.series) > 1 and not chart.bars
    plot = Plot(
        scale=scale_to(value for series in chart.series for value in series.values),
        count=len(chart.labels),
        top=ROW * 2 + 12 if two else ROW + 12,
        right=WIDTH - (NAMES if named_at_end else RIGHT),
        in_bands=chart.bars,
    )
    parts = [plot.frame(chart.words.unit, chart.labels)]
    if two:
        sample = "bar" if chart.bars else "line"
        kinds = [f"chart__bar {kind}" if chart.bars else kind for kind in KINDS]
        entries = [Named(sample, kind, series.name) for kind, series in zip(kinds, chart.series, strict=True)]
        parts.append(key(entries, ROW + 16, "chart__key chart__key--narrow" if named_at_end else "chart__key"))
    parts.extend(_bars(chart, plot) if chart.bars else _lines(chart, plot))
    if named_at_end:
        parts.extend(_names(chart.series, plot))
    return picture(chart.words, plot.height, parts)


def _bars(chart: OverTime, plot: Plot) -> Iterator[SafeString]:
    """Side by side in each band. What is more than zero is seen, however little it is."""
    width = plot.band * (0.72 if plot.band > 4 else 1) / len(chart.series)
    for place_of, (kind, series) in enumerate(zip(KINDS, chart.series, strict=False)):
        for index, value in enumerate(series.values):
            height = max(1.0, plot.zero - plot.y(value)) if value > 0 else 0.0
            x = plot.x(index) + (place_of - len(chart.series) / 2) * width
            yield format_html(
                '<rect class="chart__bar {}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
                kind,
                place(x),
                place(plot.zero - height),
                place(width),
                place(height),
                _said(chart, series, index),
            )


def _lines(chart: OverTime, plot: Plot) -> Iterator[SafeString]:
    count = len(chart.labels)
    for kind, series in zip(KINDS, chart.series, strict=False):
        drawn = [(plot.x(index), plot.y(value)) for index, value in enumerate(series.values)]
        yield format_html('<polyline class="chart__line {}" points="{}"/>', kind, points(drawn))
        for index in range(count) if count <= MARKED_TO else (count - 1,):
            yield marker(*drawn[index], kind, _said(chart, series, index))


def _said(chart: OverTime, series: Series, index: int) -> str:
    return f"{chart.labels[index]} · {series.name}: {number(series.values[index])}"


def _names(series: Sequence[Series], plot: Plot) -> Iterator[SafeString]:
    """Beside the ends of the lines, apart where those meet."""
    ends = [plot.y(one.values[-1]) for one in series]
    lower = 0 if ends[0] > ends[1] else 1
    missing = max(0.0, NAME_DISTANCE - abs(ends[0] - ends[1])) / 2
    for index, one in enumerate(series):
        y = ends[index] + 4 + (missing if index == lower else -missing)
        yield text(plot.right + 10, y, shortened(one.name, NAME_LETTERS), kind="chart__label chart__name")
