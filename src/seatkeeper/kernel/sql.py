"""Named SQL: statements live in `<room>/sql/*.sql` and are run by name.

A file holds statements, each under a line `-- name --`. `{word}` in a statement is
replaced by SQL text from our own code (never by a value); values are parameters.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from itertools import count
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from seatkeeper.kernel.meanwhile import execute_meanwhile, rows_meanwhile

PLACEHOLDER = re.compile(r"%[s%]")
HEADING = re.compile(r"^-- (\w+) --$", re.MULTILINE)

# `values` fits `patch` when applying the patch would change nothing. The cheap comparison
# comes first: a file with all columns, unchanged, is the common case.
# `patch_alone` is what a patch makes of no values; most take nothing away.
FRAGMENTS = {
    "sqlite": {
        "fits": "({patch} = {values} OR json_patch({values}, {patch}) = {values})",
        "patch_alone": "CASE WHEN {patch} IS NULL THEN '{}' WHEN instr({patch}, ':null') = 0 THEN {patch}"
        " ELSE json_patch('{}', {patch}) END",
    },
    "postgresql": {
        "fits": "({values} @> {patch}::jsonb OR json_patch({values}, {patch}) = {values})",
        "patch_alone": "jsonb_strip_nulls(COALESCE({patch}, '{}')::jsonb)",
    },
}


class Statements:
    """The named statements of one room: `Statements("seatkeeper.licensing")`."""

    def __init__(self, room: str) -> None:
        self.room = room

    def text(self, name: str) -> str:
        return _statements_of(self.room)[name]

    def execute(self, name: str, parameters: Mapping[str, Any], **fragments: str) -> int:
        """Run a statement that writes; the number of rows it wrote."""
        with connection.cursor() as cursor:
            self.run(cursor, name, parameters, **fragments)
            return int(cursor.rowcount)

    def execute_meanwhile(self, name: str, parameters: Mapping[str, Any], work: Callable[[], None], **fragments: str) -> int:
        """The same, and meanwhile some of the `work` to come, which touches no database (see there)."""
        return execute_meanwhile(self.compose(name, **fragments), adapted(parameters), work)

    def row(self, name: str, parameters: Mapping[str, Any], **fragments: str) -> tuple[Any, ...]:
        """The first row of a query, which always has one."""
        with connection.cursor() as cursor:
            self.run(cursor, name, parameters, **fragments)
            found: tuple[Any, ...] = cursor.fetchone()
            return found

    def rows(self, name: str, parameters: Mapping[str, Any], **fragments: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            self.run(cursor, name, parameters, **fragments)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def rows_meanwhile(
        self, name: str, parameters: Mapping[str, Any], work: Callable[[], None], **fragments: str
    ) -> list[tuple[Any, ...]]:
        """The same, and meanwhile some of the `work` to come, which touches no database (see there)."""
        return rows_meanwhile(self.compose(name, **fragments), adapted(parameters), work)

    def run(self, cursor: CursorWrapper, name: str, parameters: Mapping[str, Any], **fragments: str) -> None:
        cursor.execute(self.compose(name, **fragments), adapted(parameters))

    def compose(self, name: str, **fragments: str) -> str:
        sql = self.text(name)
        for word, text in fragments.items():
            sql = sql.replace("{" + word + "}", text)
        return sql


def fits(values: str, patch: str) -> str:
    """SQL that is true where applying `patch` to `values` would change nothing."""
    return FRAGMENTS[connection.vendor]["fits"].replace("{values}", values).replace("{patch}", patch)


def patch_alone(patch: str) -> str:
    """SQL for the values of somebody of whom only a `patch` (JSON text, or null) is known."""
    return FRAGMENTS[connection.vendor]["patch_alone"].replace("{patch}", patch)


def embedded(queryset: QuerySet[Any], prefix: str) -> tuple[str, dict[str, Any]]:
    """A queryset as SQL text to stand in a named statement, and its values under names beginning with `prefix`."""
    sql, values = queryset.query.sql_with_params()
    names = (f"%({prefix}{number})s" for number in count())
    named = PLACEHOLDER.sub(lambda found: next(names) if found[0] == "%s" else found[0], sql)
    return named, {f"{prefix}{number}": value for number, value in enumerate(values)}


def adapted(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the driver of this database takes them."""
    return {name: _adapted(value) for name, value in parameters.items()}


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


@cache
def _statements_of(room: str) -> dict[str, str]:
    return dict(_parse(room))


def _parse(room: str) -> Iterator[tuple[str, str]]:
    for file in sorted(resources.files(room).joinpath("sql").iterdir(), key=lambda entry: entry.name):
        parts = HEADING.split(file.read_text("utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            yield name, text.strip().rstrip(";")
