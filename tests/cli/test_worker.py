"""The worker as a process."""

import signal
import time

from tests.conftest import Seatkeeper
from tests.promises.interrupted import Sql

START_SECONDS = 30


def wait_for(run_sql: Sql, statement: str, wanted: int, seconds: float = START_SECONDS) -> None:
    """Until a count is as wanted."""
    deadline = time.monotonic() + seconds
    while run_sql(statement) != [(wanted,)]:
        assert time.monotonic() < deadline, run_sql(statement)
        time.sleep(0.05)


def test_a_worker_works_until_it_is_told_to_end(seatkeeper: Seatkeeper, run_sql: Sql) -> None:
    seatkeeper("init", "--organization", "Acme")
    worker = seatkeeper.start("worker")
    wait_for(run_sql, "SELECT COUNT(*) FROM background_worker", 1)

    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=START_SECONDS)

    assert worker.returncode == 0
    assert said.decode() == "The worker runs · stop it with Ctrl+C\n"
    assert run_sql("SELECT COUNT(*) FROM background_worker") == [(0,)]
