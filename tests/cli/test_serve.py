"""Serving the Admin Center, and the way in for its admins."""

import signal
import socket
import time
import urllib.request
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Command
from tests.conftest import Seatkeeper

START_SECONDS = 30


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer_of(address: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  our own address
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_serves_until_it_is_told_to_stop(seatkeeper: Seatkeeper) -> None:
    seatkeeper("init", "--organization", "Acme")
    link = seatkeeper("admins", "add", "kim@corp.example").json()["link"]
    port = free_port()

    server = seatkeeper.start("serve", "--port", str(port))
    try:
        page = answer_of(link.replace("localhost:8000", f"127.0.0.1:{port}"))
        second = seatkeeper("serve", "--port", str(port))
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=START_SECONDS)

    assert "This link signs you in once." in page
    assert (second.exit_code, "in use" in second.stderr) == (1, True)
    assert server.returncode in (0, -signal.SIGTERM)


def test_it_needs_a_home(seatkeeper: Seatkeeper, tmp_path: Path) -> None:
    refused = seatkeeper("serve", "--home", tmp_path / "none", SEATKEEPER_DATABASE_URL="")

    assert (refused.exit_code, "seatkeeper init" in refused.stderr) == (1, True)


def test_admins_are_added_listed_and_given_a_new_link(command: Command, acme: Path) -> None:
    added = command("admins", "add", "kim@corp.example", "--format", "json").json()
    again = command("admins", "link", "kim@corp.example", "--format", "json").json()

    assert added["link"] != again["link"]
    assert command("admins", "list", "--format", "json").json() == [{"email": "kim@corp.example", "role": "full"}]
    assert command("admins", "link", "bo@corp.example").exit_code == 1
    assert command("admins", "add", "bo").exit_code == 1
