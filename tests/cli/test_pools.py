"""`seatkeeper pools`: at how many percent in use a pool tells of itself."""

from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.explained import WRONG_USAGE, assert_explained

POOL = "default/learning"


def test_alerts_are_set_and_turned_off(command: Command, acme: Path) -> None:
    assert command("pools", "list").json()[0]["alerts"] == [75, 95]
    assert command("pools", "change", POOL, "--alert", "90", "--alert", "50").json()["alerts"] == [50, 90]
    assert command("pools", "change", POOL, "--seats", "12").json()["alerts"] == [50, 90]
    assert command("pools", "change", POOL, "--no-alert").json()["alerts"] == []
    assert command("pools", "add", "--type", "coding", "--seats", "1").json()["alerts"] == [75, 95]
    assert command("pools", "add", "--type", "sales", "--seats", "1", "--alert", "80").json()["alerts"] == [80]
    assert command("pools", "add", "--type", "legal", "--seats", "1", "--no-alert").json()["alerts"] == []


def test_alerts_are_numbers_for_programs_and_words_for_people(command: Command, acme: Path) -> None:
    assert command("pools", "list", "--format", "csv").stdout.splitlines()[1].endswith('"75, 95"')
    assert command("pools", "list", "--format", "table").stdout.splitlines()[1].endswith("75, 95")
    changed = command("pools", "change", POOL, "--alert", "90", "--alert", "50", "--format", "csv")
    assert changed.stdout.splitlines()[1].endswith('"50, 90"')


def test_alerts_that_make_no_sense_are_refused(command: Command, acme: Path) -> None:
    assert_explained(command("pools", "change", POOL, "--alert", "101"), WRONG_USAGE, "--alert", "100")
    assert_explained(command("pools", "change", POOL, "--alert", "5", "--no-alert"), WRONG_USAGE, "not both")
    six = [part for percent in range(1, 7) for part in ("--alert", str(percent))]
    assert_explained(command("pools", "change", POOL, *six), WRONG_USAGE, "at most 5")
    assert_explained(command("pools", "change", POOL), WRONG_USAGE, "Say what to change")
    assert command("pools", "list").json()[0]["alerts"] == [75, 95]
