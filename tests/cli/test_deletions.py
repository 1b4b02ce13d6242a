"""`seatkeeper delete` and `seatkeeper deletions`."""

from pathlib import Path

import pytest

from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Learner
from seatkeeper.erasing.models import DeletionPerson, DeletionProblem
from seatkeeper.kernel.clock import system_clock
from tests.cli.conftest import Command

pytestmark = pytest.mark.django_db(transaction=True)


def test_erase_at_once(command: Command, acme: Path) -> None:
    wrong = command("delete", "--email", "ana@corp.example", "--people", "2", "--now")
    assert (wrong.exit_code, wrong.stderr) == (1, "1 person would be erased, not 2. Nobody was erased.\n")

    done = command("delete", "--email", "ana@corp.example", "--people", "1", "--now")

    assert (done.exit_code, done.json()["status"]) == (0, "done")
    assert not Learner.objects.filter(email="ana@corp.example").exists()
    assert command("check").exit_code == 0


def test_a_deletion_waits_and_can_be_called_off(command: Command, acme: Path) -> None:
    asked = command("delete", "--email", "ana@corp.example", "--email", "bo@corp.example", "--people", "2").json()
    run_due(clock=system_clock)
    assert command("deletions").json()[0]["status"] == "waiting"
    assert Learner.objects.count() == 4

    off = command("deletions", "call-off", str(asked["deletion"]))
    again = command("deletions", "call-off", str(asked["deletion"]))

    assert off.json()["status"] == "called_off"
    assert (again.exit_code, again.stderr.partition(" ")[2]) == (
        1,
        f"{asked['deletion']} does not wait any more: it is called off.\n",
    )
    assert not DeletionPerson.objects.exists()


def test_a_file_names_people_by_address_and_id_both(command: Command, acme: Path, tmp_path: Path) -> None:
    ids = tmp_path / "ids.csv"
    ids.write_text("email,unique_user_id\nana@corp.example,A1\nbo@corp.example,B1\ncy@corp.example,0012\n")
    assert command("import", ids).exit_code == 0
    file = tmp_path / "deletion.csv"
    file.write_text(
        "Unique_ID;note;primary_email_address\n"
        "A1;;ANA@corp.example\n"
        "B1;;cy@corp.example\n"  # two people
        "X9;;bo@corp.example\n"
        "B1;;nobody@corp.example\n"
        ";;di@corp.example\n"
        "A1;;ana@corp.example\n"
        "0012;;cy@corp.example\n"
        "B1;bo@corp.example\n"
    )

    done = command("delete", "--file", file, "--people", "2", "--now")

    assert (done.exit_code, done.json()["people"], done.json()["problems"]) == (3, 2, 5)
    told = [line.split(",")[2:5] for line in done.stderr.splitlines()[2:]]
    assert [line[0] for line in told] == ["3", "4", "5", "6", "7", "9"]
    assert [line[2].removeprefix("EIS_UPLOAD_ROW_").removesuffix("_VALIDATION_ERROR") for line in told] == [
        "IDENTITY_CONFLICT",
        "UNIQUE_USER_ID",
        "EMAIL",
        "DELETION_KEYS",
        "SAME_AS_LINE",
        "COLUMN_COUNT",
    ]
    assert sorted(Learner.objects.values_list("email", flat=True)) == ["bo@corp.example", "di@corp.example"]
    assert not DeletionProblem.objects.exists()


def test_a_file_needs_both_columns(command: Command, acme: Path, tmp_path: Path) -> None:
    file = tmp_path / "deletion.csv"
    file.write_text("primary_email_address,name\nana@corp.example,Ana\n")

    refused = command("delete", "--file", file, "--people", "1")

    assert (refused.exit_code, "primary_email_address and unique_id" in refused.stderr) == (1, True)
    assert Learner.objects.count() == 4
