"""`seatkeeper suspend` and `seatkeeper resume`."""

from pathlib import Path

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Learner
from tests.cli.conftest import Command
from tests.cli.explained import REFUSED, WRONG_USAGE, assert_explained


def test_people_are_suspended_and_resumed(command: Command, acme: Path) -> None:
    first, second = Learner.objects.order_by("id").values_list("email", flat=True)[:2]
    done = command("suspend", "--email", first, "--email", second, "--email", first, "--reason", "Leave").json()
    assert done == {"suspended": [first, second], "unchanged": 0}
    assert command("suspend", "--email", first).json() == {"suspended": [], "unchanged": 1}
    assert [one["email"] for one in command("learners", "--filter", "suspended:yes").json()] == [first, second]
    assert command("learner", first).json()["suspended_since"]
    assert AuditEntry.objects.filter(action="learner.suspended", facts__reason="Leave").count() == 2

    assert command("resume", "--email", first).json() == {"resumed": [first], "unchanged": 0}
    assert "suspended_since" not in command("learner", first).json()
    merge = command("merge", second, first, "--yes")
    assert_explained(merge, REFUSED, "One of the profiles is suspended")


def test_nobody_is_suspended_where_one_is_unknown(command: Command, acme: Path) -> None:
    known = Learner.objects.values_list("email", flat=True)[0]
    assert command("suspend", "--email", known, "--email", "nobody@corp.example").exit_code == REFUSED
    assert_explained(command("resume"), WRONG_USAGE, "--email")
    assert not Learner.objects.filter(suspended_at__isnull=False).exists()
