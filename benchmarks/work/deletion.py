"""Many people erased: by bare DELETEs, and by the product."""

import time
from typing import Any

from django.db import connection, transaction

from benchmarks.work.product import organization
from benchmarks.work.timing import calls_timed
from seatkeeper.directory.models import ErasedLearner, Learner
from seatkeeper.erasing.services import run
from seatkeeper.erasing.services.ask import ask
from seatkeeper.kernel.clock import system_clock

# What a person takes up beside the ledger and the search's own index.
TABLES = {
    "licensing_license": "learner_id",
    "directory_standing": "learner_id",
    "directory_searchentry": "learner_id",
    "directory_learner": "id",
}
PHASES = ("_end_licenses", "_erase_people", "_erase_from_files", "_erase_from_texts", "tidy")


def floor(*, people: int) -> dict[str, float]:
    """Their rows, in one transaction. No ledger, no seats, no search index of words, no files and texts looked through."""
    begun, processor = time.perf_counter(), time.process_time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE leavers (id bigint PRIMARY KEY)")
        cursor.execute("INSERT INTO leavers SELECT id FROM directory_learner ORDER BY id LIMIT %s", [people])
        for table, key in TABLES.items():
            cursor.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM leavers)")  # noqa: S608  names of our own
            assert cursor.rowcount == people, (table, cursor.rowcount)
    return {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}


def product(*, people: int) -> dict[str, Any]:
    """From the word of an admin to the end, with the seconds of each step."""
    home = organization()
    there = Learner.objects.count()
    last = Learner.objects.order_by("id").values_list("id", flat=True)[people - 1]
    chosen = Learner.objects.filter(organization_id=home.id, id__lte=last)
    begun, processor = time.perf_counter(), time.process_time()
    with calls_timed(*((run, phase) for phase in PHASES)) as phases:
        deletion = ask(
            chosen, organization_id=home.id, actor="bench", source="cli", typed=people, now=system_clock(), at_once=True
        )
        asked = time.perf_counter() - begun
        deletion = run.carry_out_deletion(deletion, clock=system_clock)
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    assert deletion.status == "done", deletion.status
    assert ErasedLearner.objects.count() == people
    assert Learner.objects.count() == there - people
    return {
        "seconds": seconds,
        "processor": processor,
        "ask": asked,
        **{name.lstrip("_"): taken for name, taken in phases.items()},
    }
