"""Files of what each person did: a line with the sums of their days."""

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from django.db import connection

from seatkeeper.kernel import bulk
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.definitions import Definition
from seatkeeper.reports.people import lines_of, places
from seatkeeper.reports.rows import write_rows
from seatkeeper.reports.sources import STATEMENTS, of_content, period_of, source_of

PEOPLE_AT_ONCE = 5_000
HOURS = "hours"  # as `rows.hours` writes them
USED = ("COALESCE(used.days_active, 0)", HOURS, "COALESCE(used.views, 0)")
COMPLETIONS = "COALESCE(completed.completions, 0)"

Statement = tuple[str, dict[str, Any]]


def write_each(definition: Definition, lines: Callable[[Asked], Statement], asked: Asked, output: BinaryIO) -> int:
    """Raises FilterRefused."""
    if connection.vendor == "postgresql":
        return bulk.write_csv(*lines(asked), header=definition.headers, output=output)
    # What SQLite adds up for each person lies in its memory: so, not for everybody at once.
    write_rows(definition.headers, (), output)
    return sum(bulk.write_csv(*lines(part), output=output) for part in asked.parts(PEOPLE_AT_ONCE))


def lines_of_each(asked: Asked, cells: Sequence[str], joins: str = "", *, used: str = "", completed: str = "") -> Statement:
    """With these cells: SQL about `used` and `completed`, and what `joins` finds.

    `used` and `completed`: a column more of each. Raises FilterRefused.
    """
    text, values = ("", {}) if asked.is_of_everyone else asked.selection()
    source, among = source_of(asked), f"learner_id IN ({text})" if text else "TRUE"
    content = of_content(asked)
    days = STATEMENTS.compose("used_by_each", **content, among=among, days=source.days, more=used)
    firsts = STATEMENTS.compose("completed_by_each", **content, among=among, completions=source.completions, more=completed)
    joined = (
        f" LEFT JOIN ({days}) AS used ON used.learner_id = learner.id"
        f" LEFT JOIN ({firsts}) AS completed ON completed.learner_id = learner.id{joins}"
    )
    # Not that there is a row of theirs: SQLite would begin with those rows, and then sort everyone.
    where = "COALESCE(used.days_active, 0) > 0" if asked.lists_active_alone else ""
    written = [(_hours("used.seconds") if cell == HOURS else cell, False) for cell in cells]
    sql = lines_of(asked, written, joined, text=text, where=where)
    return sql, {**values, **source.values, **period_of(asked), **places(asked)}


def _hours(seconds: str) -> str:
    hundredths = f"((COALESCE({seconds}, 0) + 18) / 36)"
    if connection.vendor == "postgresql":
        return f"ROUND(TRUNC{hundredths} / 100, 2)"
    return f"printf('%%d.%%02d', {hundredths} / 100, {hundredths} %% 100)"
