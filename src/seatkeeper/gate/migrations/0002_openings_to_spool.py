"""Openings become facts of usage: what is in their table goes into files of the spool, which a worker loads.

One way. Run again, it writes the same files, and what was loaded from them before counts no second time. Whoever was
erased is in no file: what they did is in the facts.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import migrations

from seatkeeper.gate.spool import SUFFIX, folder

LINES_A_FILE = 100_000
LONG_AGO = "20000101T0000"  # so that no file is one of a minute that servers write to
ROWS_AT_ONCE = 2_000


def write_files(apps: Any, schema_editor: Any) -> None:
    lines = _lines(apps.get_model("gate", "Opening").objects)
    number = 0
    while some := list(islice(lines, LINES_A_FILE)):
        _write(folder() / f"{LONG_AGO}-carried-{number}{SUFFIX}", some)
        number += 1


def _lines(openings: Any) -> Iterator[str]:
    columns = ("organization_id", "learner_id", "content_id", "first_at", "last_at")
    for home, learner, content, first_at, last_at in openings.values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE):
        for seconds in sorted({int(first_at.timestamp()), int(last_at.timestamp())}):
            yield f"{home},{learner},{content},{seconds}\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    """Whole or not at all, and on the disk: the table goes after this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_suffix(".begun")
    with begun.open("w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    begun.chmod(0o600)
    begun.replace(path)


class Migration(migrations.Migration):
    dependencies = [("gate", "0001_tables")]

    operations = [migrations.RunPython(write_files, migrations.RunPython.noop)]
