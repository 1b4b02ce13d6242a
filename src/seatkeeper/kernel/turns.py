"""Whose turn it is: let others write between two chunks."""

import time

from django.db import connection

PAUSE_SECONDS = 0.003  # three tries of a waiting writer, see `engines.sqlite`


def give_way() -> None:
    """On SQLite, leave the writer's lock alone for a moment. PostgreSQL queues by itself."""
    if connection.vendor == "sqlite":
        time.sleep(PAUSE_SECONDS)
