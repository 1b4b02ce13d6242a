"""What every test stands on: a database, a home folder, a closed network, the command."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker, Settings

from tests import network
from tests.database import fresh_database, name_of
from tests.settings import HOME, POSTGRES_URL, RUN_FOLDER, VENDOR
from tests.shared import Once, around_a_module, by_one_worker, database_for_all, drop_databases, folders
from tests.skips import LIST, SkipGuard, allowed_reasons

COMMAND_SECONDS = 120
# What takes long on the clock may have waited for others' processes. A fixture is for all examples of a test: each
# makes what it needs.
settings.register_profile(
    "tests", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
# The build's verdict on a commit is the same each time; those who run the tests look for new examples.
settings.register_profile("build", settings.get_profile("tests"), derandomize=True)
settings.load_profile("tests")
_numbers = count()
SLOW = frozenset({"promises", "browser", "gate", "workbench", "test_nobody_crosses.py", "test_bad_surroundings.py"})
INDEXES_OF_WORDS = ("directory_searchindex", "directory_valueindex")  # of SQLite
BIN = Path(sys.executable).parent
IN_TURN = """
import json, sys
from seatkeeper.cli.errors import run_and_explain
sys.exit(any([run_and_explain(command) for command in json.loads(sys.argv[1])]))
"""

MIGRATE = """
import json, sys
import django
from django.core.management import call_command
django.setup()
for step in json.loads(sys.argv[1]):
    call_command("migrate", *step, verbosity=0)
"""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that hears of every test
        config.pluginmanager.register(SkipGuard(allowed_reasons(LIST.read_text("utf-8"))), "skip-guard")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        drop_databases()
        shutil.rmtree(RUN_FOLDER, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {VENDOR}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other database: they run when its turn comes. The slow ones go first.

    A worker takes a file at a time; a long one begun last would keep the others waiting.
    """
    left_out = [item for item in items if _only_database(item) not in (VENDOR, "")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        left = set(left_out)
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: _is_quick(item.path))


def _is_quick(path: Path) -> bool:
    """Not where processes, servers and browsers are started."""
    return path.parent.name not in SLOW and path.name not in SLOW


def _only_database(item: pytest.Item) -> str:
    if mark := item.get_closest_marker("one_database"):
        if len(mark.args) != 1 or not mark.args[0].strip():
            raise pytest.UsageError(f"{item.nodeid}: one_database(why) says why one database is enough")
        return "sqlite"
    return next((vendor for vendor in ("sqlite", "postgresql") if item.get_closest_marker(vendor)), "")


