"""Named statements: found by name, composed of our own text, run with values as parameters."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.db import connection

from seatkeeper.kernel import sql
from seatkeeper.kernel.profile_json import dump
from seatkeeper.kernel.sql import Statements, fits

ROOMS = ("seatkeeper.directory", "seatkeeper.licensing", "seatkeeper.uploads")
FILE = """\
-- add_thing --
-- What it does. Row count = things.
INSERT INTO thing (name, at) VALUES (%(name)s, %(at)s);

-- things --
SELECT name FROM thing WHERE {condition} ORDER BY name
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "room_of_tests" / "sql").mkdir(parents=True)
    (tmp_path / "room_of_tests" / "__init__.py").touch()
    (tmp_path / "room_of_tests" / "sql" / "things.sql").write_text(FILE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "room_of_tests"
    sql._statements_of.cache_clear()


def test_a_file_holds_statements_under_their_names(room: str) -> None:
    statements = Statements(room)
    assert statements.text("things").startswith("SELECT name")
    assert statements.text("add_thing").endswith("VALUES (%(name)s, %(at)s)")
    with pytest.raises(KeyError):
        statements.text("no_such_thing")


def test_a_word_in_braces_becomes_our_own_text(room: str) -> None:
    assert "WHERE name <> ''" in Statements(room).compose("things", condition="name <> ''")


@pytest.mark.django_db
def test_statements_are_run_with_values_as_parameters(room: str) -> None:
    statements = Statements(room)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing (name text, at text)")
    at = datetime(2026, 3, 4, tzinfo=UTC)
    assert statements.execute("add_thing", {"name": "b'); DROP TABLE thing; --", "at": at}) == 1
    assert statements.execute("add_thing", {"name": "a", "at": at}) == 1
    assert statements.rows("things", {}, condition="TRUE") == [("a",), ("b'); DROP TABLE thing; --",)]
    assert statements.row("things", {}, condition="TRUE") == ("a",)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE thing")


@pytest.mark.django_db
def test_the_same_moment_is_the_same_value_in_any_zone() -> None:
    moment = datetime(2026, 3, 4, 12, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=30)))
    statement = "SELECT COUNT(*) FROM (SELECT %(one)s AS at UNION SELECT %(other)s) AS moments"
    with connection.cursor() as cursor:
        cursor.execute(statement, sql.adapted({"one": moment, "other": elsewhere}))
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "patch", "expected"),
    [
        ({}, {}, True),
        ({"a": "1"}, {"a": "1"}, True),
        ({"a": "1", "b": "2"}, {"b": "2"}, True),
        ({"a": "1"}, {"a": "2"}, False),
        ({"a": "1"}, {"a": None}, False),
        ({}, {"a": None}, True),
        ({}, {"a": ""}, False),
    ],
)
def test_values_fit_a_patch_that_would_change_nothing(
    values: dict[str, str], patch: dict[str, str | None], expected: bool
) -> None:
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        condition = fits("sample.held", "sample.wanted")
        cursor.execute(
            f"SELECT {condition} FROM (SELECT %s{cast} AS held, %s AS wanted) AS sample",  # noqa: S608
            [dump(values), dump(patch)],
        )
        assert bool(cursor.fetchone()[0]) is expected


@pytest.mark.parametrize("room_name", ROOMS)
def test_every_statement_of_a_room_has_a_name_of_its_own(room_name: str) -> None:
    folder = Path(__file__).parents[2] / "src" / room_name.replace(".", "/") / "sql"
    names = [name for file in sorted(folder.glob("*.sql")) for name in sql.HEADING.findall(file.read_text("utf-8"))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "words", [r"\bILIKE\b", r"\bDISTINCT\s+ON\b", r"\bGREATEST\b", r"\bDELETE\s+FROM\s+\S+(\s+AS\s+\S+)?\s+USING\b"]
)
def test_statements_use_what_both_databases_know(words: str) -> None:
    source = Path(__file__).parents[2] / "src" / "seatkeeper"
    assert [file.name for file in source.glob("*/sql/*.sql") if re.search(words, file.read_text("utf-8"), re.IGNORECASE)] == []
