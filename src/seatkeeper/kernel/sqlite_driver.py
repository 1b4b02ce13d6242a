"""Choose the SQLite that Django runs on, before Django is loaded.

SQLite before 3.51.3 has a rare bug that can corrupt a database in WAL mode when several
connections write and checkpoint at once (the "WAL-reset bug"). The pysqlite3 wheel brings
a newer SQLite than most Pythons; where no wheel exists we run on what there is and say so.
"""

import importlib
import sqlite3
import sys

FIRST_SAFE_VERSION = (3, 51, 3)


def install() -> None:
    """Put pysqlite3 in the place of the standard `sqlite3` module, where it is installed."""
    try:
        driver = importlib.import_module("pysqlite3")
        dbapi2 = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return
    sys.modules["sqlite3"] = driver
    sys.modules["sqlite3.dbapi2"] = dbapi2


def version_in_use() -> tuple[int, int, int]:
    driver = sys.modules.get("sqlite3", sqlite3)
    major, minor, patch = (int(part) for part in str(driver.sqlite_version).split("."))
    return major, minor, patch


def is_affected_by_wal_reset_bug() -> bool:
    return version_in_use() < FIRST_SAFE_VERSION
