"""Whose turn it is: let others write between two chunks, and read on while the database works."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Item = TypeVar("Item")

PAUSE_SECONDS = 0.003  # three tries of a waiting writer, see `engines.sqlite`
ITEMS_AHEAD = 2


def give_way() -> None:
    """On SQLite, leave the writer's lock alone for a moment. PostgreSQL queues by itself."""
    if connection.vendor == "sqlite":
        time.sleep(PAUSE_SECONDS)


def read_ahead(source: Iterator[Item]) -> Iterator[Item]:
    """The items of `source`, made by a thread while PostgreSQL works on earlier ones.

    `source` must not use the database. SQLite works in our own process and gives up
    Python's lock at every row: a second thread would slow it down, so there is none.
    """
    return source if connection.vendor == "sqlite" else _in_thread(source)


def _in_thread(source: Iterator[Item]) -> Iterator[Item]:
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        ahead = deque(reader.submit(next, source, None) for _ in range(ITEMS_AHEAD))
        while (item := ahead.popleft().result()) is not None:
            ahead.append(reader.submit(next, source, None))
            yield item
