"""What is made once though many need it: by the workers of one run, and by the tests of one module."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.database import create_database, drop_database, name_of
from tests.settings import POSTGRES_URL, RUN_FOLDER, VENDOR

Made = TypeVar("Made")
DATABASES = RUN_FOLDER / "databases"  # a name a line: what is to be dropped from the server at the end


def by_one_worker(name: str, make: Callable[[Path], Made]) -> Made:
    """What the worker that comes first makes in a folder, for all of them; as plain values, which become JSON."""
    folder = RUN_FOLDER / "shared" / name
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder.with_suffix(".json")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed: the others wait
        if not kept.exists():
            kept.write_text(json.dumps(make(folder)), "utf-8")
    made: Made = json.loads(kept.read_text("utf-8"))
    return made


def database_for_all(folder: Path, *, like: str = "") -> str:
    """The address of a database that stays until the run ends: blank, or as another is."""
    if VENDOR == "postgresql":
        url = create_database(POSTGRES_URL, template=name_of(like) or "template0")
        with DATABASES.open("a", encoding="utf-8") as names:
            names.write(f"{name_of(url)}\n")
        return url
    file = folder / "seatkeeper.sqlite3"
    if like:
        shutil.copyfile(like.removeprefix("sqlite:///"), file)
    return f"sqlite:///{file}"


def drop_databases() -> None:
    """Those for all, when the workers have ended."""
    for name in DATABASES.read_text("utf-8").split() if DATABASES.exists() else ():
        drop_database(POSTGRES_URL, name)


@dataclass(frozen=True, slots=True)
class Once:
    """`once(make)`: what `make` does to the database, and in the folders of uploads, every test of a module finds anew.

    Each works in a transaction within that of the module, and on copies of the folders. What `make` answers is the
    same for all: a test that changes a model in Python reads its own from the database.
    """

    blocker: DjangoDbBlocker
    folder: Path

    def __call__(self, make: Callable[[], Made]) -> Made:
        with self.blocker.unblock(), override_settings(**folders(self.folder)), _settings_of_the_transaction_stay():
            made = make()
            connection.check_constraints()  # here, else at the end of each test
            return made


@contextmanager
def _settings_of_the_transaction_stay() -> Iterator[None]:
    """Bulk work sets how PostgreSQL plans until its transaction ends; here that is when the module does."""
    before = _settings()
    yield
    after = _settings()
    with connection.cursor() as cursor:
        for name in (name for name, value in before.items() if after[name] != value):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, before[name]])


def _settings() -> dict[str, str]:
    if VENDOR == "sqlite":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE context = 'user'")
        return dict(cursor.fetchall())


@contextmanager
def around_a_module(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Once]:
    """For a module none of whose tests commits."""
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
    yield Once(blocker, folder)
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def folders(home: Path) -> dict[str, Path]:
    """The settings that say where files are kept."""
    return {"HOME": home, "UPLOADS_DIRECTORY": home / "uploads", "RESULTS_DIRECTORY": home / "results"}
