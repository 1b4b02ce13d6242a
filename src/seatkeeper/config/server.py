"""The web server, as a process: `seatkeeper serve` starts it."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from seatkeeper.kernel.parents import end_with, end_with_parent

WORKERS = 2
ENDING = (signal.SIGTERM, signal.SIGINT)
AGAIN_SECONDS = 0.5
HEAD_SECONDS = 30  # of a request: whoever sends none so long loses the connection
GRACE_SECONDS = 20  # for requests that are being answered; less than whoever started us waits


def serve(host: str, port: int) -> None:
    """Until told to end (Ctrl+C, SIGTERM), or until whoever started it is gone.

    One blocking thread a process: more would only contend for Python's lock (docs/dependencies.md).
    Only HTTP/1: before it knows which one is spoken, Granian waits without end.
    """
    answer_signals()
    end_with_parent()
    Granian(
        "seatkeeper.config.wsgi",
        host,
        port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=1,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1_000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    ).serve(target_loader=application, wrap_loader=False)


def application() -> Callable[..., object]:
    """What each process of the server runs. Killed, the server could not end it: it watches for that itself."""
    if (server := multiprocessing.parent_process()) and server.pid:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the server's answer is not ours
        answer_signals()
        end_with(server.pid)
    from seatkeeper.config import wsgi  # not in the server: its processes are to begin without a connection

    return wsgi.application


def answer_signals() -> None:
    """Have a thread give Granian's answer to being told to end; call it before there is any other thread.

    Two signals at one moment, as of Ctrl+C and of who started us, could make Granian stand still:
    its handler, interrupted by itself, waits for a lock that it holds; and where the system gives
    both to a thread other than the main one, Python calls no handler at all.
    """
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        threading.Thread(target=_answer, daemon=True, name="signals").start()


def _answer() -> None:
    signal.sigwait(ENDING)
    answer = signal.getsignal(signal.SIGTERM)
    if not callable(answer):  # Granian has set none yet: nothing has begun
        os._exit(0)
    answer(signal.SIGTERM, None)
    while not multiprocessing.parent_process():  # told while it starts a process anew, the server would forget
        time.sleep(AGAIN_SECONDS)
        answer(signal.SIGTERM, None)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
