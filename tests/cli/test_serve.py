"""Serving the Admin Center, and the way in for its admins."""

import signal
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.cli.test_worker import wait_for
from tests.conftest import Seatkeeper
from tests.ports import free_port
from tests.promises.interrupted import Sql

pytestmark = pytest.mark.one_database("how processes start and end; the killed ones of tests/promises work on both")
START_SECONDS = 30


def answer_of(address: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=START_SECONDS) as answer:  # noqa: S310  our own address
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_web_and_worker_are_started_again_when_killed_and_end_together(seatkeeper: Seatkeeper, run_sql: Sql) -> None:
    link = seatkeeper("init", "--organization", "Acme", "--admin", "kim@corp.example").json()["link"]
    port = free_port()
    address = link.replace("localhost:8000", f"127.0.0.1:{port}")
    server = seatkeeper.start("serve", "--port", str(port))
    try:
        before = children_of(server.pid, 2)
        assert "This link signs you in once." in answer_of(address)
        wait_for(run_sql, "SELECT COUNT(*) FROM background_worker", 1)
        for child in before:
            child.kill()
        psutil.wait_procs(before, timeout=START_SECONDS)
        killed_at = time.monotonic()
        after = children_of(server.pid, 2)
        answer_of(address)
        wait_for(run_sql, f"SELECT COUNT(*) FROM background_worker WHERE name LIKE '%:{worker_among(after)}'", 1)  # noqa: S608
        assert time.monotonic() - killed_at < 30
        second = seatkeeper("serve", "--port", str(port))
        everyone = psutil.Process(server.pid).children(recursive=True)
    finally:
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=START_SECONDS)

    assert (second.exit_code, "in use" in second.stderr) == (1, True)
    assert said.decode().count("ended and is started again") == 2
    assert server.returncode == 0
    assert not psutil.wait_procs(everyone, timeout=START_SECONDS)[1]


def test_nothing_of_it_outlives_it(seatkeeper: Seatkeeper) -> None:
    seatkeeper.in_turn(("init", "--organization", "Acme"))
    port = free_port()
    server = seatkeeper.start("serve", "--port", str(port))
    answer_of(f"http://127.0.0.1:{port}/account/login/")
    everyone = psutil.Process(server.pid).children(recursive=True)
    assert len(everyone) > 2

    server.kill()
    server.communicate(timeout=START_SECONDS)

    assert not psutil.wait_procs(everyone, timeout=START_SECONDS)[1]


def test_the_web_server_alone(seatkeeper: Seatkeeper, run_sql: Sql) -> None:
    seatkeeper.in_turn(("init", "--organization", "Acme"))
    port = free_port()
    server = seatkeeper.start("serve", "--web-only", "--port", str(port))
    try:
        answer_of(f"http://127.0.0.1:{port}/account/login/")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=2 * START_SECONDS)

    assert run_sql("SELECT COUNT(*) FROM background_worker") == [(0,)]


def children_of(pid: int, count: int) -> list[psutil.Process]:
    """Once there are so many."""
    deadline = time.monotonic() + START_SECONDS
    while len(found := psutil.Process(pid).children()) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def worker_among(processes: list[psutil.Process]) -> int:
    (pid,) = (process.pid for process in processes if "worker" in process.cmdline())
    return pid


def test_it_needs_a_home(seatkeeper: Seatkeeper, tmp_path: Path) -> None:
    refused = seatkeeper("serve", "--home", tmp_path / "none", SEATKEEPER_DATABASE_URL="")

    assert (refused.exit_code, "seatkeeper init" in refused.stderr) == (1, True)
