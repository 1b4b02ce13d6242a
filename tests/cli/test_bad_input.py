"""What goes wrong outside of us: always one clear sentence, the right exit code, no traceback, nothing half done."""

import io
import os
import resource
import signal
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.cli import errors
from tests.cli.conftest import Command
from tests.conftest import BIN, Finished, Seatkeeper
from tests.promises import interrupted

REFUSED, WRONG_USAGE = 1, 2
HEADER = "invited_email_address,license_learning_status\n"
Sql = Callable[[str], list[tuple[Any, ...]]]


def assert_explained(done: Finished, exit_code: int, *words: str) -> None:
    assert done.exit_code == exit_code, done
    assert "Traceback" not in done.stderr
    assert done.stderr.strip(), done
    for word in words:
        assert word in done.stderr, done.stderr
    assert done.stdout == ""


# Within this process: what is said.


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("import", "missing.csv"), WRONG_USAGE, ("missing.csv", "does not exist")),
        (("import", "/"), WRONG_USAGE, ("is a directory",)),
        (("import",), WRONG_USAGE, ("Missing argument 'FILE'",)),
        (("unassign", "--all", "--pool", "default/coding"), REFUSED, ("no pool default/coding", "default/learning")),
        (("assign", "--all", "--pool", "x"), REFUSED, ("no pool x", "default/learning")),
        (("reassign", "--all", "--to", "default/learning", "--pool", "default/learning"), WRONG_USAGE, ("the same pool",)),
        (("export", "--pool", "x"), REFUSED, ("no pool x",)),
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
        (("pools", "change", "default/learning", "--seats", "2"), REFUSED, ("3 seats are taken", "Unassign 1 ")),
        (("pools", "change", "x", "--seats", "2"), REFUSED, ("no pool x",)),
        (("--organization", "beta", "pools", "list"), REFUSED, ("No organization beta", "acme")),
        (("init", "--organization", "Acme"), REFUSED, ("acme is there already",)),
        (("init", "--organization", " "), WRONG_USAGE, ("init --organization NAME",)),
        (("init",), WRONG_USAGE, ("init --organization NAME",)),
        (("pools", "list", "--format", "xml"), WRONG_USAGE, ("'xml' is not one of 'table', 'json', 'csv'",)),
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


# In processes of their own: what the system does to us.


@pytest.fixture
def acme_home(seatkeeper: Seatkeeper) -> Seatkeeper:
    assert seatkeeper("init", "--organization", "Acme").exit_code == 0
    assert seatkeeper("pools", "add", "--type", "learning", "--seats", "9000", "--activation", "immediate").exit_code == 0
    return seatkeeper


def long_file(tmp_path: Path, lines: int = 3000) -> Path:
    file = tmp_path / "long.csv"
    file.write_text(HEADER + "".join(f"p{n}@corp.example,active\n" for n in range(lines)))
    return file


def test_a_home_given_before_and_after_the_commands_name(tmp_path: Path) -> None:
    seatkeeper = Seatkeeper(plain_environment())
    new = tmp_path / "a" / "new"

    empty = seatkeeper("pools", "list", "--home", new)
    assert_explained(empty, REFUSED, "seatkeeper init --organization NAME")
    assert not new.exists()
    assert seatkeeper("--home", new, "init", "--organization", "Acme").json()["home"] == str(new)
    assert seatkeeper("pools", "list", f"--home={new}").json() == []
    assert_explained(seatkeeper("--home", "/proc/nowhere", "init", "--organization", "Acme"), REFUSED, "/proc/nowhere")


def test_a_file_that_cannot_be_read(acme_home: Seatkeeper, run_sql: Sql) -> None:
    assert_explained(acme_home("import", "/proc/self/mem"), REFUSED)
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(0,)]


