"""Promise 3, for what runs in the background: `kill -9` of a worker in the middle of it.

One kill in each phase here; more of them, and of larger files, with SEATKEEPER_TEST_SOAK=200000:5.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_worker import wait_for
from tests.conftest import Seatkeeper
from tests.promises import interrupted
from tests.promises.homes import KILLS, LINES, ROWS_PER_CHUNK, Origin, sql_of
from tests.promises.interrupted import Sql

TAKEN_UP_SECONDS = 30  # promised
END_SECONDS = 90
LEASE_SECONDS = 20
SILENT_SECONDS = 10

# In a process of its own, on the test's database: what the pages do when they take many people in hand, and a file.
HAND_IN = """
import django
django.setup()
from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.models import Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Books
from seatkeeper.licensing.services.choices import Choice, foresee
from seatkeeper.licensing.services.hand_over import how_of_choice, leave_act
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.services.receive import Choices, receive_file
organization, now = Organization.objects.get(), system_clock()
Books.objects.update(brake_percent=100, brake_at_least=1_000_000)

chosen, reach, choice = Chosen(is_all=True), Reach(organization.id), Choice(is_none=True)
shown = foresee(chosen.learners(reach, today=now.date()), choice=choice, organization_id=organization.id)
how = how_of_choice(choice, chosen.as_json(reach, today=now.date()), shown=shown)
leave_act(Act(organization.id, "unassign", "page", "kim"), how, now=now, release_brake=True)

with open({file!r}, "rb") as source:
    receive_file(source, name="changes.csv", act=Act(organization.id, "import", "csv", "kim"), choices=Choices(),
                 now=system_clock(), for_worker=True)
"""
# A small file, beside them.
HAND_IN_SMALL = """
import django
django.setup()
import io
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.services.receive import Choices, receive_file
act = Act(Organization.objects.get().id, "import", "csv", "kim")
receive_file(io.BytesIO(b"email\\nsmall@corp.example\\n"), name="small.csv", act=act, choices=Choices(),
             now=system_clock(), for_worker=True)
