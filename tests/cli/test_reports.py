"""`seatkeeper report`: the file of each report."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests.cli.conftest import Command
from tests.cli.explained import REFUSED, WRONG_USAGE, assert_explained


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def python(command: Command, acme: Path) -> Content:
    """Ana viewed it for an hour, two days ago."""
    assert command("content", "add", "Python", "/courses/python", "--type", "learning").exit_code == 0
    told = [Told("ana@corp.example", "Python", at=now(), seconds=3_600, views=1)]
    take_in(organization_id=Organization.objects.get().id, facts=told, source=Source.FILE, now=now())
    return Content.objects.get()


@pytest.mark.parametrize("key", REPORTS)
def test_each_report_is_written_with_its_columns(command: Command, python: Content, key: str) -> None:
    done = command("report", key)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == ",".join(REPORTS[key].definition.headers)
    entry = AuditEntry.objects.get(action="report.exported")
    assert (entry.facts["report"], entry.actor.startswith("cli")) == (key, True)


def test_of_the_people_and_days_asked_for(command: Command, python: Content, tmp_path: Path) -> None:
    everyone, active = command("report", "learners"), command("report", "learners", "--active", "--period", "30")
    legal = command("report", "licenses", "--filter", "department:Legal")
    before = command("report", "learners", "--from", "2020-01-01", "--to", "2020-12-31", "--active")
    months = command("report", "organization", "--period", "365", "--by", "month", "--time-zone", "Asia/Tokyo")
    users = command("report", "content-people", "--content", python.id)
    idle = command("report", "idle", "--days", "45")

    assert len(lines(everyone.stdout)) == 4
    assert [(one["email"], one["hours"]) for one in lines(active.stdout)] == [("ana@corp.example", "1.00")]
    assert [one["email"] for one in lines(legal.stdout)] == ["cy@corp.example", "di@corp.example"]
    assert lines(before.stdout) == []
    assert len(lines(months.stdout)) in (12, 13)
    assert [one["email"] for one in lines(users.stdout)] == ["ana@corp.example"]
    assert (idle.exit_code, lines(idle.stdout)) == (0, [])


def test_into_a_file(command: Command, python: Content, tmp_path: Path) -> None:
    file = tmp_path / "pools.csv"
    done = command("report", "pools", "--output", file)
    assert (done.exit_code, done.stdout) == (0, "")
    assert lines(file.read_text())[0]["pool"] == "default/learning"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("nothing",), WRONG_USAGE, ("learners",)),
        (("learners", "--filter", "shoe:44"), WRONG_USAGE, ("The filter is not understood",)),
        (("seats", "--filter", "department:Legal"), WRONG_USAGE, ("The filter is not understood",)),
        (("learners", "--time-zone", "Mars/Olympus"), REFUSED, ("no time zone Mars/Olympus",)),
        (("learners", "--from", "2026-13-01"), WRONG_USAGE, ("--from",)),
        (("learners", "--from", "1999-01-01"), WRONG_USAGE, ("ten years",)),
        (("learners", "--period", "30", "--from", "2026-01-01"), WRONG_USAGE, ("either --period",)),
        (("licenses", "--period", "30"), WRONG_USAGE, ("licenses has no --period",)),
        (("learners", "--days", "30"), WRONG_USAGE, ("learners has no --days",)),
        (("idle", "--days", "0"), WRONG_USAGE, ("--days", "1<=x<=36500")),
        (("idle", "--days", "many"), WRONG_USAGE, ("--days", "not a valid integer")),
        (("idle", "--active"), WRONG_USAGE, ("idle has no --active",)),
        (("content-people",), WRONG_USAGE, ("Say which content",)),
        (("content-people", "--content", "7"), REFUSED, ("no content 7",)),
        (("learners", "--output", "/nowhere/x.csv"), WRONG_USAGE, ("/nowhere is not there",)),
    ],
)
def test_what_is_asked_wrongly_gets_a_sentence(
    command: Command, python: Content, arguments: tuple[Any, ...], exit_code: int, words: tuple[str, ...]
) -> None:
    assert_explained(command("report", *arguments), exit_code, *words)
    assert not AuditEntry.objects.filter(action="report.exported").exists()
