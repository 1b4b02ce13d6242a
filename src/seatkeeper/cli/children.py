"""Keep several processes running: one that ends is started again, and all end together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import click

from seatkeeper.kernel.parents import PARENT

LOOK_SECONDS = 0.1
PAUSE_SECONDS = 2.0  # before one that ends at once is started again
GRACE_SECONDS = 25.0


@dataclass(slots=True)
class Child:
    """A command, its process, and when it may be started."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    start_at: float = 0.0

    def start(self) -> None:
        environment = os.environ | {PARENT: str(os.getpid())}
        self.process = subprocess.Popen(self.command, env=environment)  # noqa: S603  our own programs
        self.start_at = time.monotonic() + PAUSE_SECONDS

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


class Children:
    """Started by the first look; whoever has ended is started again by a later one."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]

    def look(self) -> None:
        for child in self.children:
            if child.has_ended() and time.monotonic() >= child.start_at:
                if child.process is not None:
                    click.echo(f"The {child.name} process ended and is started again.", err=True)
                child.start()

    def tell_to_end(self) -> None:
        for process in self._processes():
            process.terminate()

    def wait(self) -> None:
        """Until all have finished what they are at, or have had the time to."""
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._processes():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _processes(self) -> "list[subprocess.Popen[bytes]]":
        return [child.process for child in self.children if child.process is not None]


def keep_running(commands: Mapping[str, Sequence[str]]) -> None:
    """Until interrupted or told to end (SIGTERM); then all get the time to finish what they are at."""
    is_told = told_to_end()
    children = Children(commands)
    while not is_told():
        children.look()
        time.sleep(LOOK_SECONDS)
    children.tell_to_end()
    children.wait()


def told_to_end() -> Callable[[], bool]:
    """Says whether Ctrl+C or SIGTERM came, which from now on do no more than that."""
    told: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        told.append(number)  # no threading.Event: a second signal in the middle of its set() would wait for the first

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return lambda: bool(told)
