"""Begin: the database and the first organization; bring an older home up to date."""

import click
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from seatkeeper.accounts.errors import NoAddress
from seatkeeper.accounts.services.admins import add_full_admin
from seatkeeper.cli.admins import link_for
from seatkeeper.cli.options import actor, common_options, refuse_empty_home, warn_of_old_sqlite
from seatkeeper.cli.output import emit_object
from seatkeeper.directory.attributes import is_sound_email
from seatkeeper.directory.services.organizations import create_organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.schema import HomeEmpty, HomeTooOld, refuse_foreign_schema
from seatkeeper.licensing.services.pools import open_books


@click.command()
@click.option("--admin", metavar="E-MAIL", help="Make somebody its first full admin, and print a link that signs them in once.")
@common_options
def init(admin: str | None, organization: str | None, output_format: str | None) -> None:
    """Make the home and its database, and found the organization that --organization names."""
    if not (organization or "").strip():
        raise click.UsageError("Say its name: seatkeeper init --organization NAME")
    if admin is not None and not is_sound_email(admin.strip().lower()):
        raise NoAddress(email=admin)
    _make_home()
    with transaction.atomic():
        founded = create_organization(name=str(organization).strip(), now=system_clock())
        open_books(organization_id=founded.id)
        link = _first_link(founded.id, admin) if admin else ""
    warn_of_old_sqlite()
    place = str(settings.HOME) if settings.IS_SQLITE else "PostgreSQL"
    way_in = {"link": link} if link else {}
    emit_object({"organization": founded.slug, "name": founded.name, "home": place, **way_in}, output_format=output_format)
    if not link:
        click.echo("Nobody can sign in to the Admin Center yet. Make the first admin: seatkeeper admins add E-MAIL", err=True)


def _first_link(organization_id: int, email: str) -> str:
    return link_for(add_full_admin(organization_id=organization_id, email=email, actor=actor(), now=system_clock()))


@click.command()
@common_options
def upgrade(organization: str | None, output_format: str | None) -> None:
    """Bring the database of an older version up to date. Back it up first."""
    refuse_empty_home()
    try:
        refuse_foreign_schema()
    except HomeTooOld:
        _migrate()
    emit_object({"status": "up to date"}, output_format=output_format)


def _make_home() -> None:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    try:
        refuse_foreign_schema()
    except HomeEmpty:
        _migrate()


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
