"""A statement that libpq sends itself gives what a cursor gives."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection

from seatkeeper.kernel.prepared import fetch_prepared

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 3, 4, 14, 2, 5, 123456, tzinfo=UTC)
HARD = ['a"b', "c\\d", "{e,f}", "", "NULL", "é 田中", "'"]
TYPED = """
SELECT %(text)s::text, %(number)s::bigint, %(number)s::bigint > 6, %(at)s::timestamptz, NULL::bigint, %(text)s::varchar,
       2::smallint, 3::integer
"""


def fetched(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    return fetch_prepared(connection.connection, sql, parameters)


def test_values_come_back_as_they_went() -> None:
    row = ("x'\"\\y", 7, True, NOW, None, "x'\"\\y", 2, 3)

    assert fetched(TYPED, text="x'\"\\y", number=7, at=NOW) == [row]
    assert fetched(TYPED, text="", number=5, at=NOW)[0][:3] == ("", 5, False)
    assert fetched("SELECT unnest(%(texts)s::text[])", texts=HARD) == [(text,) for text in HARD]
    assert fetched("SELECT 1 WHERE %(text)s::text = 'no'", text="yes") == []


def test_it_is_prepared_once() -> None:
    for number in range(3):
        fetched("SELECT 'once', %(number)s::bigint", number=number)

    prepared = fetched("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'seatkeeper%' AND statement LIKE '%once%'")
    assert len(prepared) == 2  # this one, too


def test_what_the_server_refuses_is_raised_and_the_connection_goes_on() -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn):
        fetched("SELECT nothing_of_this_name")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        fetched("SELECT %(number)s::bigint", number="seven")

    assert fetched("SELECT %(number)s::bigint", number=7) == [(7,)]
