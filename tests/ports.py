"""Ports of this machine for the servers that tests start."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

FIRST, COUNT = 20_000, 10_000  # below those that systems give to whoever asks for any, or connects to another
GIVEN = Path(tempfile.gettempdir()) / f"seatkeeper-tests-ports-of-{os.getuid()}"  # how many, by all runs


def free_port() -> int:
    """One on which nothing listens, and that no test of any run on this machine is given again for long.

    A port of the system's choice may go to another while our server starts; granian then shares it without a word.
    """
    with GIVEN.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed: the others wait
        file.seek(0)
        given = int(file.read() or 0) + 1
        while not _is_free(FIRST + given % COUNT):
            given += 1
        file.truncate(0)
        file.write(str(given))
    return FIRST + given % COUNT


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
