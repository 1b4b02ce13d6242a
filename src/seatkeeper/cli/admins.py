"""Admins of the Admin Center: make and end them, and give them a way in."""

import click
from django.conf import settings

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.permissions import EVERYONE, FULL, Admin, Grants, Permission, Role, server_operator
from seatkeeper.accounts.queries import admins_seen_by
from seatkeeper.accounts.services.admins import (
    account_of_admin,
    add_admin_as_operator,
    end_admin,
    membership_of_admin,
)
from seatkeeper.accounts.services.second_factor import reset_second_factor
from seatkeeper.accounts.services.sign_in_links import make_link
from seatkeeper.cli.acts import is_confirmed
from seatkeeper.cli.errors import DONE, REFUSED
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.errors import UnknownGroup
from seatkeeper.directory.models import Group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.errors import listed

LOCAL = "http://localhost:8000"
PERMISSIONS = {permission.value.replace("_", "-"): permission for permission in Permission}


@click.group(cls=Listing)
def admins() -> None:
    """Who may sign in to the Admin Center."""


@admins.command("list")
@common_options
def list_admins(organization: str | None, output_format: str | None) -> None:
    """Print the admins of the organization, and what they may do."""
    home = open_organization(organization)
    names = dict(Group.objects.filter(organization_id=home.id).values_list("id", "name"))
    rows = [
        {
            "email": seen.membership.account.email,
            "role": "full" if seen.role.is_full else "sub",
            "permissions": [] if seen.role.is_full else _in_words(seen.role.grants, names),
        }
        for seen in admins_seen_by(_operator(home.id))
    ]
    emit_rows(rows, output_format=output_format, columns=("email", "role", "permissions"))


@admins.command("add")
@click.argument("email", metavar="E-MAIL")
@click.option("--name", default="", help="What others call them.")
@click.option(
    "--may",
    "permissions",
    multiple=True,
    type=click.Choice([*PERMISSIONS]),
    help="Make a sub admin with this permission; can be given several times. Without it: a full admin.",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    help="Limit those permissions to this group; can be given several times. View-audit and manage-it-settings have no limit.",
)
@common_options
def add(
    email: str,
    name: str,
    permissions: tuple[str, ...],
    groups: tuple[str, ...],
    organization: str | None,
    output_format: str | None,
) -> None:
    """Make somebody an admin, and print a link that signs them in once, within a day.

    Who is an admin already gets this added.
    """
    if groups and not permissions:
        raise click.UsageError("Say what the sub admin may do for the group: --may PERMISSION")
    home = open_organization(organization)
    limit = tuple(sorted(_group_id(home.id, group) for group in groups)) or EVERYONE
    role = Role(grants={PERMISSIONS[word]: limit for word in permissions}) if permissions else FULL
    account = add_admin_as_operator(giver=_operator(home.id), email=email, name=name, role=role, now=system_clock())
    emit_object({"email": account.email, "link": link_for(account)}, output_format=output_format)


@admins.command("end")
@click.argument("email", metavar="E-MAIL")
@common_options
def end(email: str, organization: str | None, output_format: str | None) -> None:
    """End somebody's admin access, from their next page on."""
    home = open_organization(organization)
    membership = membership_of_admin(organization_id=home.id, email=email)
    end_admin(giver=_operator(home.id), membership_id=membership.id, now=system_clock())
    emit_object({"email": membership.account.email, "status": "ended"}, output_format=output_format)


@admins.command("link")
@click.argument("email", metavar="E-MAIL")
@common_options
def link(email: str, organization: str | None, output_format: str | None) -> None:
    """Print a new sign-in link for an admin: it works once, within a day."""
    account = account_of_admin(organization_id=open_organization(organization).id, email=email)
    emit_object({"email": account.email, "link": link_for(account)}, output_format=output_format)


@admins.command("reset-second-factor")
@click.argument("email", metavar="E-MAIL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
def reset(email: str, yes: bool, organization: str | None, output_format: str | None) -> int:
    """Remove an admin's authenticator app, passkeys and recovery codes, where they are lost.

    It also signs the admin out everywhere. Make sure first that it is the admin who asks for it.
    """
    account = account_of_admin(organization_id=open_organization(organization).id, email=email)
    if not is_confirmed(f"Remove the second factor of {account.email}, and sign them out everywhere?", yes=yes):
        click.echo("Nothing was changed.", err=True)
        return REFUSED
    removed = reset_second_factor(account=account, by=actor(), now=system_clock())
    emit_object({"email": account.email, "removed": removed}, output_format=output_format)
    return DONE


def link_for(account: Account) -> str:
    token = make_link(account=account, now=system_clock())
    return f"{settings.PUBLIC_URL or LOCAL}/sign-in/{token}/"


def _operator(organization_id: int) -> Admin:
    return server_operator(organization_id=organization_id, name=actor())


def _group_id(organization_id: int, name: str) -> int:
    found = Group.objects.filter(organization_id=organization_id, key=name.strip().casefold()).first()
    if found is None:
        raise UnknownGroup(name=name)
    return found.id


def _in_words(grants: Grants, names: dict[int, str]) -> list[str]:
    return [
        f"{permission.value.replace('_', '-')} for "
        + ("everyone" if groups is EVERYONE else listed(sorted(names[group] for group in groups)))
        for permission, groups in grants.items()
    ]
