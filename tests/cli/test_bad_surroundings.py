"""What the system does to us: a full disk, a lost database, a closed pipe. One clear sentence, nothing half done."""

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.explained import HEADER, REFUSED, WRONG_USAGE, assert_explained
from tests.conftest import BIN, Finished, Seatkeeper, environment_of
from tests.promises import interrupted
from tests.promises.homes import Origin

Sql = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def migrated(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With Acme and its pool in it: each test works on a copy."""
    folder = tmp_path_factory.mktemp("acme")
    (folder / "empty").mkdir()
    pool = ("pools", "add", "--type", "learning", "--seats", "9000", "--activation", "immediate")
    with Origin(folder / "empty", migrated).copied(folder) as made:
        Seatkeeper(environment_of(made.home, made.url)).in_turn(("init", "--organization", "Acme"), pool)
        yield made.url


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


def test_a_file_that_cannot_be_read(seatkeeper: Seatkeeper, run_sql: Sql) -> None:
    assert_explained(seatkeeper("import", "/proc/self/mem"), REFUSED)
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(0,)]


def test_the_disk_is_full_while_the_file_is_kept(seatkeeper: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    file = long_file(tmp_path)

    done = run_limited(seatkeeper, "import", file, file_bytes=file.stat().st_size // 2)

    assert_explained(done, REFUSED, "Make room", "nothing was changed")
    assert not list((Path(seatkeeper.environment["SEATKEEPER_HOME"]) / "uploads").iterdir())
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(0,)]


@pytest.mark.sqlite
def test_the_disk_is_full_while_staging(seatkeeper: Seatkeeper, tmp_path: Path, database_url: str, run_sql: Sql) -> None:
    file = long_file(tmp_path, 20_000)
    size = Path(database_url.removeprefix("sqlite:///")).stat().st_size
    small = interrupted.small_chunks(seatkeeper, 2000)

    done = run_limited(small, "import", file, file_bytes=max(size, file.stat().st_size) + 400_000)

    assert_explained(done, REFUSED, "operations resume")
    assert run_sql("SELECT COUNT(*) FROM directory_learner") == [(0,)]
    resumed = seatkeeper("operations", "resume", "1")
    assert resumed.exit_code == 3  # of 20,000 people, 9,000 find a seat
    assert run_sql("SELECT COUNT(*) FROM licensing_license WHERE status = 2") == [(9000,)]
    assert seatkeeper("check").json()["ok"]


@pytest.mark.postgresql
def test_the_database_goes_away_in_the_middle(seatkeeper: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    small = interrupted.small_chunks(seatkeeper, 100)
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
    assert seatkeeper("operations", "resume", "1").json()["added"] == 3000
    assert seatkeeper("check").json()["ok"]


@pytest.mark.sqlite
def test_the_database_file_is_overwritten_in_the_middle(
    seatkeeper: Seatkeeper, tmp_path: Path, database_url: str, run_sql: Sql
) -> None:
    database = Path(database_url.removeprefix("sqlite:///"))
    process = interrupted.small_chunks(seatkeeper, 40).start("import", long_file(tmp_path))
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
    assert_explained(seatkeeper("pools", "list"), REFUSED, "damaged")


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
        ("SEATKEEPER_PROXIES", "-1", "whole number from 0 up"),
    ):
        done = Seatkeeper(plain_environment(SEATKEEPER_HOME=str(home), **{name: value}))("pools", "list")
        assert_explained(done, WRONG_USAGE, words)


def test_the_same_file_while_the_first_is_being_imported(seatkeeper: Seatkeeper, tmp_path: Path, run_sql: Sql) -> None:
    file = long_file(tmp_path)
    process = interrupted.small_chunks(seatkeeper, 40).start("import", file)
    try:
        for status in ("planning", "applying"):
            while run_sql("SELECT status FROM licensing_operation") != [(status,)]:
                assert process.poll() is None, status
            os.kill(process.pid, signal.SIGSTOP)
            if not in_transaction(run_sql):
                second = seatkeeper("import", file)
                assert_explained(second, REFUSED, "being imported at this moment, as operation 1")
            os.kill(process.pid, signal.SIGCONT)
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.communicate(timeout=120)

    assert process.returncode == 0
    assert run_sql("SELECT COUNT(*) FROM licensing_operation") == [(1,)]
    assert seatkeeper("import", file).json()["unchanged"] == 3000


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


def test_a_broken_pipe_ends_an_export_quietly(seatkeeper: Seatkeeper, tmp_path: Path) -> None:
    seatkeeper("import", long_file(tmp_path, 6000))
    export = subprocess.Popen(
        [BIN / "seatkeeper", "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=seatkeeper.environment
    )
    assert export.stdout is not None
    assert export.stderr is not None
    assert export.stdout.readline().startswith(b"preferred_first_name")
    export.stdout.close()

    assert export.stderr.read() == b""
    assert export.wait(timeout=60) == REFUSED
    export.stderr.close()


def test_an_export_that_fails_leaves_no_part_of_a_file(seatkeeper: Seatkeeper, tmp_path: Path) -> None:
    seatkeeper("import", long_file(tmp_path, 6000))
    out = tmp_path / "out.csv"
    out.write_text("as before")

    done = run_limited(seatkeeper, "export", "--output", out, file_bytes=50_000)

    assert_explained(done, REFUSED)
    assert out.read_text() == "as before"
    assert not list(tmp_path.glob("out.csv?*"))


@pytest.mark.parametrize(
    ("answer", "exit_code", "taken", "said"), [("n\n", 1, 3000, "Nothing was changed."), ("y\n", 0, 0, "")]
)
def test_a_question_on_a_terminal(
    seatkeeper: Seatkeeper, run_sql: Sql, tmp_path: Path, answer: str, exit_code: int, taken: int, said: str
) -> None:
    seatkeeper("import", long_file(tmp_path))
    ours, theirs = os.openpty()

    process = subprocess.Popen(
        [BIN / "seatkeeper", "unassign", "--all", "--release-brake"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=seatkeeper.environment,
    )
    os.write(ours, answer.encode())
    _, stderr = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)

    assert process.returncode == exit_code, stderr
    assert "3,000 people: 3,000 unassigned; 3,000 seats come free. Go on?" in stderr.decode()
    assert said in stderr.decode()
    assert run_sql("SELECT seats_taken FROM licensing_licensepool") == [(taken,)]
    status = "done" if exit_code == 0 else "cancelled"
    assert run_sql("SELECT status FROM licensing_operation WHERE number = 2") == [(status,)]


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
