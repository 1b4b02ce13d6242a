"""Promise 3, for what runs in the background: `kill -9` of a worker, or of the web server, in the middle of it."""

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
from tests.promises.homes import LINES
from tests.promises.interrupted import Sql

TAKEN_UP_SECONDS = 30  # promised
END_SECONDS = 90
LEASE_SECONDS = 20

# In a process of its own, on the test's database: what the page does when it takes a file in, or many people.
UPLOAD = """
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.services.receive import Choices, receive_file
with open({file!r}, "rb") as source:
    receive_file(source, name="changes.csv", act=Act(organization.id, "import", "csv", "kim"), choices=Choices(),
                 now=system_clock(), for_worker=True)
"""
EVERYONE = """
from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.reach import Reach
from seatkeeper.licensing.services.choices import Choice, foresee
from seatkeeper.licensing.services.hand_over import how_of_choice, leave_act
from seatkeeper.licensing.services.operations import Act
chosen, reach, now = Chosen(is_all=True), Reach(organization.id), system_clock()
choice = Choice(is_none=True)
shown = foresee(chosen.learners(reach, today=now.date()), choice=choice, organization_id=organization.id)
how = how_of_choice(choice, chosen.as_json(reach, today=now.date()), shown=shown)
leave_act(Act(organization.id, "unassign", "page", "kim"), how, now=now, release_brake=True)
"""
# As if a worker elsewhere had taken it and gone at this moment.
GONE = """
from seatkeeper.background.models import BackgroundTask
from seatkeeper.licensing.models import Operation
BackgroundTask.objects.update(lease="elsewhere:1", attempts=1, beat_at=now)
Operation.objects.filter(number=2).update(lease="elsewhere:1", beat_at=now)
"""
BEFORE = """
import django
django.setup()
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Books
organization = Organization.objects.get()
Books.objects.update(brake_percent=100, brake_at_least=1_000_000)
"""
STAGED = "SELECT staged_through FROM uploads_upload WHERE operation_id = 2"
PLANNED = "SELECT planned_through FROM uploads_upload WHERE operation_id = 2"
CHANGES = "SELECT COUNT(*) FROM licensing_licensechange WHERE operation_id = 2"
APPLIED = "SELECT COUNT(*) FROM licensing_segment WHERE operation_id = 2"
FINISHED = "SELECT COUNT(*) FROM background_backgroundtask WHERE operation_id = 2 AND finished_at IS NOT NULL AND NOT failed"


def hand_in(seatkeeper: Seatkeeper, script: str) -> None:
    environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    subprocess.run([sys.executable, "-c", BEFORE + script], env=environment, check=True, timeout=60)


@contextmanager
def worker(seatkeeper: Seatkeeper) -> Iterator["subprocess.Popen[bytes]"]:
    process = seatkeeper.start("worker", "--quiet")
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def kill_while(seatkeeper: Seatkeeper, run_sql: Sql, statement: str, at_least: int) -> None:
    """A worker, killed as soon as a count is so high."""
    process = seatkeeper.start("worker", "--quiet")
    assert interrupted.kill_after(process, lambda: run_sql(statement)[0][0] >= at_least)
    assert run_sql(FINISHED) == [(0,)]


def run_through(seatkeeper: Seatkeeper, run_sql: Sql) -> None:
    with worker(seatkeeper):
        wait_for(run_sql, FINISHED, 1, END_SECONDS)


@pytest.mark.parametrize("work", ["upload", "operation"])
def test_a_killed_workers_work_is_taken_up_and_ends_as_if_it_had_not_been(
    prepared: tuple[Seatkeeper, Sql], twin: tuple[Seatkeeper, Sql], tmp_path: Path, work: str
) -> None:
    (seatkeeper, run_sql), (undisturbed, undisturbed_sql) = prepared, twin
    file = tmp_path / "changes.csv"
    file.write_text(interrupted.changes(LINES))
    script = UPLOAD.format(file=str(file)) if work == "upload" else EVERYONE
    for home in (seatkeeper, undisturbed):
        hand_in(home, script)
    run_through(undisturbed, undisturbed_sql)
    expected = interrupted.left(undisturbed_sql, undisturbed)

    for statement in (STAGED, PLANNED) if work == "upload" else (CHANGES,):
        kill_while(seatkeeper, run_sql, statement, LINES // 4)
    kill_while(seatkeeper, run_sql, APPLIED, 3)
    before, killed_at = run_sql(APPLIED), time.monotonic()
    with worker(seatkeeper):
        while run_sql(APPLIED) == before:
            assert time.monotonic() - killed_at < TAKEN_UP_SECONDS
        wait_for(run_sql, FINISHED, 1, END_SECONDS)

    found = interrupted.left(run_sql, seatkeeper)
    for name, value in expected.items():
        assert found[name] == value, name
    assert seatkeeper("check").json()["ok"]


def test_told_to_end_a_worker_stops_at_a_chunk_and_lets_go(prepared: tuple[Seatkeeper, Sql]) -> None:
    seatkeeper, run_sql = prepared
    hand_in(seatkeeper, EVERYONE)
    with worker(seatkeeper):
        while run_sql(APPLIED)[0][0] < 3:
            time.sleep(interrupted.POLL_SECONDS)

    assert run_sql("SELECT status, lease FROM licensing_operation WHERE number = 2") == [("applying", "")]
    assert run_sql("SELECT attempts, lease FROM background_backgroundtask WHERE operation_id = 2") == [(0, "")]


def test_work_of_a_machine_that_is_gone_is_taken_up_within_30_seconds(prepared: tuple[Seatkeeper, Sql]) -> None:
    seatkeeper, run_sql = prepared
    hand_in(seatkeeper, EVERYONE + GONE)
    began = time.monotonic()
    with worker(seatkeeper):
        while run_sql(APPLIED) == [(0,)]:
            assert time.monotonic() - began < TAKEN_UP_SECONDS
        assert time.monotonic() - began > LEASE_SECONDS - 5  # not before: its holder might be alive
