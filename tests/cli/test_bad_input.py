"""What is asked wrongly: always one clear sentence, the right exit code, no traceback, nothing changed."""

import io
import zipfile
from pathlib import Path

import pytest

from seatkeeper.cli import errors
from tests.cli.conftest import Command
from tests.cli.explained import HEADER, REFUSED, WRONG_USAGE, assert_explained


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("import", "missing.csv"), WRONG_USAGE, ("missing.csv", "does not exist")),
        (("import", "/"), WRONG_USAGE, ("is a directory",)),
        (("import", "/dev/null", "--results", "/nowhere/results.csv"), WRONG_USAGE, ("--results", "/nowhere is not there")),
        (("import",), WRONG_USAGE, ("Missing argument 'FILE'",)),
        (("unassign", "--all", "--pool", "default/coding"), REFUSED, ("no pool default/coding", "default/learning")),
        (("assign", "--all", "--pool", "x"), REFUSED, ("no pool x", "default/learning")),
        (("reassign", "--all", "--to", "default/learning", "--pool", "default/learning"), WRONG_USAGE, ("the same pool",)),
        (("export", "--pool", "x"), REFUSED, ("no pool x",)),
        (("export", "--output", "/nowhere/people.csv"), WRONG_USAGE, ("--output", "/nowhere is not there")),
        (("export", "--column", "shoe_size"), REFUSED, ("no column shoe_size", "department_name")),
        (("unassign", "--filter", "department:Nowhere"), REFUSED, ("Nobody is selected", "department:Nowhere")),
        (("unassign", "--email", "nobody@corp.example"), REFUSED, ("nobody@corp.example", "Nothing was changed")),
        (("unassign", "--all", "--except", "nobody@corp.example"), REFUSED, ("nobody@corp.example",)),
        (("unassign", "--filter", "shoe:44"), WRONG_USAGE, ("The filter is not understood", "  shoe:44\n  ^")),
        (("unassign", "--filter", 'department:"Sales'), WRONG_USAGE, ("The filter is not understood", "^")),
        (("export", "--filter", "idle:soon"), WRONG_USAGE, ("The filter is not understood", "idle:soon")),
        (("learners", "--filter", "status:gone"), WRONG_USAGE, ("The filter is not understood", "status:gone")),
        (("unassign", "--filter", " "), WRONG_USAGE, ("An empty filter would be everyone",)),
        (("unassign",), WRONG_USAGE, ("Say who",)),
        (("unassign", "--all", "--email", "ana@corp.example"), WRONG_USAGE, ("Say who",)),
        (("learner", "nobody@corp.example"), REFUSED, ("nobody@corp.example",)),
        (("merge", "ana@corp.example", "ANA@corp.example"), REFUSED, ("Both addresses are one profile's",)),
        (("merge", "ana@corp.example", "nobody@corp.example"), REFUSED, ("nobody@corp.example",)),
        (("disconnect", "ana@corp.example"), REFUSED, ("No sign-in is connected",)),
        (("groups", "join", "Nowhere", "--all"), REFUSED, ("no group Nowhere",)),
        (("unassign", "--all", "--reason", "caf\udce9"), REFUSED, ("caf\ufffd", "no text")),
        (("operations", "show", "99"), REFUSED, ("no operation 99",)),
        (("operations", "undo", "99"), REFUSED, ("no operation 99",)),
        (("operations", "show", "one"), WRONG_USAGE, ("not a valid integer",)),
        (("operations", "cancel", "1"), REFUSED, ("Operation 1 is done already", "operations undo 1")),
        (("pools", "add", "--type", "learning", "--seats", "1"), REFUSED, ("default/learning is there already",)),
        (("pools", "add", "--type", "a_license_b", "--seats", "1"), REFUSED, ("can't name",)),
        (("pools", "add", "--type", "x", "--seats", "-1"), WRONG_USAGE, ("--seats",)),
        (("pools", "add", "--type", "x", "--seats", "1", "--activation", "later"), WRONG_USAGE, ("--activation",)),
        (("pools", "change", "default/learning", "--seats", "2"), REFUSED, ("3 seats are taken", "Unassign 1 license first")),
        (("pools", "change", "x", "--seats", "2"), REFUSED, ("no pool x",)),
        (("--organization", "beta", "pools", "list"), REFUSED, ("No organization beta", "acme")),
        (("init", "--organization", "Acme"), REFUSED, ("acme is there already",)),
        (("init", "--organization", " "), WRONG_USAGE, ("init --organization NAME",)),
        (("init",), WRONG_USAGE, ("init --organization NAME",)),
        (("pools", "list", "--format", "xml"), WRONG_USAGE, ("'xml' is not one of 'table', 'json', 'csv'",)),
        (("settings", "change"), WRONG_USAGE, ("Say what to change",)),
        (("settings", "change", "--time-zone", "Berlin"), REFUSED, ("no time zone Berlin", "Europe/Berlin")),
        (("settings", "change", "--language", "xx"), WRONG_USAGE, ("no language xx", "en")),
        (("settings", "change", "--contact", "javascript:alert(1)"), WRONG_USAGE, ("--contact", "https://")),
        (("usage", "import", "missing.csv"), WRONG_USAGE, ("missing.csv", "does not exist")),
        (("usage", "discard", "course", "Python"), WRONG_USAGE, ("'learner', 'content'",)),
        (("frobnicate",), WRONG_USAGE, ("No such command 'frobnicate'",)),
        (("pools", "list", "--colour"), WRONG_USAGE, ("No such option",)),
        (("sample", "--learners", "20"), WRONG_USAGE, ("has people already",)),
    ],
)  # fmt: skip
def test_a_request_that_is_refused_is_explained_and_changes_nothing(
    command: Command, acme: Path, arguments: tuple[str, ...], exit_code: int, words: tuple[str, ...]
) -> None:
    before = command("operations", "list").stdout, command("pools", "list").stdout

    done = command(*arguments)

    assert_explained(done, exit_code, *words)
    assert (command("operations", "list").stdout, command("pools", "list").stdout) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("header",)),
        (b"\n\n", ("header",)),
        (HEADER.encode(), ("The file is empty",)),
        (b"name,shoe_size\nAna,44\n", ("No column says who is meant", "name, shoe_size")),
        (b"invited_email_address,license_coding_status\na@corp.example,active\n", ("default/coding",)),
        (b"invited_email_address,groups\na@corp.example,Sales\n", ("EIS_UPLOAD_ROW_GROUP", "--without-groups")),
        (b"\x00\x01\x02\xff" * 100, ("The file is no text",)),
    ],
)  # fmt: skip
def test_a_file_that_is_refused_leaves_nothing(
    command: Command, acme: Path, tmp_path: Path, content: bytes, words: tuple[str, ...]
) -> None:
    from django.conf import settings

    kept = set(settings.UPLOADS_DIRECTORY.iterdir())
    file = tmp_path / "odd.csv"
    file.write_bytes(content)

    assert_explained(command("import", file), REFUSED, *words)

    assert set(settings.UPLOADS_DIRECTORY.iterdir()) == kept
    assert command("pools", "list").json()[0]["taken"] == 3
    assert {row["status"] for row in command("operations", "list").json()} <= {"done", "cancelled"}


