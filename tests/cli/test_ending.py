"""However `seatkeeper serve` ends, nothing of it stays: also where the web server stands still."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.cli.test_serve import START_SECONDS, answer_of, children_of
from tests.conftest import Seatkeeper
from tests.ports import free_port
from tests.processes import GONE_SECONDS, have_gone, kill_what_is_left

pytestmark = pytest.mark.one_database("how processes start and end; the killed ones of tests/promises work on both")
TOKEN = "t" * 32
FORM = f"csrfmiddlewaretoken={TOKEN}&login=kim@corp.example&password=" + "x" * 100
HEAD = (
    "POST /account/login/ HTTP/1.1\r\nHost: localhost\r\n"
    f"Cookie: seatkeeper_csrf={TOKEN}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(FORM)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
)
HALF = 50
HASTY = """
import sys
from seatkeeper.config import server

server.HEAD_SECONDS = server.GRACE_SECONDS = 1
server.serve("127.0.0.1", int(sys.argv[1]))
"""
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


@dataclass(frozen=True, slots=True)
class Served:
    """A command, where it serves, and every process that it had started when it first answered."""

    command: "subprocess.Popen[bytes]"
    port: int
    everyone: list[psutil.Process]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=GONE_SECONDS)

    def send_half(self) -> socket.socket:
        """Of a form, to a process that waits for the rest of it."""
        connection = self.connect()
        connection.sendall(HEAD.encode())
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 100 ")  # said when the form is asked for
        connection.sendall(FORM[:HALF].encode())
        return connection

    def wait_until_it_takes_no_more(self) -> None:
        deadline = time.monotonic() + GONE_SECONDS
        with suppress(ConnectionError):
            while time.monotonic() < deadline:
                self.connect().close()
                time.sleep(0.05)
            pytest.fail("it still takes connections")


def serving(seatkeeper: Seatkeeper, *options: str) -> AbstractContextManager[Served]:
    port = free_port()
    return ending(seatkeeper, seatkeeper.start("serve", "--port", str(port), *options), port)


def serving_hastily(seatkeeper: Seatkeeper) -> AbstractContextManager[Served]:
    port = free_port()
    command = subprocess.Popen([sys.executable, "-c", HASTY, str(port)], env=seatkeeper.environment)
    return ending(seatkeeper, command, port)


@contextmanager
def ending(seatkeeper: Seatkeeper, command: "subprocess.Popen[bytes]", port: int) -> Iterator[Served]:
    """What outlives the command is killed before its pipes are read to their end: it would hold them open."""
    try:
        answer_of(page_of(port))
        yield Served(command, port, psutil.Process(command.pid).children(recursive=True))
    finally:
        kill_what_is_left(seatkeeper)
        command.communicate(timeout=GONE_SECONDS)


def page_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/account/login/"


def test_a_server_that_stands_still_is_ended_when_who_started_it_is_killed(begun: Seatkeeper, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEAF)
    with serving(Seatkeeper(begun.environment | {"PYTHONPATH": str(tmp_path)})) as served:
        served.command.kill()
        served.command.wait(GONE_SECONDS)

        assert have_gone(served.everyone)


def test_its_processes_end_when_the_server_is_killed(begun: Seatkeeper) -> None:
    with serving(begun, "--web-only") as served:
        assert len(served.everyone) > 1

        served.command.kill()
        served.command.wait(GONE_SECONDS)

        assert have_gone(served.everyone)


def test_only_the_server_killed_its_processes_end_and_it_is_started_again(begun: Seatkeeper) -> None:
    with serving(begun) as served:
        server = server_of(served.command.pid)
        before = [server, *server.children()]
        assert len(before) > 2

        server.kill()

        assert have_gone(before)
        answer_of(page_of(served.port))
        assert server_of(served.command.pid).pid != server.pid


def test_told_to_end_it_answers_first_who_is_still_sending(begun: Seatkeeper) -> None:
    with serving(begun) as served, served.send_half() as connection:
        served.command.send_signal(signal.SIGTERM)
        served.wait_until_it_takes_no_more()
        connection.sendall(FORM[HALF:].encode())

        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        assert served.command.wait(GONE_SECONDS) == 0
        assert have_gone(served.everyone)


def test_told_to_end_it_does_not_wait_for_ever_for_who_sends_nothing_more(begun: Seatkeeper) -> None:
    with serving_hastily(begun) as served, served.send_half():
        served.command.send_signal(signal.SIGTERM)

        assert served.command.wait(GONE_SECONDS) == 0
        assert have_gone(served.everyone)


@pytest.mark.parametrize("sent", [b"", b"P", b"GET / HTTP/1.1\r\nHost: localhost\r\n"])
def test_who_sends_no_whole_head_loses_the_connection(begun: Seatkeeper, sent: bytes) -> None:
    with serving_hastily(begun) as served, served.connect() as connection:
        connection.sendall(sent)

        assert connection.recv(1 << 16) == b""


def test_told_to_end_before_it_answers_it_ends(begun: Seatkeeper) -> None:
    command = begun.start("serve", "--web-only", "--port", str(free_port()))
    try:
        children = children_of(command.pid, 2)

        command.send_signal(signal.SIGTERM)

        command.wait(GONE_SECONDS)
        assert have_gone(children)
    finally:
        kill_what_is_left(begun)
        command.communicate(timeout=GONE_SECONDS)


def test_told_twice_at_one_moment_the_server_does_not_wait_for_itself() -> None:
    subprocess.run([sys.executable, "-c", TOLD_TWICE], check=True, timeout=START_SECONDS)


def server_of(pid: int) -> psutil.Process:
    """The web server among the processes of a command."""
    (server,) = (child for child in psutil.Process(pid).children() if "seatkeeper.config.server" in child.cmdline())
    return server
