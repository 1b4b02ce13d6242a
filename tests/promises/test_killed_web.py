"""Promise 3, for the web server: `kill -9` while a file comes in, and in the middle of an act for few people."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from tests.cli.test_serve import answer_of
from tests.cli.test_worker import wait_for
from tests.conftest import Seatkeeper
from tests.ports import free_port
from tests.promises import interrupted
from tests.promises.interrupted import Sql

PEOPLE = 900  # no more than are done within a request
TAKEN_UP_SECONDS = 30
HALF_BYTES = 3 << 20
TOKEN = "t" * 32
BOUNDARY = "----part"
SIGN_IN = """
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.test import Client
from seatkeeper.accounts.models import Account
from seatkeeper.licensing.models import Books
Books.objects.update(brake_percent=100, brake_at_least=1_000_000)
client = Client()
client.force_login(Account.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
FILE = "invited_email_address,preferred_first_name\n" + "".join(f"new{n}@corp.example,{'x' * 100}\n" for n in range(60_000))
UPLOADS = "SELECT COUNT(*) FROM uploads_upload WHERE operation_id > 1"
OPERATIONS = "SELECT COUNT(*) FROM licensing_operation WHERE number > 1"
APPLIED = "SELECT COUNT(*) FROM licensing_segment WHERE operation_id = 2"
DONE = "SELECT COUNT(*) FROM licensing_operation WHERE number = 2 AND status = 'done'"
FINISHED = "SELECT COUNT(*) FROM uploads_upload WHERE phase = 'done' AND operation_id > 1"


@dataclass
class Web:
    """A web server without a worker, that can be killed, and an admin's browser."""

    seatkeeper: Seatkeeper
    session: str
    port: int = field(default_factory=free_port)
    server: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.server = self.seatkeeper.start("serve", "--web-only", "--port", str(self.port))
        answer_of(f"{self.address}/account/login/")

    def kill(self) -> None:
        """All of it at once, as when the power fails."""
        if self.server is None:
            return
        children = psutil.Process(self.server.pid).children(recursive=True)
        self.server.kill()
        for child in children:
            child.kill()
        self.server.communicate(timeout=30)
        psutil.wait_procs(children, timeout=30)
        self.server = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookies(self) -> str:
        return f"seatkeeper_session={self.session}; seatkeeper_csrf={TOKEN}"

    def page(self, path: str, data: dict[str, str] | None = None) -> str:
        sent = urlencode(data | {"csrfmiddlewaretoken": TOKEN}).encode() if data else None
        request = urllib.request.Request(f"{self.address}{path}", sent, {"Cookie": self.cookies})  # noqa: S310  our own address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode())

    def connect(self, path: str, body: bytes, kind: str) -> socket.socket:
        """The head of a POST is sent, and nothing of its body."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookies}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(head.encode())
        return connection


@pytest.fixture
def web(seatkeeper: Seatkeeper) -> Iterator[Web]:
    begun = ("init", "--organization", "Acme", "--admin", "kim@corp.example")
    pool = ("pools", "add", "--seats", str(PEOPLE), "--activation", "immediate", "--type")
    seatkeeper.in_turn(begun, (*pool, "learning"), (*pool, "coding"), ("import", "-"), stdin=interrupted.people(PEOPLE))
    environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    made = subprocess.run([sys.executable, "-c", SIGN_IN], env=environment, check=True, timeout=60, capture_output=True)
    web = Web(interrupted.small_chunks(seatkeeper, 8), made.stdout.decode().strip())
    web.start()
    try:
        yield web
    finally:
        web.kill()


@contextmanager
def worker(seatkeeper: Seatkeeper) -> Iterator[None]:
    process = seatkeeper.start("worker", "--quiet")
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def form(file: str) -> bytes:
    """What a browser sends on *Upload*."""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="way"\r\n\r\napply\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="new.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n"
    ).encode()


def upload(web: Web, body: bytes) -> bytes:
    with web.connect("/admin-center/uploads/new/", body, f"multipart/form-data; boundary={BOUNDARY}") as connection:
        connection.sendall(body)
        return connection.recv(1 << 16)


def test_killed_while_a_file_comes_in_nothing_of_it_shows_and_it_can_be_sent_again(web: Web, run_sql: Sql) -> None:
    body, home = form(FILE), Path(web.seatkeeper.environment["SEATKEEPER_HOME"])
    with web.connect("/admin-center/uploads/new/", body, f"multipart/form-data; boundary={BOUNDARY}") as slow:
        slow.sendall(body[:HALF_BYTES])
        deadline = time.monotonic() + 60
        while not any(interrupted.size_of(part) for part in (home / "uploads").glob("*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        web.kill()

    (left,) = (home / "uploads").glob("*.part")
    assert (run_sql(UPLOADS), run_sql(OPERATIONS)) == ([(0,)], [(0,)])
    web.start()
    assert "new.csv" not in web.page("/admin-center/uploads/")
    assert b" 302 " in upload(web, body).split(b"\r\n")[0]
    assert "new.csv" in web.page("/admin-center/uploads/")

    os.utime(left, (time.time() - 7_200,) * 2)
    with worker(Seatkeeper(web.seatkeeper.environment | {"SEATKEEPER_CHUNK_ROWS": "20000", "SEATKEEPER_STAGE_ROWS": "20000"})):
        wait_for(run_sql, FINISHED, 1, 90)
    assert not left.exists()
    assert run_sql("SELECT COUNT(*) FROM directory_learner WHERE email LIKE 'new%'") == [(60_000,)]
    assert web.seatkeeper("check").json()["ok"]


def test_killed_in_the_middle_of_an_act_it_is_gone_on_with_by_a_worker(web: Web, run_sql: Sql) -> None:
    act = {"all": "1", "what": "none"}
    counted = re.search(r'name="counted" value="([^"]*)"', web.page("/admin-center/licenses/", act | {"show": "1"}))
    assert counted
    body = urlencode(act | {"counted": counted[1]}).encode()
    with web.connect("/admin-center/licenses/", body, "application/x-www-form-urlencoded") as connection:
        connection.sendall(body)
        deadline = time.monotonic() + 60
        while run_sql(APPLIED)[0][0] < 3:
            assert time.monotonic() < deadline
            time.sleep(interrupted.POLL_SECONDS)
        web.kill()

    assert run_sql("SELECT status FROM licensing_operation WHERE number = 2") == [("applying",)]
    before, killed_at = run_sql(APPLIED), time.monotonic()
    with worker(web.seatkeeper):
        while run_sql(APPLIED) == before:
            assert time.monotonic() - killed_at < TAKEN_UP_SECONDS
            time.sleep(0.05)
        wait_for(run_sql, DONE, 1, 60)
    assert run_sql("SELECT COUNT(*) FROM licensing_license WHERE status > 0") == [(0,)]
    assert web.seatkeeper("check").json()["ok"]
