"""Run what waits in the background."""

import signal
import threading
from types import FrameType

import click
from django.conf import settings

from seatkeeper.background.worker import work_until
from seatkeeper.cli.options import home_option, refuse_empty_home, warn_of_old_sqlite
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.parents import end_with_parent
from seatkeeper.kernel.schema import refuse_foreign_schema


@click.command()
@home_option
@click.option("--quiet", is_flag=True, help="Say nothing at start.")
def worker(quiet: bool) -> None:
    """Run what waits in the background (uploads, large operations, mail) until interrupted.

    Told to end, it stops at the next chunk; another worker goes on from there. Several may run at once.
    """
    refuse_empty_home()
    refuse_foreign_schema()
    warn_of_old_sqlite()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    told_to_end = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        told_to_end.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    end_with_parent()
    if not quiet:
        click.echo("The worker runs · stop it with Ctrl+C", err=True)
    work_until(told_to_end.is_set, clock=system_clock)
