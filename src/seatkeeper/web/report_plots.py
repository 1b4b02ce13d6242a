"""Plots of reports: drawn, and as the table that stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from seatkeeper.reports.answers import OverTime, Plot, Ranking, SeatsPlot
from seatkeeper.reports.definitions import Definition, Kind, Meaning
from seatkeeper.web.charts.drawing import Words
from seatkeeper.web.charts.over_time import OverTime as OverTimeChart
from seatkeeper.web.charts.over_time import Series, over_time
from seatkeeper.web.charts.ranking import Ranking as RankingChart
from seatkeeper.web.charts.ranking import ranking
from seatkeeper.web.charts.seats import SeatsOverTime, seats_over_time
from seatkeeper.web.numbers import number
from seatkeeper.web.report_words import written

SECONDS_AN_HOUR = 3_600
MOST_BARS = 400  # a year of days; of more, each would be thinner than can be seen
LINES = 60  # of the table beside a plot of days


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot, and its table: the cells of a row each with their heading."""

    svg: SafeString
    headings: Sequence[str]
    rows: Sequence[Sequence[tuple[str, str]]]


def drawn(definition: Definition, plot: Plot | None) -> Drawn | None:
    match plot:
        case Ranking():
            return _ranking(definition, plot)
        case OverTime():
            return _over_time(definition, plot)
        case SeatsPlot():
            return _seats(definition, plot)
    return None


def _ranking(definition: Definition, plot: Ranking) -> Drawn:
    measure = _meaning(definition, plot.measure)
    words = _words(definition, str(measure.label), _("The largest first. The table below has the numbers."))
    rows = [(name, _value(measure, value)) for name, value in plot.rows]
    headings = (str(definition.columns[0].label) if definition.columns[0].kind == Kind.TEXT else _("License"), words.unit)
    return Drawn(
        ranking(RankingChart(words, rows)),
        headings,
        _table(headings, [(name, written(measure.kind, value)) for name, value in plot.rows]),
    )


def _over_time(definition: Definition, plot: OverTime) -> Drawn:
    measures = [_meaning(definition, key) for key in plot.measures]
    names = [str(measure.label) for measure in measures]
    description = _("From %(first)s to %(last)s. The table below has the numbers.")
    words = _words(definition, names[0], description % {"first": _day(plot.starts[0]), "last": _day(plot.starts[-1])})
    series = [Series(str(one.label), [_value(one, value) for value in plot.measures[one.key]]) for one in measures]
    headings = (_("From"), *names)
    rows = [
        (_day(start), *(written(one.kind, plot.measures[one.key][place]) for one in measures))
        for place, start in enumerate(plot.starts)
    ]
    labels = [_day(start) for start in plot.starts]
    chart = OverTimeChart(words, labels, series, bars=len(labels) <= MOST_BARS)
    return Drawn(over_time(chart), headings, _table(headings, rows))


def _seats(definition: Definition, plot: SeatsPlot) -> Drawn:
    taken, seats = (str(_meaning(definition, key).label) for key in ("taken", "seats"))
    description = _("Area: seats taken at the end of each day, %(taken)s at last. Line: all seats, %(seats)s at last.")
    said = description % {"taken": number(plot.taken[-1]), "seats": number(plot.seats[len(plot.taken) - 1])}
    labels = [_day(day) for day in plot.days]
    runs_out = plot.days.index(plot.runs_out_on) if plot.runs_out_on else None
    chart = SeatsOverTime(_words(definition, seats, said), labels, plot.seats, plot.taken, plot.forecast, runs_out)
    headings = (_("Day"), taken, seats)
    values = [*map(number, plot.taken), *(_("%(n)s expected") % {"n": number(round(one))} for one in plot.forecast)]
    rows = list(zip(labels, values, map(number, plot.seats), strict=True))
    every = -(-len(rows) // LINES)
    return Drawn(seats_over_time(chart), headings, _table(headings, rows[::-every]))


def _meaning(definition: Definition, key: str) -> Meaning:
    return next(one for one in (*definition.columns, *definition.figures) if one.key == key)


def _words(definition: Definition, unit: str, description: str) -> Words:
    return Words(f"report-{definition.key}", str(definition.title), description, unit)


def _value(measure: Meaning, value: float) -> float:
    return value / SECONDS_AN_HOUR if measure.kind == Kind.HOURS else value


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[tuple[str, str]]]:
    return [list(zip(headings, row, strict=True)) for row in rows]
