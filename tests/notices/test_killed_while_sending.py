"""`kill -9` while mail goes out: none is lost, and at most the one in hand is repeated, under the same Message-ID."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import COMMAND_SECONDS, Seatkeeper, environment_of
from tests.notices.post_office import open_post_office

MAILS = 5
TAKEN_UP_SECONDS = 30
BEGIN = """
import sys, django
django.setup()
from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.models import MailKind
from seatkeeper.notices.services import send
from seatkeeper.notices.services.outbox import post, put
"""
PUT = f"""
for number in range({MAILS}):
    to, words = f"p{{number}}@corp.example", {{"subject": "Hi", "text": "Hi"}}
    put([post(to, kind=MailKind.READY, now=system_clock(), organization_id=None, **words)])
"""
# Between the server's yes and our commit: the process is gone when it would have noted the third mail as sent.
DIE = """
import os, signal
noted, end = [], send._end
def note(mail, state, *, now):
    noted.append(mail)
    if len(noted) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    end(mail, state, now=now)
send._end = note
"""
SEND = "send.send_due(clock=system_clock)\n"


def run(environment: dict[str, str], *steps: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + "".join(steps)], env=environment, check=False, timeout=COMMAND_SECONDS, cwd=Path.cwd()
    )
    return done.returncode


def test_a_killed_sender_loses_none_and_repeats_one(
    home: Path, database_url: str, run_sql: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    with open_post_office() as office:
        server = {"SEATKEEPER_SMTP_HOST": "127.0.0.1", "SEATKEEPER_SMTP_PORT": str(office.port)}
        environment = environment_of(home, database_url) | server | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
        assert run(environment, PUT) == 0
        assert run(environment, DIE, SEND) == -9
        assert len(office.came) == 3
        assert run_sql("SELECT state, COUNT(*) FROM notices_mail GROUP BY state ORDER BY state") == [("due", 3), ("sent", 2)]
        assert run(environment, SEND) == 0
        ids = [message["Message-ID"] for message in office.came]
        assert len(ids) == MAILS + 1
        assert len(set(ids)) == MAILS
        assert ids[2] == ids[3]
        assert sorted(set(office.to())) == [f"p{number}@corp.example" for number in range(MAILS)]
    assert run_sql("SELECT state, COUNT(*) FROM notices_mail GROUP BY state") == [("sent", MAILS)]


def test_another_worker_goes_on_where_one_was_killed(
    seatkeeper: Seatkeeper, run_sql: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    """`seatkeeper worker` itself, killed with a mail in hand."""
    assert seatkeeper("init", "--organization", "Acme").exit_code == 0
    with open_post_office() as office:
        office.ponders_seconds = 0.3
        server = {"SEATKEEPER_SMTP_HOST": "127.0.0.1", "SEATKEEPER_SMTP_PORT": str(office.port)}
        environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
        assert run(environment, PUT) == 0
        first = seatkeeper.start("worker", **server)
        wait_until(lambda: len(office.came) >= 2)
        first.kill()
        first.communicate(timeout=COMMAND_SECONDS)
        second = seatkeeper.start("worker", **server)
        try:
            wait_until(lambda: run_sql("SELECT COUNT(*) FROM notices_mail WHERE state = 'sent'") == [(MAILS,)])
        finally:
            second.terminate()
            second.communicate(timeout=COMMAND_SECONDS)
        ids = [message["Message-ID"] for message in office.came]
        assert len(set(ids)) == MAILS
        assert len(ids) <= MAILS + 1


def wait_until(is_so: Callable[[], bool]) -> None:
    """Within the 30 seconds in which work is to be taken up again."""
    until = time.monotonic() + TAKEN_UP_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)
