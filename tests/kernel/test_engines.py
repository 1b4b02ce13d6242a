"""What the two databases are made to do beyond Django's own engines."""

import sys
import threading
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection, connections, transaction
from django.db.models import CompositePrimaryKey

from seatkeeper.kernel import sqlite_driver
from seatkeeper.kernel.engines.sqlite import base as engine
from tests import factories

PATIENCE_SECONDS = 30
COMPOSITE = [model for model in apps.get_models() if isinstance(model._meta.pk, CompositePrimaryKey)]


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("model", COMPOSITE, ids=lambda model: model.__name__)
def test_a_composite_key_is_the_table_itself(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
        (sql,) = cursor.fetchone()
        cursor.execute("SELECT COUNT(*) FROM pragma_index_list(%s) WHERE origin = 'u'", [model._meta.db_table])
        assert cursor.fetchone() == (sum(field.unique for field in model._meta.local_concrete_fields),)
    assert sql.rstrip().endswith("WITHOUT ROWID")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_single_key_is_the_row_number_of_its_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'directory_learner'")
        (sql,) = cursor.fetchone()
    assert '"id" integer NOT NULL PRIMARY KEY' in sql


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_readers_and_a_writer_do_not_wait_for_each_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


@pytest.mark.sqlite
def test_the_sqlite_in_use_has_no_wal_reset_bug() -> None:
    import sqlite3

    if sys.platform == "linux":
        assert sqlite_driver.version_in_use() >= sqlite_driver.FIRST_SAFE_VERSION
        assert not sqlite_driver.is_affected_by_wal_reset_bug()
    assert sqlite3.sqlite_version == ".".join(map(str, sqlite_driver.version_in_use()))


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_writer_gets_its_turn_soon_after_another_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """At its next look; SQLite's own waiting would sleep 100 ms between its last tries."""
    began, done, slept = threading.Event(), threading.Event(), []

    def hold() -> None:
        with closing(connections["default"]), transaction.atomic():
            began.set()
            done.wait(PATIENCE_SECONDS)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            done.set()
            holder.join()

    holder = threading.Thread(target=hold)
    holder.start()
    assert began.wait(PATIENCE_SECONDS)
    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    with transaction.atomic():
        assert done.is_set()
    assert len(slept) == 3
    assert max(slept) <= 0.02


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_writer_is_let_in_between_the_chunks_of_a_large_act() -> None:
    """One that commits and begins again at once, but for `give_way`, must not shut out the other."""
    from seatkeeper.kernel.turns import give_way

    stop, began, chunks = threading.Event(), threading.Event(), count()

    def write_on_and_on() -> None:
        with closing(connections["default"]):
            while not stop.is_set():
                with transaction.atomic():
                    began.set()
                    time.sleep(0.05)
                    next(chunks)
                give_way()

    large = threading.Thread(target=write_on_and_on)
    large.start()
    assert began.wait(PATIENCE_SECONDS)
    before = next(chunks)
    with transaction.atomic():
        factories.organization()
        shut_out = next(chunks) - before
    stop.set()
    large.join()
    assert shut_out < 20


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_writer_that_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "TURN_SECONDS", 0.1)
    began, done = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(connections["default"]), transaction.atomic():
            began.set()
            done.wait(PATIENCE_SECONDS)

    holder = threading.Thread(target=hold)
    holder.start()
    assert began.wait(PATIENCE_SECONDS)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    done.set()
    holder.join()


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("table", ["licensing_license", "directory_standing"])
def test_tables_whose_rows_change_in_bulk_have_room_in_their_pages(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (["fillfactor=70"],)


def test_the_tests_use_no_database_of_the_developer() -> None:
    settings = connection.settings_dict
    name = str(settings["NAME"])
    assert "test" in name
    if connection.vendor == "sqlite":
        assert "seatkeeper-tests-" in Path(name).as_posix()
