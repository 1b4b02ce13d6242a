"""Plots of reports: drawn, and as the table that stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
MONTHS = gettext_lazy("A line for each month: the least, the mean and the most of the days, or weeks, that begin in it.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plot, and its table: the cells of a row each with their heading.

    `note`: what its lines are where they are not those of the plot.
    """

    svg: SafeString
    headings: Sequence[str]
    rows: Sequence[Sequence[tuple[str, str]]]
    note: str = ""


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
    labels = [_day(start) for start in plot.starts]
    is_long = len(labels) > MOST_BARS
    said = (
        _("From %(first)s to %(last)s. The table below has a line for each month.")
        if is_long
        else _("From %(first)s to %(last)s. The table below has the numbers.")
    )
    words = _words(definition, str(measures[0].label), said % {"first": labels[0], "last": labels[-1]})
    series = [Series(str(one.label), [_value(one, value) for value in plot.measures[one.key]]) for one in measures]
    chart = over_time(OverTimeChart(words, labels, series, bars=not is_long))
    if is_long:
        headings, rows = _months(plot, measures)
        return Drawn(chart, headings, _table(headings, rows), note=str(MONTHS))
    headings = (_("From"), *(str(one.label) for one in measures))
    columns = [[written(one.kind, value) for value in plot.measures[one.key]] for one in measures]
    return Drawn(chart, headings, _table(headings, list(zip(labels, *columns, strict=True))))


def _months(plot: OverTime, measures: Sequence[Meaning]) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """Not added up: who learned on two days of a month would count twice."""
    spread = (_("Least"), _("Mean"), _("Most"))
    if len(measures) > 1:
        spread = (_("%(measure)s, least"), _("%(measure)s, mean"), _("%(measure)s, most"))
    headings = [_("Month"), *(name % {"measure": one.label} for one in measures for name in spread)]
    months: dict[date, list[int]] = {}
    for place, start in enumerate(plot.starts):
        months.setdefault(start.replace(day=1), []).append(place)
    rows = []
    for month, places in months.items():
        spreads = (_spread(one, [plot.measures[one.key][place] for place in places]) for one in measures)
        rows.append((date_format(month, "YEAR_MONTH_FORMAT"), *chain.from_iterable(spreads)))
    return headings, rows


def _spread(measure: Meaning, values: Sequence[float]) -> tuple[str, str, str]:
    mean, kind = sum(values) / len(values), measure.kind
    between = written(kind, round(mean)) if kind == Kind.HOURS else written(Kind.RATE, mean)
    return written(kind, min(values)), between, written(kind, max(values))


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
    note = _("A line for every %(n)s days. Shown by day, the table below and the file have each.") % {"n": every}
    return Drawn(seats_over_time(chart), headings, _table(headings, rows[::-every]), note if every > 1 else "")


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
