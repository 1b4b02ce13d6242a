"""Processes that end with the one that started them, even where it was killed and could end nobody.

`seatkeeper serve` keeps one end of a pipe, which the system closes when it dies, however it dies.
The server that it starts has processes of its own: these watch for both.
"""

import os
import select
import signal
import threading
import time
from contextlib import suppress

PIPE = "SEATKEEPER_PARENT_PIPE"  # the number of the other end of the pipe

LOOK_SECONDS = 0.5
GRACE_SECONDS = 15.0
TURNS, TURN_SECONDS = 10, 0.1


def end_with_parent() -> None:
    """Begin to watch, where there is a pipe."""
    if pipe := os.environ.get(PIPE):
        threading.Thread(target=_watch, args=(os.getppid(), int(pipe)), daemon=True, name="parent").start()


def _watch(parent: int, pipe: int) -> None:
    while os.getppid() == parent and not select.select([pipe], [], [], LOOK_SECONDS)[0]:
        pass
    time.sleep(os.getpid() % TURNS * TURN_SECONDS)  # told by two of them at one moment, the server would stand still
    if os.getppid() == parent:  # the server, told to end by nobody else
        with suppress(ProcessLookupError):
            os.kill(parent, signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
