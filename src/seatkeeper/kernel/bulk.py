"""Many rows in and out, the quick way of each database behind one interface."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from seatkeeper.kernel.sql import adapted

Row = TypeVar("Row", bound=Model)

ROWS_AT_A_TIME = 1_000
ROWS_PER_FETCH = 5_000
STATISTICS_TARGET = 20  # reads 300 times as many rows


def temporary_table(name: str, columns: str) -> None:
    """An empty table that only this connection sees. To be used within one transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS")
        else:
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns})")
        cursor.execute(f"DELETE FROM {name}")  # noqa: S608  a name from our own code


def listed(values: Sequence[int] | Sequence[str], mark: str) -> tuple[str, Any]:
    """SQL that selects these, of one type, as `id`, and the value that `mark` in it stands for."""
    if connection.vendor == "postgresql":
        type_name = "text" if values and isinstance(values[0], str) else "bigint"
        return f"SELECT unnest({mark}::{type_name}[]) AS id", list(values)
    return f"SELECT value AS id FROM json_each({mark})", json.dumps(list(values))  # noqa: S608  a mark from our own code


def is_one_of(column: str, ids: Sequence[int], mark: str) -> tuple[str, Any]:
    """SQL that is true where a column is one of these, and the value that `mark` in it stands for."""
    if connection.vendor == "postgresql":  # reads the table in its own order
        return f"{column} = ANY({mark}::bigint[])", list(ids)
    sql, value = listed(ids, mark)
    return f"{column} IN ({sql})", value


def id_chunks(rows: QuerySet[Any], size: int) -> Iterator[list[int]]:
    """The ids of rows in order, so many at a time; each chunk may be followed by transactions of its own.

    PostgreSQL finds them once and keeps them on the server's disk. SQLite looks anew for each chunk, from the id
    where the last one ended: a walk left open would keep it from writing after others have.
    """
    ids = rows.order_by("id").values_list("id", flat=True)
    chunk = list(ids[:size])
    if len(chunk) == size and connection.vendor == "postgresql":
        yield chunk
        rest = ids.filter(id__gt=chunk[-1]).iterator(chunk_size=size)
        while chunk := list(islice(rest, size)):
            yield chunk
        return
    while chunk:
        yield chunk
        chunk = list(ids.filter(id__gt=chunk[-1])[:size]) if len(chunk) == size else []


def in_order_of(key: str, rows: QuerySet[Row]) -> Iterator[Row]:
    """All rows by a key that no two share; a statement and the memory for a thousand at a time."""
    ordered = rows.order_by(key)
    some = list(ordered[:ROWS_AT_A_TIME])
    while some:
        yield from some
        some = list(ordered.filter(**{f"{key}__gt": getattr(some[-1], key)})[:ROWS_AT_A_TIME])


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values (text, integers, None) by COPY or one prepared statement."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                write = copy.write_row
                for row in rows:
                    write(row)
        else:
            marks = ", ".join("?" * len(columns))
            # The driver's own cursor: Django's rewrites and logs the statement for every call.
            with connection.wrap_database_errors:
                cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def prefer_index_lookups() -> None:
    """For this transaction, join a chunk to large tables row by row through their indexes.

    PostgreSQL's planner, which does not know how many rows a chunk has, would read the
    whole table for each chunk to build a hash: time would grow with the square of a file.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
                " set_config('enable_memoize', 'off', true),"
                " set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
            )


def commit_without_waiting() -> None:
    """For this transaction, don't wait at its end until the disk has it (PostgreSQL; SQLite in WAL mode never does).

    For steps that a resumed run does again: a server that crashes loses the last of them, rows
    and cursor together. A later commit that does wait makes all earlier ones safe, too.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")


def refresh_statistics(*tables: str) -> None:
    """After many rows changed: let the planner know. (SQLite plans by the indexes alone.)

    A small sample: what counts is how many rows there are. The server looks closer by itself, later.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL default_statistics_target = {STATISTICS_TARGET}")
            cursor.execute(f"ANALYZE {', '.join(tables)}")
            cursor.execute("SET LOCAL default_statistics_target = DEFAULT")


def overwrite_deleted(tables: Sequence[str]) -> None:
    """After rows were deleted that nobody must find again, in no file either. To be called outside of a transaction.

    SQLite overwrites what is deleted at once (`secure_delete`); what is still in the log beside the file goes
    into it, unless a reader needs it: then with one of the next times.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {', '.join(tables)}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def write_csv(
    sql: str,
    parameters: Mapping[str, Any],
    *,
    header: Sequence[str] = (),
    output: BinaryIO,
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write a query's rows as CSV (UTF-8, comma, LF) as a stream, under a header if there is one; the number of rows."""
    write = _copy_csv if connection.vendor == "postgresql" else _fetch_csv
    return write(sql, parameters, header, output, progress)


def _copy_csv(
    sql: str, parameters: Mapping[str, Any], header: Sequence[str], output: BinaryIO, progress: Callable[[int], None]
) -> int:
    output.write(_csv_line(header) if header else b"")
    with connection.cursor() as cursor:
        statement = cursor.mogrify(sql, adapted(parameters))
        with connection.wrap_database_errors, cursor.copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)") as copy:
            output.writelines(copy)
        return int(cursor.rowcount)


def _fetch_csv(
    sql: str, parameters: Mapping[str, Any], header: Sequence[str], output: BinaryIO, progress: Callable[[int], None]
) -> int:
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=False)
    try:
        lines = _Lines()
        writer = csv.writer(lines, lineterminator="\r\n")
        if header:
            writer.writerow(header)
        count = 0
        with connection.cursor() as cursor:
            cursor.execute(sql, adapted(parameters))
            while rows := cursor.fetchmany(ROWS_PER_FETCH):
                writer.writerows(rows)
                text.writelines(lines.taken())
                count += len(rows)
                progress(count)
        text.writelines(lines.taken())
        return count
    finally:
        text.flush()
        text.detach()


class _Lines:
    """Lines as csv.writer writes them, ended by LF instead of CR LF.

    The writer itself is told CR LF, else it would leave a lone CR in a cell unquoted
    (Python before 3.13), and readers would take it for the end of a line.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line[:-2] + "\n")

    def taken(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
