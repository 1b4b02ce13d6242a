"""Work beside a statement: the statement is done, and whatever fails, the connection can be used again."""

import contextlib
import os
import socket
from collections.abc import Callable
from itertools import count, islice
from typing import Any

import psycopg
import pytest
from django.db import DataError, OperationalError, connection, transaction

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.meanwhile import Ahead, execute_meanwhile, rows_meanwhile
from tests import factories

pytestmark = pytest.mark.django_db
RENAME = "UPDATE directory_organization SET name = %(name)s WHERE id = %(id)s"


@pytest.fixture
def acme() -> Organization:
    return factories.organization("Acme")


def rename(acme: Organization, work: Callable[[], Any]) -> int:
    return execute_meanwhile(RENAME, {"name": "50 %", "id": acme.id}, work)


def worked() -> list[int]:
    """SQLite has one processor's worth to do either way, and others wait for it."""
    return [1] if connection.vendor == "postgresql" else []


def test_the_statement_is_done_and_work_beside_it(acme: Organization) -> None:
    done: list[int] = []

    written = rename(acme, lambda: done.append(1))

    assert (written, done) == (1, worked())
    acme.refresh_from_db()
    assert acme.name == "50 %"


def test_rows_come_as_the_cursor_of_the_database_gives_them(acme: Organization) -> None:
    done: list[int] = []
    query = "SELECT id, name, CAST(NULL AS text), 2.5 FROM directory_organization WHERE slug = %(slug)s ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(query, {"slug": acme.slug})
        expected = cursor.fetchall()

    assert rows_meanwhile(query, {"slug": acme.slug}, lambda: done.append(1)) == expected == [(acme.id, "Acme", None, 2.5)]
    assert rows_meanwhile(query, {"slug": "nobody"}, lambda: done.append(1)) == []
    assert done == worked() * 2


def test_work_that_fails_leaves_the_connection_usable(acme: Organization) -> None:
    def fail() -> None:
        raise EOFError

    with contextlib.suppress(EOFError), transaction.atomic():
        rename(acme, fail)

    acme.refresh_from_db()
    assert acme.name == ("Acme" if worked() else "50 %")


def test_a_statement_that_fails_says_why_when_the_work_is_done(acme: Organization) -> None:
    done: list[int] = []
    malformed = "UPDATE directory_organization SET name = json_patch('{', '{}') WHERE id = %(id)s"

    with pytest.raises((DataError, OperationalError), match=r"(?i)json"), transaction.atomic():
        execute_meanwhile(malformed, {"id": acme.id}, lambda: done.append(1))

    assert done == worked()
    acme.refresh_from_db()
    assert acme.name == "Acme"


def terminate() -> None:
    options = connection.get_connection_params()
    kept = {name: options[name] for name in ("host", "port", "user", "password", "dbname") if options.get(name)}
    with psycopg.connect(**kept) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


def cut_off() -> None:
    with socket.socket(fileno=os.dup(connection.connection.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [terminate, cut_off])
def test_a_server_that_goes_away_in_the_middle_is_out_of_reach(end: Callable[[], None]) -> None:
    try:
        with pytest.raises(OperationalError):
            rows_meanwhile("SELECT pg_sleep(20)", {}, end)
    finally:
        connection.close()


def test_what_was_made_ready_comes_in_its_turn_and_once() -> None:
    ahead = Ahead(islice(count(), 5))
    found = []
    for number in ahead:
        found.append(number)
        if number % 2:
            ahead.make_ready()
            ahead.make_ready()

    assert found == [0, 1, 2, 3, 4]
