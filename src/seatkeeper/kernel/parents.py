"""Processes that end with the one that started them, even where it was killed and could end nobody.

Each watches the one right above it: `seatkeeper serve`, the server that it starts, the processes of that server.
"""

import os
import signal
import threading
import time

PARENT = "SEATKEEPER_PARENT"  # the number of the process that starts one of ours

LOOK_SECONDS = 0.5
GRACE_SECONDS = 8


def end_with_parent() -> None:
    """Begin to watch, where one of ours started us."""
    if parent := os.environ.pop(PARENT, ""):
        end_with(int(parent))


def end_with(parent: int) -> None:
    """Begin to watch the process of this number, our parent; Windows knows no such thing."""
    if os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    signal.alarm(GRACE_SECONDS)  # then the system ends us, whatever may stand still in here
    os.kill(os.getpid(), signal.SIGTERM)
