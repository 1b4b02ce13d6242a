"""`seatkeeper delete` and `seatkeeper deletions`."""

from pathlib import Path

import pytest

from seatkeeper.directory.models import Learner
from tests.cli.conftest import Command

pytestmark = pytest.mark.django_db(transaction=True)


def test_erase_at_once(command: Command, acme: Path) -> None:
    wrong = command("delete", "--email", "ana@corp.example", "--people", "2", "--now")
    assert (wrong.exit_code, wrong.stderr) == (1, "1 person would be erased, not 2. Nobody was erased.\n")

    done = command("delete", "--email", "ana@corp.example", "--people", "1", "--now")

    assert (done.exit_code, done.json()["status"]) == (0, "done")
    assert not Learner.objects.filter(email="ana@corp.example").exists()
    assert command("check").exit_code == 0
