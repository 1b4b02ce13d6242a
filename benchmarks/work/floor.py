"""The least that a database must do for a file: staged, one statement a table, written back.

On the product's own tables, indexes, settings and driver, in bare SQL: no checks, no plan,
no compare-and-set, no standing, no seats, no search index, no resuming.
"""

import csv
import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks.files import HEADER
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.statements import position_of

OPERATION = 1_000_000  # no operation of the product's has this number
COLUMNS = [f"c{number}" for number in range(len(HEADER))]
EMAIL, USER_ID, STATUS = (
    COLUMNS[HEADER.index(name)] for name in ("invited_email_address", "unique_user_id", "default_license_learning_status")
)
VALUES = [name for name in HEADER if name.startswith(("preferred_", "work_", "department_", "location", "attribute_"))]

LEDGER = """
INSERT INTO licensing_licensechange
       (organization_id, operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_status_at,
        from_was_active, to_status, to_operation_id, to_was_active)
SELECT learner.organization_id, %(operation)s, %(step)s + staging.line, %(pool)s, learner.id, %(was)s, 1, %(now)s,
       TRUE, %(becomes)s, %(operation)s, TRUE
  FROM staging
  JOIN directory_learner AS learner
    ON learner.organization_id = %(organization)s AND learner.email = staging.{email}
 WHERE staging.{status} = %(wish)s
"""
UNASSIGN = """
UPDATE licensing_license
   SET status = 0, operation_id = %(operation)s, status_at = %(now)s
  FROM staging
  JOIN directory_learner AS learner
    ON learner.organization_id = %(organization)s AND learner.email = staging.{email}
 WHERE staging.{status} = %(wish)s
   AND licensing_license.organization_id = learner.organization_id
   AND licensing_license.learner_id = learner.id AND licensing_license.pool_id = %(pool)s
"""
LEARNERS = """
INSERT INTO directory_learner (id, organization_id, email, unique_user_id, attributes)
SELECT %(first_id)s + line, %(organization)s, {email}, {user_id}, {json}({values})
  FROM staging
"""
STANDINGS = """
INSERT INTO directory_standing (learner_id, organization_id, status)
SELECT %(first_id)s + line, %(organization)s, 2 FROM staging
"""
LICENSES = """
INSERT INTO licensing_license (organization_id, learner_id, pool_id, status, operation_id, status_at, was_active)
SELECT %(organization)s, %(first_id)s + line, %(pool)s, 2, %(operation)s, %(now)s, TRUE FROM staging
"""


def leavers(*, file: str) -> dict[str, float]:
    """Half of the lines lose their license."""
    return _carry_out(Path(file), (UNASSIGN, LEDGER), step=2, wish="inactive", was=2, becomes=0)


def joiners(*, file: str) -> dict[str, float]:
    """Every line is a new person with a license."""
    return _carry_out(Path(file), (LEARNERS, STANDINGS, LICENSES, LEDGER), step=4, wish="active", was=0, becomes=2)


def _carry_out(file: Path, statements: tuple[str, ...], *, step: int, wish: str, was: int, becomes: int) -> dict[str, float]:
    pool = LicensePool.objects.get()
    parameters = {
        "organization": pool.organization_id,
        "pool": pool.id,
        "operation": OPERATION,
        "step": position_of(step, 0),
        "first_id": pool.organization_id << 40 | 1 << 39,
        "now": connection.ops.adapt_datetimefield_value(system_clock()),
        "wish": wish,
        "was": was,
        "becomes": becomes,
    }
    gc.disable()
    begun, processor = time.perf_counter(), time.process_time()
    with transaction.atomic():
        _stage(file)
    staged = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(_composed(statement), parameters)
    changed = time.perf_counter()
    _write_back(file, wish)
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "processor": time.process_time() - processor,
        "stage": staged - begun,
        "change": changed - staged,
        "write_back": seconds - (changed - begun),
    }


def _composed(statement: str) -> str:
    json = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    values = ", ".join(f"'{name}', {COLUMNS[HEADER.index(name)]}" for name in VALUES)
    return statement.format(email=EMAIL, user_id=USER_ID, status=STATUS, json=json, values=values)


def _stage(file: Path) -> None:
    columns = ", ".join(f"{column} text" for column in COLUMNS)
    with connection.cursor() as cursor, file.open(newline="", encoding="utf-8") as text:
        cursor.execute(f"CREATE TABLE staging ({columns}, line bigint PRIMARY KEY)".replace("bigint", _row_number()))
        _insert(cursor, _numbered(text))


def _row_number() -> str:
    return "integer" if connection.vendor == "sqlite" else "bigint"


def _numbered(text: Any) -> Iterator[list[Any]]:
    reader = csv.reader(text)
    next(reader)
    for line, cells in enumerate(reader, start=2):
        cells.append(line)  # type: ignore[arg-type]
        yield cells


def _insert(cursor: Any, rows: Iterator[list[Any]]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy("COPY staging FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        cursor.connection.executemany(f"INSERT INTO staging VALUES ({marks})", rows)  # noqa: S608


def _write_back(file: Path, wish: str) -> None:
    outcome = {"inactive": "unassigned", "active": "activated"}[wish]
    with (
        file.open(newline="", encoding="utf-8") as text,
        file.with_suffix(".floor").open("w", newline="", encoding="utf-8") as output,
    ):
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow([*HEADER, "line", "status"])
        for cells in _numbered(text):
            cells.append(outcome if cells[-2] == wish else "unchanged")
            writer.writerow(cells)
        output.flush()
        os.fsync(output.fileno())
