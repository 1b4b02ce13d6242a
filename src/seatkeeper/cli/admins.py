"""Admins of the Admin Center: make them, and give them a way in."""

import click
from django.conf import settings

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.queries import admins_of
from seatkeeper.accounts.services.admins import account_of_admin, add_full_admin
from seatkeeper.accounts.services.sign_in_links import make_link
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.kernel.clock import system_clock

LOCAL = "http://localhost:8000"


@click.group(cls=Listing)
def admins() -> None:
    """Who may sign in to the Admin Center."""


@admins.command("list")
@common_options
def list_admins(organization: str | None, output_format: str | None) -> None:
    """Print the admins of the organization."""
    rows = [
        {"email": membership.account.email, "role": "full" if membership.is_full_admin else "sub"}
        for membership in admins_of(open_organization(organization).id)
    ]
    emit_rows(rows, output_format=output_format, columns=("email", "role"))


@admins.command("add")
@click.argument("email", metavar="E-MAIL")
@common_options
def add(email: str, organization: str | None, output_format: str | None) -> None:
    """Make somebody a full admin, and print a link that signs them in once, within a day."""
    home = open_organization(organization)
    account = add_full_admin(organization_id=home.id, email=email, actor=actor(), now=system_clock())
    emit_object({"email": account.email, "link": link_for(account)}, output_format=output_format)


@admins.command("link")
@click.argument("email", metavar="E-MAIL")
@common_options
def link(email: str, organization: str | None, output_format: str | None) -> None:
    """Print a new sign-in link for an admin: it works once, within a day."""
    account = account_of_admin(organization_id=open_organization(organization).id, email=email)
    emit_object({"email": account.email, "link": link_for(account)}, output_format=output_format)


def link_for(account: Account) -> str:
    token = make_link(account=account, now=system_clock())
    return f"{settings.PUBLIC_URL or LOCAL}/sign-in/{token}/"