def test_a_workbook_is_refused_as_one(command: Command, acme: Path, tmp_path: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", "<workbook/>")
    file = tmp_path / "people.xlsx"
    file.write_bytes(book.getvalue())

    assert_explained(command("import", file), REFUSED, "CSV")


def test_an_organization_is_needed(command: Command) -> None:
    command("init", "--organization", "Acme")
    command("init", "--organization", "Beta")

    assert_explained(command("pools", "list"), REFUSED, "Say which organization: --organization acme | beta")
    assert command("pools", "list", "--organization", "acme").exit_code == 0


def test_a_home_of_no_organization(command: Command) -> None:
    assert_explained(command("pools", "list"), REFUSED, "seatkeeper init --organization NAME")


def test_a_pool_is_needed(command: Command) -> None:
    command("init", "--organization", "Acme")

    assert_explained(command("assign", "--all"), REFUSED, "no pool yet", "pools add")


def test_one_of_several_pools_is_to_be_named(command: Command, acme: Path) -> None:
    command("pools", "add", "--type", "coding", "--seats", "1")

    assert_explained(command("assign", "--all"), REFUSED, "--pool default/coding | default/learning")


def test_a_home_of_a_newer_version(command: Command, acme: Path) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.create(app="licensing", name="0099_from_the_future")

    assert_explained(command("pools", "list"), REFUSED, "newer Seatkeeper", "licensing/0099_from_the_future")
    assert_explained(command("init", "--organization", "Beta"), REFUSED, "newer Seatkeeper")
    assert_explained(command("upgrade"), REFUSED, "newer Seatkeeper")


def test_a_home_of_an_older_version(command: Command, acme: Path) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="uploads").order_by("-name")[:1].get().delete()

    assert_explained(command("pools", "list"), REFUSED, "older Seatkeeper", "seatkeeper upgrade")
    assert_explained(command("import", acme), REFUSED, "older Seatkeeper")


