"""Tokens of applications."""

from typing import Any

import click

from seatkeeper.accounts.models import ApiToken
from seatkeeper.accounts.services.tokens import DAYS, MOST_DAYS, make_token, revoke_token, tokens_of
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.kernel.clock import system_clock

COLUMNS = ("id", "name", "ending", "scopes", "made_by", "made_at", "expires_at", "revoked_at")


@click.group(cls=Listing)
def tokens() -> None:
    """What applications show to be let in."""


@tokens.command("list")
@common_options
def list_tokens(organization: str | None, output_format: str | None) -> None:
    """Print all tokens, the newest first, without their secrets: nobody has those but who was given them."""
    rows = [_row(token) for token in tokens_of(open_organization(organization).id)]
    emit_rows(rows, output_format=output_format, columns=COLUMNS)


@tokens.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(TokenScope.values),
    required=True,
    help="What it is for. Once for each.",
)
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(1, MOST_DAYS), help="How long it is good.")
@common_options
def add(name: str, scopes: tuple[str, ...], days: int, organization: str | None, output_format: str | None) -> None:
    """Make a token for the application NAME, and print it: this once."""
    made = make_token(
        organization_id=open_organization(organization).id,
        name=name,
        scopes=map(TokenScope, scopes),
        days=days,
        actor=actor(),
        now=system_clock(),
    )
    emit_object({"id": made.token.pk, "token": made.secret, "expires_at": made.token.expires_at}, output_format=output_format)
    click.echo("Keep it now: it is not shown again.", err=True)


@tokens.command()
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@common_options
def revoke(number: int, organization: str | None, output_format: str | None) -> None:
    """Revoke the token ID: it is good for nothing from the next request on."""
    home = open_organization(organization)
    emit_object(
        _row(revoke_token(organization_id=home.id, token_id=number, actor=actor(), now=system_clock())),
        output_format=output_format,
    )


def _row(token: ApiToken) -> dict[str, Any]:
    return {name: getattr(token, name) for name in COLUMNS}
