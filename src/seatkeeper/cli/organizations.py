"""Begin: the database and the first organization; bring an older home up to date."""

import click
from django.core.management import call_command
from django.db import transaction

from seatkeeper.cli.options import common_options
from seatkeeper.cli.output import emit_object
from seatkeeper.config import settings
from seatkeeper.directory.services.organizations import create_organization
from seatkeeper.kernel import sqlite_driver
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.schema import HomeEmpty, refuse_foreign_schema
from seatkeeper.licensing.services.pools import open_books


@click.command()
@click.option("--organization", "name", required=True, metavar="NAME", help="The organization's name.")
@click.option("--format", "output_format", type=click.Choice(("table", "json", "csv")), help="How to print.")
@click.option("--home", metavar="DIR", expose_value=False, help="Folder of data (also SEATKEEPER_HOME).")
def init(name: str, output_format: str | None) -> None:
    """Make the home and its database, and found an organization."""
    try:
        refuse_foreign_schema()
    except HomeEmpty:
        _migrate()
    with transaction.atomic():
        organization = create_organization(name=name, now=system_clock())
        open_books(organization_id=organization.id)
    warn_of_old_sqlite()
    place = str(settings.HOME) if settings.IS_SQLITE else "PostgreSQL"
    emit_object({"organization": organization.slug, "name": organization.name, "home": place}, output_format=output_format)


@click.command()
@common_options
def upgrade(organization: str | None, output_format: str | None) -> None:
    """Bring the database of an older version up to date. Back it up first."""
    _migrate()
    emit_object({"status": "up to date"}, output_format=output_format)


def warn_of_old_sqlite() -> None:
    if settings.IS_SQLITE and sqlite_driver.is_affected_by_wal_reset_bug():
        version = ".".join(map(str, sqlite_driver.version_in_use()))
        click.echo(
            f"Warning: this SQLite ({version}) has a rare bug that can damage the database when several processes"
            " write. Use a Python with SQLite 3.51.3 or newer, or PostgreSQL. See docs/how-to/databases.md.",
            err=True,
        )


def _migrate() -> None:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
