"""Charts: they begin at zero, hold whatever they are given, and are safe text."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

import pytest

from seatkeeper.web.charts.drawing import WIDTH, Words, scale_to
from seatkeeper.web.charts.over_time import OverTime, Series, over_time
from seatkeeper.web.charts.ranking import Ranking, ranking
from seatkeeper.web.charts.seats import SeatsOverTime, seats_over_time

WORDS = Words(key="hours", title="Hours viewed", description="Two lines.", unit="Hours")
Draw = Callable[[Sequence[str], Sequence[float]], str]


def lines(labels: Sequence[str], values: Sequence[float]) -> str:
    return over_time(OverTime(WORDS, labels, [Series("Viewed", values), Series("Completed", [0] * len(values))]))


def one_line(labels: Sequence[str], values: Sequence[float]) -> str:
    return over_time(OverTime(WORDS, labels, [Series("Viewed", values)]))


def bars(labels: Sequence[str], values: Sequence[float]) -> str:
    return over_time(OverTime(WORDS, labels, [Series("Viewed", values), Series("Completed", values)], bars=True))


def ranked(labels: Sequence[str], values: Sequence[float]) -> str:
    return ranking(Ranking(WORDS, list(zip(labels, values, strict=True))))


def seats(labels: Sequence[str], values: Sequence[float]) -> str:
    whole = [round(value) for value in values]
    return seats_over_time(SeatsOverTime(WORDS, labels, seats=whole, taken=whole))


def forecast(labels: Sequence[str], values: Sequence[float]) -> str:
    """The last day that was is the first one."""
    whole = [round(value) for value in values]
    last = len(values) - 1
    return seats_over_time(SeatsOverTime(WORDS, labels, whole, whole[:1], values[1:], runs_out=last))


ALL: tuple[Draw, ...] = (lines, one_line, bars, ranked, seats, forecast)
VALUES: dict[str, Sequence[float]] = {
    "some": [3, 0, 7.5, 12],
    "only zeros": [0, 0, 0],
    "one": [5],
    "one zero": [0],
    "equal": [4, 4, 4, 4, 4],
    "parts": [0.01, 0.02, 0.015],
    "negative": [-3, 5, -1],
    "many": [index % 37 for index in range(400)],
    "large": [0, 1_000_001, 123_456_789],
}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("draw", ALL)
def test_what_is_drawn_stays_in_the_picture_and_above_a_zero_line(draw: Draw, values: Sequence[float]) -> None:
    drawn = parsed(draw([f"Day {index}" for index in range(len(values))], values))
    height = float(drawn.attrib["viewBox"].split()[-1])
    zero = drawn.find("line[@class='chart__grid chart__zero']")
    assert zero is not None
    bottom = max(float(zero.attrib["y1"]), float(zero.attrib["y2"]))
    for x, y in places_of(drawn):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= (bottom if draw is not ranked else height)
    assert all(float(one.attrib["height"]) >= 0 for one in drawn.iter("rect"))


@pytest.mark.parametrize("draw", ALL)
def test_labels_are_text_shortened_and_whole_where_somebody_points(draw: Draw) -> None:
    label = "<script>alert(1)</script> & " + "a very long name " * 20
    svg = draw([label, label], [1, 2])
    assert "<script" not in svg
    assert all(len(one.text or "") <= 60 for one in parsed(svg).iter("text"))
    if draw not in (seats, forecast):
        assert any(label in (one.text or "") for one in parsed(svg).iter("title"))


@pytest.mark.parametrize("draw", ALL)
def test_a_chart_names_itself_without_a_style_of_its_own(draw: Draw) -> None:
    svg = draw(["Monday", "Tuesday"], [1, 2])
    drawn = parsed(svg)
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-labelledby"] == "hours-title hours-desc"
    assert [drawn.findtext("title"), drawn.findtext("desc")] == ["Hours viewed", "Two lines."]
    assert "Hours" in texts(drawn)
    assert not {"style", "fill", "stroke"} & {name for one in drawn.iter() for name in one.attrib}


def test_two_series_are_told_apart_without_colour() -> None:
    drawn = parsed(lines(["Monday", "Tuesday"], [1, 2]))
    assert {"circle", "rect"} <= {one.tag for one in drawn.iter() if "chart__mark" in one.attrib.get("class", "")}
    assert texts(drawn).count("Viewed") == texts(drawn).count("Completed") == 2  # at the end of its line, and in the key
    names = [float(one.attrib["y"]) for one in drawn.iter("text") if "chart__name" in one.attrib["class"]]
    assert abs(names[0] - names[1]) >= 14


def test_a_value_that_is_not_zero_is_seen() -> None:
    drawn = parsed(bars(["Monday", "Tuesday", "Wednesday"], [1_000_000, 1, 0]))
    heights = [float(one.attrib["height"]) for one in drawn.iter("rect") if one.find("title") is not None]
    assert heights[1] == 1
    assert heights[2] == 0


def test_the_day_on_which_seats_run_out_is_marked() -> None:
    chart = SeatsOverTime(WORDS, ["1 Mar", "2 Mar", "3 Mar"], [10, 10, 10], [8], [9, 10], runs_out=2)
    drawn = parsed(seats_over_time(chart))
    assert "No free seat: 3 Mar" in texts(drawn)
    assert len([one for one in drawn.iter("polyline") if "chart__forecast" in one.attrib["class"]]) == 1
    assert "Forecast" in texts(drawn)
    assert "Forecast" not in texts(parsed(seats(["1 Mar", "2 Mar"], [1, 2])))


@pytest.mark.parametrize(
    ("values", "top", "step"),
    [
        ([0], 1, 1),
        ([1], 1, 1),
        ([3], 3, 1),
        ([4], 4, 1),
        ([9], 10, 5),
        ([0.3], 0.3, 0.1),
        ([1000], 1000, 500),
        ([1_000_001], 1_500_000, 500_000),
    ],
)
def test_the_scale_has_few_round_steps(values: list[float], top: float, step: float) -> None:
    scale = scale_to(values)
    assert (round(scale.top, 6), round(scale.step, 6)) == (top, step)
    assert scale.ticks()[0] == 0
    assert round(scale.ticks()[-1], 6) == top


def test_large_values_are_written_short_and_the_unit_says_so() -> None:
    drawn = parsed(seats(["1 Mar", "2 Mar"], [0, 1_000_001]))
    assert {"Hours, thousands", "1,500"} <= set(texts(drawn))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  our own


def texts(drawn: ET.Element) -> list[str]:
    return [one.text or "" for one in drawn.iter("text")]


def places_of(drawn: ET.Element) -> list[tuple[float, float]]:
    """Corners of all that is drawn from values."""
    found = []
    for one in drawn.iter():
        if "points" in one.attrib:
            found += [tuple(map(float, pair.split(","))) for pair in one.attrib["points"].split()]
        elif "chart__bar" in one.attrib.get("class", ""):
            x, y, width, height = (float(one.attrib[name]) for name in ("x", "y", "width", "height"))
            found += [(x, y), (x + width, y + height)]
    return found  # type: ignore[return-value]
