"""Who is at work: a name for this process, and whether another one is gone."""

import os
import socket
from functools import cache
from pathlib import Path

NAMESPACE = Path("/proc/self/ns/pid")


def this_process() -> str:
    """What stands in a lease while this process holds it."""
    return f"{_machine()}:{os.getpid()}"


def is_dead_neighbour(lease: str) -> bool:
    """Whether the holder was a process of this machine that is gone: no need to wait for its lease to end."""
    machine, _, pid = lease.rpartition(":")
    if machine != _machine() or not pid.isdecimal() or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _machine() -> str:
    """The host, and whose process numbers we see: containers may share the one and not the other."""
    try:
        return f"{socket.gethostname()}/{NAMESPACE.stat().st_ino}"
    except OSError:
        return socket.gethostname()
