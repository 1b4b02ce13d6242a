"""Run what waits in the background."""

import sys

import click
from django.conf import settings

from seatkeeper.background.worker import run_long_lane_until, work_until
from seatkeeper.cli.children import Children, told_to_end
from seatkeeper.cli.options import home_option, refuse_empty_home, warn_of_old_sqlite
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.parents import end_with_parent
from seatkeeper.kernel.schema import refuse_foreign_schema

LANES = 2
MOST_LANES = 16


@click.command()
@home_option
@click.option("--quiet", is_flag=True, help="Say nothing at start.")
@click.option(
    "--lanes",
    default=LANES,
    show_default=True,
    type=click.IntRange(1, MOST_LANES),
    help="So many uploads and large operations at a time; each beyond the first is a process.",
)
@click.option(
    "--only-long", is_flag=True, help="Be such a process: one long task at a time, beside a worker that does the rest."
)
def worker(quiet: bool, lanes: int, only_long: bool) -> None:
    """Run what waits in the background (uploads, large operations, mail) until interrupted.

    Told to end, it stops at the next chunk; another worker goes on from there. Several may run at once.
    """
    refuse_empty_home()
    refuse_foreign_schema()
    warn_of_old_sqlite()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    is_told = told_to_end()
    end_with_parent()
    if only_long:
        run_long_lane_until(is_told, clock=system_clock)
        return
    if not quiet:
        click.echo("The worker runs · stop it with Ctrl+C", err=True)
    command = [sys.executable, "-m", "seatkeeper.cli.main", "worker", "--only-long"]
    others = Children({f"lane {lane}": command for lane in range(2, lanes + 1)})

    def is_over() -> bool:
        if is_told():
            others.tell_to_end()
        else:
            others.look()
        return is_told()

    work_until(is_over, clock=system_clock)
    others.wait()
