"""`kill -9` while mail goes out: none is lost, and at most the one in hand is repeated, under the same Message-ID."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import COMMAND_SECONDS, environment_of
from tests.notices.post_office import open_post_office

MAILS = 5
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


@pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")
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
