"""Everyone out to a file: the product's way, and the database's own."""

import csv
import os
import time
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from benchmarks.work.product import organization
from seatkeeper.directory.models import Learner
from seatkeeper.licensing.queries import pools_of
from seatkeeper.uploads.export import export_learners, export_query
from seatkeeper.uploads.layout import SPELLINGS, fold_header

KEYS = {"email": "learner.email", "user_id": "learner.unique_user_id"}


def product() -> dict[str, float]:
    """As `seatkeeper export` does it."""
    home = organization()
    everyone = Learner.objects.filter(organization_id=home.id)
    pools = list(pools_of(home.id).values())
    with _target().open("wb") as output:
        begun = time.perf_counter()
        rows = export_learners(everyone, organization_id=home.id, pools=pools, groups=False, columns=None, output=output)
        return {"seconds": _synced(output, begun), "rows": rows}


def bare() -> dict[str, float]:
    """The same columns and joins without a thought: cursor to csv.writer, or COPY."""
    home = organization()
    pools = list(pools_of(home.id).values())
    everyone = Learner.objects.filter(organization_id=home.id)
    _, _, header = export_query(everyone, organization_id=home.id, pools=pools, groups=False, columns=None)
    cells = ", ".join(_cell(name) for name in header)
    query = (
        f"SELECT {cells} FROM directory_learner AS learner"  # noqa: S608  names from our own file
        " LEFT JOIN licensing_license AS license ON license.organization_id = learner.organization_id"
        f" AND license.learner_id = learner.id AND license.pool_id = {pools[0].id}"
        f" WHERE learner.organization_id = {home.id} ORDER BY learner.id"
    )
    begun = time.perf_counter()
    if connection.vendor == "postgresql":
        return _copied(query, begun)
    return _fetched(query, header, begun)


def _copied(query: str, begun: float) -> dict[str, float]:
    with _target().open("wb") as output, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
            for block in copy:
                output.write(block)
        return {"rows": cursor.rowcount, "seconds": _synced(output, begun)}


def _fetched(query: str, header: list[str], begun: float) -> dict[str, float]:
    with _target().open("w", newline="", encoding="utf-8") as output, connection.cursor() as cursor:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(cursor.connection.execute(query))  # the driver's own, no layer between
        seconds = _synced(output, begun)
    with _target().open("rb") as written:
        return {"rows": sum(1 for _ in written) - 1, "seconds": seconds}


def _cell(header: str) -> str:
    if header.endswith("_status") and "_license_" in header:
        return "CASE WHEN license.status > 0 THEN 'active' ELSE 'inactive' END"
    key = fold_header(header)
    if SPELLINGS.get(key) in KEYS:
        return KEYS[SPELLINGS[key]]
    return f"learner.attributes ->> '{key}'"


def _synced(output: BinaryIO | Any, begun: float) -> float:
    output.flush()
    os.fsync(output.fileno())
    return time.perf_counter() - begun


def _target() -> Path:
    return Path(settings.HOME) / "export.csv"
