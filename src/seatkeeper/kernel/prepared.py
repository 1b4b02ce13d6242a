"""A statement that is asked for each request of a site: prepared once a connection, and sent by libpq itself.

A cursor of psycopg's costs as much as the statement. What it does beside is not needed here: values are
texts, whose types the server knows; and of what comes back, few types occur.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

BOOL, INT8, INT2, INT4, TIMESTAMPTZ = 16, 20, 21, 23, 1184  # numbers of types, the same on every server

_names: "WeakKeyDictionary[psycopg.Connection[Any], dict[bytes, bytes]]" = WeakKeyDictionary()


def fetch_prepared(connection: "psycopg.Connection[Any]", sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows. `sql` has places as `%(name)s`; a list of texts is an array. Raises what psycopg raises."""
    numbered, names = _numbered(sql)
    values = [_as_text(parameters[name]).encode() for name in names]
    prepared = _names.setdefault(connection, {})
    if numbered not in prepared:
        name = b"seatkeeper_%d" % len(prepared)
        _checked(connection, connection.pgconn.prepare(name, numbered))
        prepared[numbered] = name
    result = _checked(connection, connection.pgconn.exec_prepared(prepared[numbered], values))
    loads = [_LOADS.get(result.ftype(column), _text) for column in range(result.nfields)]
    return [
        tuple(
            load(value) if (value := result.get_value(row, column)) is not None else None for column, load in enumerate(loads)
        )
        for row in range(result.ntuples)
    ]


@cache
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """With places as libpq has them, and which value belongs to each."""
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    return re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", sql).encode(), names


def _checked(connection: "psycopg.Connection[Any]", result: PGresult) -> PGresult:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise error_from_result(result, encoding=connection.info.encoding)
    return result


def _as_text(value: Any) -> str:
    """As PostgreSQL writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in value)
        return "{" + ",".join(f'"{text}"' for text in escaped) + "}"
    return str(value)


def _text(value: bytes) -> str:
    return value.decode()


_LOADS: dict[int, Callable[[bytes], Any]] = {
    BOOL: lambda value: value == b"t",
    INT8: int,
    INT2: int,
    INT4: int,
    TIMESTAMPTZ: lambda value: datetime.fromisoformat(value.decode()),
}
