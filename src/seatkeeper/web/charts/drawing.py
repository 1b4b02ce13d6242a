"""What charts have in common: words, a scale that begins at zero, axes, and the picture around them.

Lengths are those of the view box. A phone shows it at half size with letters twice as
large (`.chart text`), so room is kept for those.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

WIDTH = 720
LEFT, RIGHT, BOTTOM = 72, 12, 32
ROW = 24  # of text
STEPS = 4  # about as many on the axis of values
DAYS_WRITTEN = 7
LETTERS = 16  # of a label on the axis of days
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart is called and says to those who do not see it."""

    key: str  # its ids begin with it: no other chart of the page has it
    title: str
    description: str
    unit: str  # what the axis of values counts: "Hours"


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from zero to `top`, a line at each `step`."""

    top: float
    step: float

    def ticks(self) -> list[float]:
        return [number * self.step for number in range(round(self.top / self.step) + 1)]

    def part(self, value: float) -> float:
        """0 for zero and below, 1 for the top."""
        return max(0.0, value) / self.top

    def written(self, value: float) -> str:
        """As the axis has room for it: see `unit`."""
        return number(value / self._written_in())

    def unit(self, unit: str) -> str:
        if self._written_in() == 1:
            return unit
        return (_("%(unit)s, thousands") if self._written_in() == 1_000 else _("%(unit)s, millions")) % {"unit": unit}

    def _written_in(self) -> int:
        if self.top < MANY:
            return 1
        return 1_000 if self.top < MANY * 100 else 1_000_000


def scale_to(values: Iterable[float]) -> Scale:
    """With steps of 1, 2 or 5 times a power of ten; whole ones where all values are whole."""
    values = list(values)
    most = max(0.0, *values) or 1.0
    power = 10.0 ** math.floor(math.log10(most / STEPS))
    step = next(times * power for times in (1, 2, 5, 10) if times * power * STEPS >= most * 0.999999)
    if all(float(value).is_integer() for value in values):
        step = max(1.0, step)
    return Scale(math.ceil(most / step - 0.000001) * step, step)


def number(value: float) -> str:
    """With the separators of the reader's language, and no more decimals than it needs. Little is not nothing."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    if value > 0 and short == "0":
        return _("< %(least)s") % {"least": number_format("0.01", use_l10n=True)}
    return str(number_format(short, use_l10n=True, force_grouping=True))


def shortened(text: str, letters: int) -> str:
    return Truncator(text).chars(letters)


def picture(words: Words, height: float, parts: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {0} {1}" role="img" aria-labelledby="{2}-title {2}-desc">'
        '<title id="{2}-title">{3}</title><desc id="{2}-desc">{4}</desc>{5}</svg>',
        WIDTH,
        place(height),
        words.key,
        words.title,
        words.description,
        joined(parts),
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def place(value: float) -> str:
    """A coordinate: the same in every language."""
    return f"{value:.1f}".removesuffix(".0")


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{place(x)},{place(y)}" for x, y in pairs)


def text(x: float, y: float, said: str, *, kind: str = "chart__label", anchor: str = "start") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', kind, place(x), place(y), anchor, said)


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str) -> SafeString:
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', kind, place(x1), place(y1), place(x2), place(y2))


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle that values are drawn into, time from left to right and values up from the zero line."""

    scale: Scale
    count: int  # places along
    top: float
    height: float = 300
    right: float = WIDTH - RIGHT
    in_bands: bool = False  # each place is a band with room for bars, not a point

    @property
    def zero(self) -> float:
        return self.height - BOTTOM

    @property
    def band(self) -> float:
        return (self.right - LEFT) / self.count

    def x(self, index: int) -> float:
        """The middle of a place. A single one stands in the middle."""
        if self.in_bands or self.count == 1:
            return LEFT + (index + 0.5) * self.band
        return LEFT + index * (self.right - LEFT) / (self.count - 1)

    def y(self, value: float) -> float:
        return self.zero - self.scale.part(value) * (self.zero - self.top)

    def frame(self, unit: str, labels: Sequence[str], also: Sequence[int] = ()) -> SafeString:
        """The axes: unit, lines with their values, labels along; those of `also` are written in any case."""
        parts = [text(0, 16, self.scale.unit(unit), kind="chart__unit")]
        for value in self.scale.ticks():
            kind = "chart__grid" if value else "chart__grid chart__zero"
            parts.append(line(LEFT, self.y(value), self.right, self.y(value), kind=kind))
            parts.append(text(LEFT - 8, self.y(value) + 4, self.scale.written(value), anchor="end"))
        parts.extend(self._label(index, labels[index]) for index in self._written_along(also))
        return joined(parts)

    def _written_along(self, also: Sequence[int]) -> list[int]:
        """All where there are few, else four at even distances; of `also`, without neighbours that they would cover."""
        last = self.count - 1
        if self.count <= DAYS_WRITTEN:
            return list(range(self.count))
        even = {round(number * last / 3) for number in range(4)}
        kept = {one for one in even if one in (0, last) or all(abs(one - other) > last / 6 for other in also)}
        return sorted(kept | {one for one in also if last / 6 < one < last * 5 / 6})

    def _label(self, index: int, said: str) -> SafeString:
        y, said = self.height - 10, shortened(said, LETTERS)
        if self.count == 1:
            return text(self.x(index), y, said, anchor="middle")
        if index == 0:
            return text(LEFT, y, said)
        if index == self.count - 1:
            return text(self.right, y, said, anchor="end")
        return text(self.x(index), y, said, kind="chart__label chart__between", anchor="middle")


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of a chart's key: a sample as it is drawn, and its name."""

    sample: str  # "area", "line" or "bar": how it is drawn
    kind: str  # its class, which the drawing has, too
    name: str


def key(entries: Sequence[Named], y: float, kind: str = "chart__key") -> SafeString:
    """In one row, each with the same room."""
    room = WIDTH / len(entries)
    parts = []
    for index, entry in enumerate(entries):
        x = index * room
        parts.append(_sample(entry, x, y))
        parts.append(text(x + 42, y, shortened(entry.name, int((room - 48) / 12.2))))
    return format_html('<g class="{}">{}</g>', kind, joined(parts))


def _sample(entry: Named, x: float, y: float) -> SafeString:
    if entry.sample == "line":
        drawn = [line(x, y - 5, x + 34, y - 5, kind=f"chart__line {entry.kind}")]
        return joined([*drawn, marker(x + 17, y - 5, entry.kind)])
    return format_html('<rect class="{}" x="{}" y="{}" width="34" height="12"/>', entry.kind, place(x), place(y - 11))


def marker(x: float, y: float, kind: str, said: str = "") -> SafeString:
    """Round for the first series, square for the second, none for a line without points."""
    title = format_html("<title>{}</title>", said) if said else ""
    if kind == "chart__first":
        return format_html('<circle class="chart__mark {}" cx="{}" cy="{}" r="4">{}</circle>', kind, place(x), place(y), title)
    if kind == "chart__second":
        corner = (place(x - 4), place(y - 4))
        return format_html('<rect class="chart__mark {}" x="{}" y="{}" width="8" height="8">{}</rect>', kind, *corner, title)
    return SafeString("")