"""
# As if a worker elsewhere had taken the act, and had last been heard of a while ago.
GONE = """
import django
django.setup()
from datetime import timedelta
from seatkeeper.background.models import BackgroundTask
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation
heard_at = system_clock() - timedelta(seconds={silent})
BackgroundTask.objects.exclude(operation_id=2).delete()
BackgroundTask.objects.update(lease="elsewhere:1", attempts=1, beat_at=heard_at)
Operation.objects.filter(number=2).update(lease="elsewhere:1", beat_at=heard_at)
"""
STAGED = "SELECT staged_through FROM uploads_upload WHERE operation_id = 3"
PLANNED = "SELECT planned_through FROM uploads_upload WHERE operation_id = 3"
CHANGES = "SELECT COUNT(*) FROM licensing_licensechange WHERE operation_id = 2"
ACT_APPLIED = "SELECT COUNT(*) FROM licensing_segment WHERE operation_id = 2"
FILE_APPLIED = "SELECT COUNT(*) FROM licensing_segment WHERE operation_id = 3"
HELD_ELSEWHERE = "SELECT COUNT(*) FROM background_backgroundtask WHERE lease = 'elsewhere:1'"
UNFINISHED = "SELECT COUNT(*) FROM background_backgroundtask WHERE finished_at IS NULL OR failed"
# In the order in which the worker comes there, and how much there is of it when the work is whole.
PHASES = ((CHANGES, LINES // 2), (ACT_APPLIED, 8), (STAGED, LINES), (PLANNED, LINES), (FILE_APPLIED, 16))


@pytest.fixture(scope="module")
def handed_in(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    """A home where an act and a file wait for a worker."""
    folder = tmp_path_factory.mktemp("handed-in")
    file = folder / "changes.csv"
    file.write_text(interrupted.changes(LINES))
    with origin.copied(folder) as made:
        run_script(made.seatkeeper(), HAND_IN.format(file=str(file)))
        yield made


@pytest.fixture
def waiting(handed_in: Origin, tmp_path: Path) -> Iterator[tuple[Seatkeeper, Sql]]:
    with handed_in.copied(tmp_path) as copy:
        yield interrupted.small_chunks(copy.seatkeeper(), 2 * ROWS_PER_CHUNK), sql_of(copy.url)


@pytest.fixture
def undisturbed(handed_in: Origin, tmp_path: Path) -> Iterator[tuple[Seatkeeper, Sql]]:
    (tmp_path / "undisturbed").mkdir()
    with handed_in.copied(tmp_path / "undisturbed") as copy:
        yield interrupted.small_chunks(copy.seatkeeper(), 2 * ROWS_PER_CHUNK), sql_of(copy.url)


def run_script(seatkeeper: Seatkeeper, script: str) -> None:
    environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)


@contextmanager
def worker(seatkeeper: Seatkeeper, lanes: str = "1") -> Iterator["subprocess.Popen[bytes]"]:
    process = seatkeeper.start("worker", "--quiet", "--lanes", lanes)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def kill_while(seatkeeper: Seatkeeper, run_sql: Sql, statement: str, at_least: int) -> None:
    """A worker, killed as soon as a count is so high; what the one before left it has taken up in time."""
    (before,), began = run_sql(statement)[0], time.monotonic()
    assert before < at_least
    process = seatkeeper.start("worker", "--quiet", "--lanes", "1")
    assert interrupted.kill_after(process, lambda: run_sql(statement)[0][0] >= at_least)
    assert time.monotonic() - began < END_SECONDS
    assert run_sql(UNFINISHED) != [(0,)]


def test_killed_workers_work_is_taken_up_and_ends_as_if_they_had_not_been(
    waiting: tuple[Seatkeeper, Sql], undisturbed: tuple[Seatkeeper, Sql]
) -> None:
    (seatkeeper, run_sql), (twin, twin_sql) = waiting, undisturbed
    with worker(twin):
        wait_for(twin_sql, UNFINISHED, 0, END_SECONDS)
    expected = interrupted.left(twin_sql, twin)
    assert all(twin_sql(statement)[0][0] >= 8 for statement in (ACT_APPLIED, FILE_APPLIED))

    kills = max(1, KILLS // 2)
    for statement, whole in PHASES:
        for kill in range(kills):
            kill_while(seatkeeper, run_sql, statement, max(1, whole * (kill + 1) // (2 * kills + 2)))
    before, killed_at = run_sql(FILE_APPLIED), time.monotonic()
    with worker(seatkeeper):
        while run_sql(FILE_APPLIED) == before:
            assert time.monotonic() - killed_at < TAKEN_UP_SECONDS
            time.sleep(0.05)
        wait_for(run_sql, UNFINISHED, 0, END_SECONDS)

    found = interrupted.left(run_sql, seatkeeper)
    for name, value in expected.items():
        assert found[name] == value, name
    assert seatkeeper("check").json()["ok"]


def test_beside_a_long_task_a_small_one_is_done_and_a_killed_one_taken_up(waiting: tuple[Seatkeeper, Sql]) -> None:
    """Chunks of one row keep the act and the file long. The worker itself takes the act; what is killed is another lane."""
    seatkeeper, run_sql = waiting
    with worker(interrupted.small_chunks(seatkeeper, 1), lanes="3") as process:
        while run_sql(STAGED)[0][0] < 1:
            time.sleep(interrupted.POLL_SECONDS)
        holder = holder_of(run_sql, 3)
        assert holder != process.pid == holder_of(run_sql, 2)
        os.kill(holder, signal.SIGKILL)
        staged, killed_at = run_sql(STAGED)[0][0], time.monotonic()
        while run_sql(STAGED)[0][0] <= staged:
            assert time.monotonic() - killed_at < TAKEN_UP_SECONDS
            time.sleep(interrupted.POLL_SECONDS)
        assert holder_of(run_sql, 3) not in (holder, process.pid)

        run_script(seatkeeper, HAND_IN_SMALL)
        wait_for(run_sql, "SELECT COUNT(*) FROM uploads_upload WHERE operation_id = 4 AND phase = 'done'", 1)
        assert run_sql("SELECT COUNT(*) FROM licensing_operation WHERE number IN (2, 3) AND status <> 'done'") == [(2,)]


def holder_of(run_sql: Sql, operation: int) -> int:
    """The process that has its task in hand."""
    ((lease,),) = run_sql(f"SELECT lease FROM background_backgroundtask WHERE operation_id = {operation}")  # noqa: S608
    return int(lease.rpartition(":")[2])


def test_told_to_end_a_worker_stops_at_a_chunk_and_lets_go(waiting: tuple[Seatkeeper, Sql]) -> None:
    seatkeeper, run_sql = waiting
    with worker(interrupted.small_chunks(seatkeeper, 10)):  # many chunks: the word comes before the last of them
        while run_sql(ACT_APPLIED)[0][0] < 1:
            time.sleep(interrupted.POLL_SECONDS)

    assert run_sql("SELECT status, lease FROM licensing_operation WHERE number = 2") == [("applying", "")]
    assert run_sql("SELECT attempts, lease FROM background_backgroundtask WHERE operation_id = 2") == [(0, "")]


def test_work_of_a_machine_that_is_gone_is_taken_up_within_30_seconds(waiting: tuple[Seatkeeper, Sql]) -> None:
    """With the lease as it is where nothing is set."""
    seatkeeper, run_sql = waiting
    # Between these it was last heard of: the script takes a while to start, and to end.
    earliest = time.monotonic() - SILENT_SECONDS
    run_script(seatkeeper, GONE.format(silent=SILENT_SECONDS))
    latest = time.monotonic() - SILENT_SECONDS
    with worker(seatkeeper):
        while run_sql(HELD_ELSEWHERE) != [(0,)]:
            assert time.monotonic() - latest < TAKEN_UP_SECONDS
            time.sleep(0.05)
        assert time.monotonic() - earliest > LEASE_SECONDS  # not before: its holder might be alive
        wait_for(run_sql, "SELECT COUNT(*) > 0 FROM licensing_segment WHERE operation_id = 2", 1)
