"""Serve the Admin Center."""

import os
import socket
import sys
from contextlib import closing

import click
from django.conf import settings

from seatkeeper.cli.children import keep_running
from seatkeeper.cli.errors import DONE, REFUSED
from seatkeeper.cli.options import home_option, refuse_empty_home, warn_of_old_sqlite
from seatkeeper.kernel.schema import refuse_foreign_schema


@click.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535), help="The port to listen on.")
@click.option("--web-only", is_flag=True, help="Only the web server: workers run apart, see seatkeeper worker.")
def serve(host: str, port: int, web_only: bool) -> int:
    """Serve the Admin Center, with a worker for what runs in the background, until interrupted.

    Should one of the two die, it is started again.
    """
    refuse_empty_home()
    refuse_foreign_schema()
    warn_of_old_sqlite()
    if not _is_free(host, port):
        click.echo(f"{host}:{port} is in use by another program. Choose another: seatkeeper serve --port N", err=True)
        return REFUSED
    settings.HOME.mkdir(parents=True, exist_ok=True)
    click.echo(f"The Admin Center is at http://{host}:{port}/ · stop it with Ctrl+C", err=True)
    sys.stderr.flush()
    web = [sys.executable, "-m", "seatkeeper.config.server", host, str(port)]
    if web_only:
        os.execv(sys.executable, web)  # noqa: S606  our own interpreter
    keep_running({"web": web, "worker": [sys.executable, "-m", "seatkeeper.cli.main", "worker", "--quiet"]})
    return DONE


def _is_free(host: str, port: int) -> bool:
    """The server would share a port with another without a word, so we look before."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
