"""The guards around the tests do guard."""

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import Seatkeeper
from tests.network import NetworkClosed, is_this_machine
from tests.skips import SkipGuard, allowed_reasons

pytestmark = pytest.mark.one_database("they guard tests, whatever these work on")
ROOT = Path(__file__).parents[2]


def test_the_network_is_closed() -> None:
    with pytest.raises(NetworkClosed):
        urllib.request.urlopen("http://192.0.2.1/", timeout=1)  # an address that is nobody's: RFC 5737
    with pytest.raises(NetworkClosed):
        socket.getaddrinfo("seatkeeper.invalid", 80)
    with socket.socket() as probe, pytest.raises(NetworkClosed):
        probe.connect_ex(("192.0.2.1", 80))


def test_this_machine_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("address", "own"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.8.8", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/run/socket", True),
        (("10.0.0.1", 80), False),
        (("localhost.corp.example", 80), False),
    ],
)
def test_own_addresses_are_told_from_others(address: object, own: bool) -> None:
    assert is_this_machine(address) is own


@pytest.mark.parametrize(("listed", "refused"), [("", 1), ("# no browser here\n", 1), ("no browser here\n", 0)])
def test_a_skip_needs_a_reason_that_is_listed(listed: str, refused: int) -> None:
    guard = SkipGuard(allowed_reasons(listed))
    for outcome, why in (("skipped", ("file.py", 1, "Skipped: no browser here")), ("passed", None)):
        guard.pytest_runtest_logreport(
            pytest.TestReport("t", ("file.py", 1, "t"), {}, outcome, why, "call")  # type: ignore[arg-type]
        )
    assert len(guard.refused) == refused


def test_no_two_servers_are_given_the_same_port() -> None:
    """Of the workers of two runs."""
    take = [sys.executable, "-c", "from tests.ports import free_port; print([free_port() for _ in range(400)])"]
    workers = [subprocess.Popen(take, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    ports = [port for worker in workers for port in json.loads(worker.communicate(timeout=60)[0])]
    assert len(set(ports)) == len(ports) == 800


def test_the_command_runs_on_a_home_of_its_own(seatkeeper: Seatkeeper, home: Path) -> None:
    assert seatkeeper.environment["SEATKEEPER_HOME"] == str(home)
    assert seatkeeper("--version").exit_code == 0
