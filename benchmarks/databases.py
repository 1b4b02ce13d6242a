"""Databases of the bench's own: fresh ones, and copies that are alike to the byte."""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests import database as test_database

POSTGRES_URL = "SEATKEEPER_BENCH_POSTGRES_URL"
SQLITE_FILE = "seatkeeper.sqlite3"
# As docs/how-to/databases.md advises.
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
SERVER_OPTIONS = f"-c max_connections=60 -c shared_buffers={MEMORY // 4 // 1024**2}MB -c max_wal_size=4GB"


@dataclass(frozen=True, slots=True)
class Place:
    """A home folder and a database: what the product finds in its environment."""

    home: Path
    url: str = ""  # "" is SQLite in the home

    @property
    def environment(self) -> dict[str, str]:
        return {"SEATKEEPER_HOME": str(self.home), "SEATKEEPER_DATABASE_URL": self.url}


class Server(ABC):
    """Where databases are made. Each is gone when its block ends."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def place(self, template: Place | None = None) -> Iterator[Place]:
        """An empty database, or a copy of one that nobody is connected to."""
        home = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            with ExitStack() as stack:
                yield self._make(stack, home, template)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    @abstractmethod
    def _make(self, stack: ExitStack, home: Path, template: Place | None) -> Place: ...


class SQLite(Server):
    name = "sqlite"

    def _make(self, stack: ExitStack, home: Path, template: Place | None) -> Place:
        if template is not None:
            shutil.copyfile(template.home / SQLITE_FILE, home / SQLITE_FILE)
        return Place(home)


class PostgreSQL(Server):
    name = "postgresql"

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self.url = url

    def _make(self, stack: ExitStack, home: Path, template: Place | None) -> Place:
        name = test_database.name_of(template.url) if template else "template0"
        return Place(home, stack.enter_context(test_database.fresh_database(self.url, template=name)))


@contextmanager
def server(kind: str, folder: Path) -> Iterator[Server]:
    """SQLite, or the PostgreSQL named in the environment, or one of our own that syncs to disk and has memory as in real life.

    On a server named in the environment we make databases called `seatkeeper_…` and drop
    them again; its role needs CREATEDB, and nothing else on it is touched.
    """
    if kind == SQLite.name:
        yield SQLite(folder)
        return
    named = {test_database.URL_VARIABLE: os.environ.get(POSTGRES_URL, "")}
    with (
        patch.dict(os.environ, named),
        patch.object(test_database, "SERVER_OPTIONS", SERVER_OPTIONS),
        test_database.postgres_server() as url,
    ):
        yield PostgreSQL(folder, url)
