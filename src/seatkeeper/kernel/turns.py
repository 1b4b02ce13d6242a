"""Whose turn it is: let others write between two chunks, and stop there where that is asked for."""

import threading
import time

from django.db import connection

PAUSE_SECONDS = 0.003  # three tries of a waiting writer, see `engines.sqlite`

stopping = threading.Event()  # set by a worker that is told to end


class StopAsked(Exception):
    """This process is to end; what was done is committed, and another goes on from there."""


def give_way() -> None:
    """Between two chunks. On SQLite, leave the writer's lock alone for a moment; PostgreSQL queues by itself.

    Raises StopAsked.
    """
    if stopping.is_set():
        raise StopAsked
    if connection.vendor == "sqlite":
        time.sleep(PAUSE_SECONDS)
