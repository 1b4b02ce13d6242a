"""Horizontal bars: what has most comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from seatkeeper.web.charts.drawing import (
    BOTTOM,
    ROW,
    WIDTH,
    Scale,
    Words,
    line,
    number,
    picture,
    place,
    scale_to,
    shortened,
    text,
)

TOP = ROW + 4
EACH = 60  # a row of text, the bar below it, and air
THICK = 18
VALUES = 116  # room for a value at the end of the longest bar
NAME_LETTERS = 50
LEFT = 1


@dataclass(frozen=True, slots=True)
class Ranking:
    """At least one name with its value, in the order in which they are shown."""

    words: Words
    rows: Sequence[tuple[str, float]]


def ranking(chart: Ranking) -> SafeString:
    """Names stand above their bars, so that long ones have room on a phone, too; values at the ends."""
    scale = scale_to(value for _name, value in chart.rows)
    zero_to = TOP + EACH * len(chart.rows)
    parts = [text(0, 16, scale.unit(chart.words.unit), kind="chart__unit"), *_axis(scale, zero_to)]
    for index, (name, value) in enumerate(chart.rows):
        parts.extend(_row(name, value, scale, TOP + EACH * index))
    return picture(chart.words, zero_to + BOTTOM, parts)


def _x(scale: Scale, value: float) -> float:
    return LEFT + scale.part(value) * (WIDTH - VALUES - LEFT)


def _axis(scale: Scale, bottom: float) -> Iterator[SafeString]:
    for value in scale.ticks():
        x = _x(scale, value)
        yield line(x, TOP, x, bottom, kind="chart__grid" if value else "chart__grid chart__zero")
        between = "" if value in (0, scale.top) else " chart__between"
        yield text(x, bottom + 22, scale.written(value), kind=f"chart__label{between}", anchor="middle" if value else "start")


def _row(name: str, value: float, scale: Scale, y: float) -> Iterator[SafeString]:
    end = _x(scale, value)
    width = max(1.0, end - LEFT) if value > 0 else 0.0
    yield text(LEFT + 6, y + 20, shortened(name, NAME_LETTERS), kind="chart__label chart__said")
    yield format_html(
        '<rect class="chart__bar chart__first" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        LEFT,
        place(y + 30),
        place(width),
        THICK,
        name,
        number(value),
    )
    yield text(LEFT + width + 8, y + 30 + THICK - 2, number(value), kind="chart__label chart__said")
