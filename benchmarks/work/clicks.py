"""One learner at a time, as a click or `seatkeeper unassign --email` does it."""

import time
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import percentiles
from benchmarks.files import email
from benchmarks.work.product import organization
from seatkeeper.directory.selections import Selection
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.errors import SeatkeeperError
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.acts import plan_unassign
from seatkeeper.licensing.services.operations import Act, apply_operation

PAUSE_SECONDS = 0.05
BOUNDARIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def count_statements() -> dict[str, Any]:
    """How many statements one unassignment takes, beginnings and ends of transactions aside."""
    home = organization()
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as captured:
        done = unassign(home.id, email(0))
    assert done.counts["unassigned"] == 1
    statements = [query["sql"] for query in captured.captured_queries]
    written = [sql for sql in statements if not sql.startswith(BOUNDARIES)]
    return {
        "statements": len(written),
        "boundaries": len(statements) - len(written),
        "sql": [sql[:80] for sql in written],
    }


def click_until(*, stop: str, people: int) -> dict[str, float]:
    """Unassign one of those whom the file leaves alone, every 50 ms, until the file `stop` is there."""
    home = organization()
    waits: list[float] = []
    failed = 0
    while not Path(stop).exists():
        begun = time.perf_counter()
        try:
            unassign(home.id, email(len(waits) * 2 % people))
        except (DatabaseError, SeatkeeperError):
            failed += 1
        waits.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_SECONDS)
    return {"clicks": len(waits), "failed": failed, **percentiles(waits)}


def unassign(organization_id: int, address: str) -> Operation:
    now = system_clock()
    people = Selection(emails=(address,)).learners(organization_id, today=now.date())
    act = Act(organization_id, "unassign", "page", "bench")
    operation = plan_unassign(people, pool=None, act=act, clock=system_clock)
    return apply_operation(operation, clock=system_clock, actor="bench", release_brake=True)
