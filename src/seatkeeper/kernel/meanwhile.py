"""A statement that PostgreSQL carries out while this process does something else: there are two processors for the two.

By libpq itself, in one thread: threads that share an interpreter take more time for handing it over than they gain.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """An iterator whose next item can be made ready before it is asked for."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._ready: list[Item] = []

    def make_ready(self) -> None:
        if not self._ready:
            self._ready.extend(islice(self._items, 1))

    def __iter__(self) -> Iterator[Item]:
        self.make_ready()
        while self._ready:
            yield self._ready.pop()
            self.make_ready()


def execute_meanwhile(sql: str, parameters: Mapping[str, Any], work: Callable[[], None]) -> int:
    """Run a statement that writes, and meanwhile some of the `work` to come; the number of rows written.

    `work` must not touch the database. On SQLite it is not called: it would only keep others from writing for longer.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)
    return _on_server(sql, parameters, work).command_tuples or 0


def rows_meanwhile(sql: str, parameters: Mapping[str, Any], work: Callable[[], None]) -> list[tuple[Any, ...]]:
    """All rows of a query; `work` as above."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    result = _on_server(sql, parameters, work)
    loads = Transformer(connection.connection)
    loads.set_pgresult(result)
    return loads.load_rows(0, result.ntuples, tuple)


def _on_server(sql: str, parameters: Mapping[str, Any], work: Callable[[], None]) -> PGresult:
    connection.ensure_connection()
    server = connection.connection
    with connection.wrap_database_errors:
        server.pgconn.send_query(psycopg.ClientCursor(server).mogrify(sql, parameters).encode())
        while server.pgconn.flush():
            pass
        try:
            work()
        finally:  # whatever happened: the next statement finds the connection free
            results: list[PGresult] = []
            while result := server.pgconn.get_result():
                results.append(result)
        if server.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(server.pgconn.get_error_message())
        for result in results:
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise error_from_result(result, encoding=server.info.encoding)
        return results[0]
