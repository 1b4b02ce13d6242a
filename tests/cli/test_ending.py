"""However `seatkeeper serve` ends, nothing of it stays: also where the web server stands still."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.cli.test_serve import START_SECONDS, answer_of, children_of
from tests.conftest import Seatkeeper
from tests.ports import free_port

pytestmark = pytest.mark.one_database("how processes start and end; the killed ones of tests/promises work on both")
GONE_SECONDS = 20
DEAF = """
from granian.server.common import AbstractServer
AbstractServer.signal_handler_interrupt = lambda *_, **__: None
"""
TOLD_TWICE = """
import os, signal, time
from granian import Granian
from granian._signals import set_main_signals
from seatkeeper.config.server import answer_signals

answer_signals()
server = Granian("none", interface="wsgi", log_enabled=False)
set_main_signals(server.signal_handler_interrupt)
with server.main_loop_interrupt._cond:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.1)
server.main_loop_interrupt.wait()
"""


@pytest.fixture
def begun(seatkeeper: Seatkeeper) -> Seatkeeper:
    seatkeeper.in_turn(("init", "--organization", "Acme"))
    return seatkeeper


def serving(seatkeeper: Seatkeeper, *options: str) -> "tuple[subprocess.Popen[bytes], list[psutil.Process]]":
    """The command, and every process that it started."""
    port = free_port()
    server = seatkeeper.start("serve", "--port", str(port), *options)
    answer_of(f"http://127.0.0.1:{port}/account/login/")
    return server, psutil.Process(server.pid).children(recursive=True)


def has_gone(processes: list[psutil.Process], seconds: float = GONE_SECONDS) -> bool:
    left = psutil.wait_procs(processes, timeout=seconds)[1]
    for process in left:
        process.kill()
    return not left


def test_a_server_that_stands_still_is_ended_when_who_started_it_is_killed(begun: Seatkeeper, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEAF)
    command, everyone = serving(Seatkeeper(begun.environment | {"PYTHONPATH": str(tmp_path)}))

    command.kill()
    command.communicate()

    assert has_gone(everyone)


def test_its_processes_end_when_the_server_is_killed(begun: Seatkeeper) -> None:
    command, everyone = serving(begun, "--web-only")
    assert len(everyone) > 1

    command.kill()
    command.communicate()

    assert has_gone(everyone)


def test_told_to_end_before_it_answers_it_ends(begun: Seatkeeper) -> None:
    command = begun.start("serve", "--web-only", "--port", str(free_port()))
    children = children_of(command.pid, 2)

    command.send_signal(signal.SIGTERM)
    try:
        command.communicate(timeout=GONE_SECONDS)
    finally:
        command.kill()

    assert has_gone(children)


def test_told_twice_at_one_moment_the_server_does_not_wait_for_itself() -> None:
    subprocess.run([sys.executable, "-c", TOLD_TWICE], check=True, timeout=START_SECONDS)