def test_what_the_brake_stops_is_held_and_released(command: Command, acme: Path) -> None:
    from seatkeeper.licensing.models import Books

    Books.objects.update(brake_at_least=2)

    held = command("unassign", "--all")
    assert (held.exit_code, held.json()["status"], held.json()["unassigned"]) == (1, "held", 3)
    assert "Held: operation 2 would unassign 3 licenses, the limit for a day is 2." in held.stderr
    assert "operations apply 2 --release-brake" in held.stderr
    assert command("operations", "apply", "2").exit_code == 1
    assert command("pools", "list").json()[0]["taken"] == 3
    released = command("operations", "apply", "2", "--release-brake")
    assert (released.exit_code, released.json()["status"], released.json()["unassigned"]) == (0, "done", 3)
    assert command("operations", "show", "2").json()["released_by"].startswith("cli")


def test_a_file_that_the_brake_stops_is_held_and_released(command: Command, acme: Path, tmp_path: Path) -> None:
    from seatkeeper.licensing.models import Books

    Books.objects.update(brake_at_least=1)
    file = tmp_path / "leavers.csv"
    file.write_text(HEADER + "ana@corp.example,inactive\nbo@corp.example,inactive\n")

    held = command("import", file)
    assert (held.exit_code, held.json()["status"]) == (1, "held")
    assert command("operations", "resume", "2").json()["status"] == "held"
    released = command("operations", "apply", "2", "--release-brake")

    assert (released.exit_code, released.json()["unassigned"]) == (0, 2)
    assert command("operations", "undo", "2").json()["activated"] == 2  # never counts


def test_cancelled_operations_are_not_gone_on_with(command: Command, acme: Path) -> None:
    command("unassign", "--all", "--preview")
    command("import", acme, "--preview")
    for number in ("2", "3"):
        assert command("operations", "cancel", number).json()["status"] == "cancelled"

        for verb in ("apply", "resume"):
            assert_explained(command("operations", verb, number), REFUSED, f"Operation {number} was cancelled")
        assert_explained(command("operations", "undo", number), REFUSED, "changed nothing")
        assert_explained(command("operations", "cancel", number), REFUSED, "was cancelled before")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("database or disk is full", "The disk is full"),
        ('could not extend file "base/1": No space left on device', "The disk is full"),
        ("attempt to write a readonly database", "can't be written"),
        ("unable to open database file", "can't be written"),
        ("file is not a database", "damaged"),
        ("database disk image is malformed", "damaged"),
        ("disk I/O error", "out of reach"),
        ("server closed the connection unexpectedly", "out of reach"),
    ],
)
def test_what_a_database_says_becomes_a_sentence(text: str, words: str) -> None:
    from django.db import OperationalError

    assert words in str(errors._sentence(OperationalError(text)))


def test_an_error_that_nobody_knows_stays_a_traceback(monkeypatch: pytest.MonkeyPatch, command: Command, acme: Path) -> None:
    monkeypatch.setattr("seatkeeper.cli.books.check_books", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        command("check")


def test_every_error_of_ours_has_its_sentence() -> None:
    import seatkeeper.cli.commands  # noqa: F401  loads every room
    from seatkeeper.kernel.errors import SeatkeeperError
    from seatkeeper.uploads.errors import FileRefused

    def kinds(kind: type[SeatkeeperError]) -> set[type[SeatkeeperError]]:
        below = {deeper for child in kind.__subclasses__() for deeper in kinds(child)}
        return below or {kind}

    never_shown = {"ledger_mismatch"}  # a fault of ours: its traceback is wanted
    of_signing_in = {"access_ended", "own_sign_in_needed", "code_refused", "profile_taken"}  # pages have their words
    of_limited_admins = {"no_permissions", "not_yours_to_give"}  # who has the command line gives what they like
    codes = {kind.code for kind in kinds(SeatkeeperError) if not issubclass(kind, FileRefused)}
    said_elsewhere = never_shown | of_signing_in | of_limited_admins | {"refused", "wrong_usage"}
    assert codes - said_elsewhere <= set(errors.SENTENCES)
