"""`kill -9` while invitations are queued: nobody is left out, and nobody gets two."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import steps
from tests.conftest import COMMAND_SECONDS, Seatkeeper

PEOPLE = 50
BEGIN = """
import os, signal
import django; django.setup()
from seatkeeper.invitations.services import rounds
from seatkeeper.kernel.clock import system_clock
"""
# Before or after the mails of the third chunk are written, in its transaction.
DIE = """
execute, seen = rounds.STATEMENTS.execute, []
def dying(name, parameters, **fragments):
    seen.append(name)
    if seen.count({at!r}) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(name, parameters, **fragments)
rounds.STATEMENTS.execute = dying
"""
QUEUE = "rounds.carry_on_rounds(system_clock)\n"


@pytest.mark.parametrize("at", ["invite", "queue_invitations"])
def test_a_killed_worker_leaves_nobody_out(
    seatkeeper: Seatkeeper, run_sql: Callable[[str], list[tuple[Any, ...]]], tmp_path: Path, at: str
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(steps.csv_of(steps.emails(*range(1, PEOPLE + 1)), "active"))
    assert seatkeeper("init", "--organization", "Acme").exit_code == 0
    assert seatkeeper("pools", "add", "--type", "learning", "--seats", "5").exit_code == 0
    assert seatkeeper("import", people).exit_code == 0

    assert run(seatkeeper, DIE.format(at=at), QUEUE) == -9
    assert run_sql("SELECT COUNT(*) FROM notices_mail WHERE kind = 'invitation'") == [(20,)]
    assert run(seatkeeper, QUEUE) == 0

    mails = run_sql("SELECT COUNT(*), COUNT(DISTINCT recipient), COUNT(DISTINCT message_id) FROM notices_mail")
    assert mails == [(PEOPLE, PEOPLE, PEOPLE)]
    assert run_sql("SELECT COUNT(*) FROM invitations_invitation") == [(PEOPLE,)]
    assert run_sql("SELECT queued FROM invitations_mailround") == [(PEOPLE,)]


def run(seatkeeper: Seatkeeper, *steps: str) -> int:
    few = {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings", "SEATKEEPER_CHUNK_ROWS": "10"}
    script = [sys.executable, "-c", BEGIN + "".join(steps)]
    return subprocess.run(script, env=seatkeeper.environment | few, check=False, timeout=COMMAND_SECONDS).returncode
