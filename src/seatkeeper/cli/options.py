"""Options that many commands share, and what a command needs to begin."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from django.conf import settings

from seatkeeper.directory.models import Organization
from seatkeeper.directory.queries import organization_named
from seatkeeper.kernel import sqlite_driver
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.schema import HomeEmpty, refuse_foreign_schema
from seatkeeper.licensing.services.operations import Act
from seatkeeper.licensing.services.sweep import sweep_plans
from seatkeeper.uploads.services.sweep import sweep_lines

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")


@dataclass(slots=True)
class Wishes:
    """What was said before the command's own name."""

    organization: str | None = None
    format: str | None = None


class Listing(click.Group):
    """A group of commands that lists where none of them is named: `operations`, `operations --limit 3`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def home_option(command: Command) -> Command:
    return click.option(
        "--home",
        metavar="DIR",
        expose_value=False,
        help="Folder of data (also SEATKEEPER_HOME). Default: a folder of your user.",
    )(command)


def common_options(command: Command) -> Command:
    """--home, --organization and --format, here as well as before the command's name."""
    command = click.option(
        "--format",
        "output_format",
        type=click.Choice(FORMATS),
        callback=_or_earlier("format"),
        help="How to print. Default: table on a terminal, else JSON.",
    )(command)
    command = click.option(
        "--organization",
        metavar="SLUG",
        callback=_or_earlier("organization"),
        help="Which organization, where there is more than one.",
    )(command)
    return home_option(command)


def reason_option(command: Command) -> Command:
    return click.option("--reason", default="", metavar="TEXT", help="Why; kept with the operation, learners never see it.")(
        command
    )


def _or_earlier(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def value_of(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        wishes = context.find_object(Wishes)
        return value if value is not None or wishes is None else getattr(wishes, name)

    return value_of


def open_organization(slug: str | None) -> Organization:
    """The organization meant, in a database that fits this version, with old plans swept."""
    refuse_empty_home()
    refuse_foreign_schema()
    warn_of_old_sqlite()
    organization = organization_named(slug)
    sweep_plans(organization_id=organization.id, now=system_clock())
    sweep_lines(organization_id=organization.id, now=system_clock())
    return organization


def refuse_empty_home() -> None:
    """Raises HomeEmpty before a mere look would make a database file."""
    name = settings.DATABASES["default"]["NAME"]
    if settings.IS_SQLITE and name != ":memory:" and not Path(name).exists():
        raise HomeEmpty(f"no file {name}")


def warn_of_old_sqlite() -> None:
    if settings.IS_SQLITE and sqlite_driver.is_affected_by_wal_reset_bug():
        version = ".".join(map(str, sqlite_driver.version_in_use()))
        click.echo(
            f"Warning: this SQLite ({version}) has a rare bug that can damage the database when several processes"
            " write. Use a Python with SQLite 3.51.3 or newer, or PostgreSQL. See docs/how-to/databases.md.",
            err=True,
        )


def act_of(organization: Organization, verb: str, *, source: str = "cli", about: str = "", reason: str = "") -> Act:
    return Act(organization_id=organization.id, verb=verb, source=source, actor=actor(), about=about, reason=reason)


def actor() -> str:
    """Who types: the name of the system's user."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
