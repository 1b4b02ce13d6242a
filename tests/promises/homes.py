"""Homes with people, made once and copied for each test that kills something."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Seatkeeper, environment_of
from tests.database import fresh_database, name_of
from tests.promises import interrupted
from tests.promises.interrupted import Sql
from tests.settings import POSTGRES_URL, VENDOR

LINES, KILLS = interrupted.lines_of_soak()
ROWS_PER_CHUNK = max(100, LINES // 40)


@dataclass(frozen=True, slots=True)
class Origin:
    """A home with people, to be copied."""

    home: Path
    url: str

    @contextmanager
    def copied(self, folder: Path) -> Iterator["Origin"]:
        shutil.copytree(self.home, folder / "home")
        if VENDOR == "postgresql":
            with fresh_database(POSTGRES_URL, template=name_of(self.url)) as url:
                yield Origin(folder / "home", url)
        else:
            copy_sqlite(self.url, folder / "seatkeeper.sqlite3")
            yield Origin(folder / "home", f"sqlite:///{folder / 'seatkeeper.sqlite3'}")

    def seatkeeper(self) -> Seatkeeper:
        return interrupted.small_chunks(Seatkeeper(environment_of(self.home, self.url)), ROWS_PER_CHUNK)


def copy_sqlite(url: str, target: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def sql_of(url: str) -> Sql:
    def run(statement: str) -> list[tuple[Any, ...]]:
        if VENDOR == "postgresql":
            import psycopg

            with psycopg.connect(url) as connection:
                return connection.execute(statement.encode()).fetchall()
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return file.execute(statement).fetchall()

    return run
