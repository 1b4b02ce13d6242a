"""The processes of a test: found by its home folder, whoever started them and whoever of those has ended."""

from contextlib import suppress

import psutil

from tests.conftest import Seatkeeper

HOME = "SEATKEEPER_HOME"
GONE_SECONDS = 20


def processes_of(seatkeeper: Seatkeeper) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # has ended, or is not ours
            if process.environ().get(HOME) == seatkeeper.environment[HOME]:
                found.append(process)
    return found


def have_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=GONE_SECONDS)[1]


def kill_what_is_left(seatkeeper: Seatkeeper) -> None:
    while left := [process for process in processes_of(seatkeeper) if process.status() != psutil.STATUS_ZOMBIE]:
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=1)