def test_the_disk_is_full_while_the_file_is_kept(acme_home: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    file = long_file(tmp_path)

    done = run_limited(acme_home, "import", file, file_bytes=file.stat().st_size // 2)

    assert_explained(done, REFUSED, "Make room", "nothing was changed")
    assert not list((Path(acme_home.environment["SEATKEEPER_HOME"]) / "uploads").iterdir())
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(0,)]


@pytest.mark.sqlite
def test_the_disk_is_full_while_staging(acme_home: Seatkeeper, tmp_path: Path, database_url: str, run_sql: Sql) -> None:
    file = long_file(tmp_path, 20_000)
    size = Path(database_url.removeprefix("sqlite:///")).stat().st_size
    small = interrupted.small_chunks(acme_home, 2000)

    done = run_limited(small, "import", file, file_bytes=max(size, file.stat().st_size) + 400_000)

    assert_explained(done, REFUSED, "operations resume")
    assert run_sql("SELECT COUNT(*) FROM directory_learner") == [(0,)]
    resumed = acme_home("operations", "resume", "1")
    assert resumed.exit_code == 3  # of 20,000 people, 9,000 find a seat
    assert run_sql("SELECT COUNT(*) FROM licensing_license WHERE status = 2") == [(9000,)]
    assert acme_home("check").json()["ok"]


@pytest.mark.postgresql
def test_the_database_goes_away_in_the_middle(acme_home: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    small = interrupted.small_chunks(acme_home, 100)
    process = small.start("import", long_file(tmp_path))
    while run_sql("SELECT staged_through FROM uploads_upload") in ([], [(0,)]):
        assert process.poll() is None
    run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    stdout, stderr = process.communicate(timeout=60)

    assert_explained(
        Finished(process.returncode, stdout.decode(), stderr.decode()), REFUSED, "out of reach", "operations resume"
    )
    assert acme_home("operations", "resume", "1").json()["added"] == 3000
    assert acme_home("check").json()["ok"]


@pytest.mark.sqlite
def test_the_database_file_is_overwritten_in_the_middle(
    acme_home: Seatkeeper, tmp_path: Path, database_url: str, run_sql: Sql
) -> None:
    database = Path(database_url.removeprefix("sqlite:///"))
    process = interrupted.small_chunks(acme_home, 40).start("import", long_file(tmp_path))
    while run_sql("SELECT staged_through FROM uploads_upload") in ([], [(0,)]):
        assert process.poll() is None
    os.kill(process.pid, signal.SIGSTOP)
    with database.open("r+b") as file:
        file.write(b"no database" * 20_000)
    for name in (f"{database}-wal", f"{database}-shm"):
        Path(name).unlink(missing_ok=True)
    os.kill(process.pid, signal.SIGCONT)
    stdout, stderr = process.communicate(timeout=60)

    assert_explained(Finished(process.returncode, stdout.decode(), stderr.decode()), REFUSED)
    assert_explained(acme_home("pools", "list"), REFUSED, "damaged")


@pytest.mark.sqlite
def test_a_home_that_is_no_database(home: Path) -> None:
    (home / "seatkeeper.sqlite3").write_bytes(b"I am a letter to my aunt. " * 100)

    assert_explained(Seatkeeper(plain_environment())("--home", home, "pools", "list"), REFUSED, "damaged")


@pytest.mark.postgresql
def test_a_server_that_is_not_there(home: Path) -> None:
    seatkeeper = Seatkeeper(
        plain_environment(SEATKEEPER_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", SEATKEEPER_HOME=str(home))
    )

    assert_explained(seatkeeper("pools", "list"), REFUSED, "out of reach")


def test_a_setting_that_is_not_understood(home: Path) -> None:
    for name, value, words in (
        ("SEATKEEPER_DATABASE_URL", "mysql://x/y", "SQLite and PostgreSQL"),
        ("SEATKEEPER_CHUNK_ROWS", "many", "whole number"),
    ):
        done = Seatkeeper(plain_environment(SEATKEEPER_HOME=str(home), **{name: value}))("pools", "list")
        assert_explained(done, WRONG_USAGE, words)


def test_the_same_file_while_the_first_is_being_imported(acme_home: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    file = long_file(tmp_path)
    process = interrupted.small_chunks(acme_home, 40).start("import", file)
    try:
        for status in ("planning", "applying"):
            while run_sql("SELECT status FROM licensing_operation") != [(status,)]:
                assert process.poll() is None, status
            os.kill(process.pid, signal.SIGSTOP)
            if not in_transaction(run_sql):
                second = acme_home("import", file)
                assert_explained(second, REFUSED, "being imported at this moment, as operation 1")
            os.kill(process.pid, signal.SIGCONT)
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.communicate(timeout=120)

    assert process.returncode == 0
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(1,)]
    assert acme_home("import", file).json()["unchanged"] == 3000


def in_transaction(run_sql: Sql) -> bool:
    """Whether the stopped process holds SQLite's only lock, so that another can't even ask."""
    import sqlite3  # the one that the settings chose

    from tests.settings import VENDOR

    if VENDOR == "postgresql":
        return False
    try:
        run_sql("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    return False


def test_a_broken_pipe_ends_an_export_quietly(acme_home: Seatkeeper, tmp_path: Path) -> None:
    acme_home("import", long_file(tmp_path, 6000))
    export = subprocess.Popen(
        [BIN / "seatkeeper", "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=acme_home.environment
    )
    assert export.stdout is not None
    assert export.stderr is not None
    assert export.stdout.readline().startswith(b"preferred_first_name")
    export.stdout.close()

    assert export.stderr.read() == b""
    assert export.wait(timeout=60) == REFUSED
    export.stderr.close()


def test_an_export_that_fails_leaves_no_part_of_a_file(acme_home: Seatkeeper, tmp_path: Path) -> None:
    acme_home("import", long_file(tmp_path, 6000))
    out = tmp_path / "out.csv"
    out.write_text("as before")

    done = run_limited(acme_home, "export", "--output", out, file_bytes=50_000)

    assert_explained(done, REFUSED)
    assert out.read_text() == "as before"
    assert not list(tmp_path.glob("out.csv?*"))


@pytest.mark.parametrize(
    ("answer", "exit_code", "taken", "said"), [("n\n", 1, 3000, "Nothing was changed."), ("y\n", 0, 0, "")]
)
def test_a_question_on_a_terminal(
    acme_home: Seatkeeper, tmp_path: Path, answer: str, exit_code: int, taken: int, said: str
) -> None:
    acme_home("import", long_file(tmp_path))
    ours, theirs = os.openpty()

    process = subprocess.Popen(
        [BIN / "seatkeeper", "unassign", "--all", "--release-brake"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=acme_home.environment,
    )
    os.write(ours, answer.encode())
    _, stderr = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)

    assert process.returncode == exit_code, stderr
    assert "3,000 people: 3,000 unassigned; 3,000 seats come free. Go on?" in stderr.decode()
    assert said in stderr.decode()
    assert acme_home("pools", "list").json()[0]["taken"] == taken
    assert acme_home("operations", "list").json()[0]["status"] == ("done" if exit_code == 0 else "cancelled")


def plain_environment(**variables: str) -> dict[str, str]:
    """As of a person who has set nothing but `variables`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SEATKEEPER_", "DJANGO_"))} | variables


def run_limited(seatkeeper: Seatkeeper, *arguments: str | Path, file_bytes: int) -> Finished:
    """Run it where no file may become larger: as on a disk that is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    done = subprocess.run(
        [BIN / "seatkeeper", *arguments],
        capture_output=True,
        env=seatkeeper.environment,
        timeout=120,
        check=False,
        preexec_fn=limit,
    )
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())
