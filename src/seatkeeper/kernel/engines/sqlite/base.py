"""Django's SQLite engine, tuned: clustered tables, JSON functions, fair waiting for the writer's turn."""

import sqlite3  # pysqlite3, where `kernel.sqlite_driver` has put it
import time
from typing import Any

from django.db.backends.sqlite3 import base, schema
from django.db.models import CompositePrimaryKey, Model
from django.db.utils import OperationalError

from seatkeeper.kernel import profile_json

TURN_SECONDS = 30.0
POLL_SECONDS = 0.001

# The driver looks for an adapter of every None, which takes longer than to store it.
sqlite3.register_adapter(type(None), lambda nothing: nothing)

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -32768",  # KiB: bounds our memory, whatever the size of the file
    "PRAGMA wal_autocheckpoint = 32000",
    "PRAGMA secure_delete = ON",  # whoever is erased is to be found in no page of the file
    "PRAGMA journal_size_limit = 134217728",
)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def table_sql(self, model: type[Model]) -> tuple[str, list[Any]]:
        """Cluster a table on its composite key: one tree to write instead of two."""
        sql, params = super().table_sql(model)
        if isinstance(model._meta.pk, CompositePrimaryKey):
            sql += " WITHOUT ROWID"
        return sql, params


class DatabaseWrapper(base.DatabaseWrapper):
    # "integer", and only that word, makes a primary key the table's own row number.
    data_types = base.DatabaseWrapper.data_types | {"BigIntegerField": "integer"}
    SchemaEditorClass = DatabaseSchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        for name, function in profile_json.SQL_FUNCTIONS.items():
            connection.create_function(name, function.__code__.co_argcount, function, deterministic=True)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, waiting in small steps for our turn to write.

        SQLite's own waiting backs off to 100 ms between tries, so that a click would lose
        every race against a bulk operation that commits and begins again at once.
        """
        raw = self.connection
        raw.execute("PRAGMA busy_timeout = 0")
        deadline = time.monotonic() + TURN_SECONDS
        try:
            while True:
                try:
                    self.cursor().execute("BEGIN IMMEDIATE")
                    return
                except OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > deadline:
                        raise
                time.sleep(POLL_SECONDS)
        finally:
            raw.execute(f"PRAGMA busy_timeout = {int(TURN_SECONDS * 1000)}")
