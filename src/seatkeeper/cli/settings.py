"""What an organization chose for itself."""

from typing import Any

import click
from django.conf import settings as installation

from seatkeeper.accounts.services.settings import change_settings, is_sound_contact
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object
from seatkeeper.directory.models import OrganizationSettings
from seatkeeper.kernel.clock import system_clock

SHOWN = ("language", "time_zone", "contact", "learners_sign_in", "sign_in_adds_people")


@click.group(cls=Listing)
def settings() -> None:
    """What the organization chose for everybody in it: time zone, language, contact, sign-in."""


@settings.command("list")
@common_options
def list_settings(organization: str | None, output_format: str | None) -> None:
    """Print what is set."""
    _print(open_organization(organization).id, output_format)


@settings.command()
@click.option("--time-zone", metavar="NAME", help="As the time zone database names it: Europe/Berlin. Times and days go by it.")
@click.option("--language", metavar="TAG", help='For people who chose none. "": as their browsers ask.')
@click.option("--contact", metavar="ADDRESS", help='An e-mail address or a page, behind "Contact us". "": none.')
@click.option("--learners-sign-in/--no-learners-sign-in", default=None, help="Whether learners sign in.")
@click.option(
    "--sign-in-adds-people/--no-sign-in-adds-people",
    default=None,
    help="Whether the organization's sign-in adds people who have no profile.",
)
@common_options
def change(organization: str | None, output_format: str | None, **wanted: Any) -> None:
    """Set what an option names; the rest stays."""
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if not wanted:
        raise click.UsageError("Say what to change, such as --time-zone Europe/Berlin.")
    languages = dict(installation.LANGUAGES)
    if wanted.get("language", "") not in ("", *languages):
        raise click.UsageError(f"There is no language {wanted['language']}. Known: {', '.join(languages)}.")
    if not is_sound_contact(wanted.get("contact", "")):
        raise click.UsageError("--contact: write an e-mail address, or an address that begins with https://.")
    home = open_organization(organization)
    change_settings(organization_id=home.id, actor=actor(), now=system_clock(), **wanted)
    _print(home.id, output_format)


def _print(organization_id: int, output_format: str | None) -> None:
    chosen = OrganizationSettings.objects.filter(organization_id=organization_id).first() or OrganizationSettings()
    emit_object({name: getattr(chosen, name) for name in SHOWN}, output_format=output_format)