@pytest.fixture(autouse=True, scope="session")
def _closed_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.close(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _organizations_are_flushed_first() -> Iterator[None]:
    """Between tests SQLite deletes row by row: an entry of the audit log goes only after its organization.

    The indexes of words do not hear of it, and are emptied beside.
    """
    from django.db import connection

    flush = connection.ops.sql_flush

    def organizations_first(*arguments: Any, **options: Any) -> list[str]:
        statements = sorted(flush(*arguments, **options), key=lambda statement: '"directory_organization"' not in statement)
        emptied = (f"INSERT INTO {index}({index}) VALUES ('delete-all')" for index in INDEXES_OF_WORDS)  # noqa: S608  our own
        return [*statements, *emptied]

    with pytest.MonkeyPatch.context() as patch:
        if VENDOR == "sqlite":
            patch.setattr(connection.ops, "sql_flush", organizations_first)
        yield


@pytest.fixture(autouse=True, scope="session")
def _rows_come_last_first() -> Iterator[None]:
    """From SQLite, where a statement names no order: whatever counts on the order of writing fails each time.

    PostgreSQL mostly keeps it, and gives it up by chance.
    """
    from django.db.backends.signals import connection_created

    def reverse(connection: Any, **_: Any) -> None:
        if connection.vendor == "sqlite":
            connection.connection.execute("PRAGMA reverse_unordered_selects = ON")

    connection_created.connect(reverse)
    yield
    connection_created.disconnect(reverse)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder for one test's processes."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
    """Uploads and results of a test that works in this process go to folders of its own."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        folder = tmp_path_factory.mktemp(f"files-{next(_numbers)}", numbered=False)  # it would look at all before it
        if "once" in request.fixturenames:
            shutil.copytree(request.getfixturevalue("once").folder, folder, dirs_exist_ok=True)
        for name, value in folders(folder).items():
            setattr(settings, name, value)


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Once]:
    """Makes what all tests of a module begin with."""
    with around_a_module(django_db_blocker, tmp_path_factory.mktemp("once")) as made:
        yield made


@pytest.fixture(scope="session")
def migrated() -> str:
    """A database that is migrated and otherwise empty, to be copied: made once for all workers, never written again."""
    return by_one_worker("migrated", _make_migrated)


def _make_migrated(folder: Path) -> str:
    url = database_for_all(folder)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def django_db_setup(migrated: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of the tests that work in this process: a copy, too."""
    from django.conf import settings
    from django.db import connection

    with ExitStack() as stack:
        name = str(HOME / "tests.sqlite3")
        if VENDOR == "postgresql":
            name = name_of(stack.enter_context(fresh_database(POSTGRES_URL, template=name_of(migrated))))
        else:
            shutil.copyfile(migrated.removeprefix("sqlite:///"), name)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        yield
        with django_db_blocker.unblock():
            connection.close()


@pytest.fixture
def blank_database_url(tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if VENDOR == "postgresql":
        with fresh_database(POSTGRES_URL) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'blank.sqlite3'}"


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database for one test's processes."""
    if VENDOR == "postgresql":
        with fresh_database(POSTGRES_URL, template=name_of(migrated)) as url:
            yield url
    else:
        copy = tmp_path / "seatkeeper.sqlite3"
        shutil.copyfile(migrated.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run of the command came to."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        return json.loads(self.stdout)


@dataclass(frozen=True, slots=True)
class Seatkeeper:
    """The installed command, on one home folder and one database."""

    environment: dict[str, str]

    def __call__(self, *arguments: str | Path, stdin: str | bytes = b"", **variables: str) -> Finished:
        """Run it to its end. `variables`: more of the environment."""
        done = subprocess.run(
            [BIN / "seatkeeper", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment | variables,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    def in_turn(self, *commands: Sequence[str], stdin: str = "") -> None:
        """Several commands in one process, which takes most of a second to start; each must end well."""
        subprocess.run(
            [sys.executable, "-c", IN_TURN, json.dumps(commands)],
            input=stdin.encode(),
            stdout=subprocess.DEVNULL,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"},
            timeout=COMMAND_SECONDS,
            check=True,
        )

    @contextmanager
    def standing(self) -> Iterator["Standing"]:
        """The command in one process that stays, for whom it is no matter that each has its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.standing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            text=True,
        )
        try:
            yield Standing(process)
        finally:
            process.communicate(timeout=COMMAND_SECONDS)

    def start(self, *arguments: str | Path, **variables: str) -> "subprocess.Popen[bytes]":
        """Start it and go on: for tests that kill it."""
        return subprocess.Popen(
            [BIN / "seatkeeper", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment | variables,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """See `Seatkeeper.standing`; called as it is."""

    process: "subprocess.Popen[str]"

    def __call__(self, *arguments: str | Path) -> Finished:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        self.process.stdin.flush()
        return Finished(*json.loads(self.process.stdout.readline()))


@pytest.fixture
def seatkeeper(home: Path, database_url: str) -> Seatkeeper:
    """The command as a process of its own: `seatkeeper("import", "people.csv").exit_code`."""
    return Seatkeeper(environment_of(home, database_url))


@pytest.fixture
def run_sql(database_url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """Look at the database that the command works on."""

    def run(statement: str) -> list[tuple[Any, ...]]:
        if VENDOR == "postgresql":
            import psycopg

            with psycopg.connect(database_url) as connection:
                return connection.execute(statement.encode()).fetchall()
        import sqlite3  # the one that the settings chose: two SQLites on one file break each other's locks
        from contextlib import closing

        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
            return file.execute(statement).fetchall()

    return run


def migrate(url: str, *steps: Sequence[str]) -> None:
    """Migrate a database in a process of its own: as far as there are migrations, or step by step."""
    subprocess.run(
        [sys.executable, "-c", MIGRATE, json.dumps(steps or [()])],
        env=environment_of(RUN_FOLDER, url) | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"},
        check=True,
        timeout=COMMAND_SECONDS,
    )


def environment_of(home: Path, url: str) -> dict[str, str]:
    left_out = ("SEATKEEPER_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")  # the last would triple the start of each process
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return inherited | {"SEATKEEPER_HOME": str(home), "SEATKEEPER_DATABASE_URL": url, "NO_COLOR": "1", "COLUMNS": "120"}
