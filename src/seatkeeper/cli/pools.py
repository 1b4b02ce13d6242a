"""Pools: list, add, change."""

from typing import Any

import click

from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Activation
from seatkeeper.licensing.queries import PoolSummary, pool_by_key, pool_summaries
from seatkeeper.licensing.services.pools import change_pool, open_pool

COLUMNS = ("key", "activation", "seats", "taken", "held", "waiting", "invited", "free")


@click.group(cls=Listing)
def pools() -> None:
    """Seats of a license type, paid by a budget group."""


@pools.command("list")
@common_options
def list_pools(organization: str | None, output_format: str | None) -> None:
    """Print each pool with its seats: taken, held, free; and how many people wait or are invited."""
    summaries = pool_summaries(open_organization(organization).id)
    emit_rows([_row(summary) for summary in summaries], output_format=output_format, columns=COLUMNS)


@pools.command("add")
@click.option("--budget-group", default="default", show_default=True, metavar="NAME", help="Who pays.")
@click.option("--type", "license_type", required=True, metavar="NAME", help="The license type: what it opens.")
@click.option("--seats", required=True, type=click.IntRange(min=0), help="How many seats.")
@click.option(
    "--activation",
    type=click.Choice(Activation.values),
    default=Activation.INVITE.value,
    show_default=True,
    help="invite: a seat is taken when the invited person activates. immediate: it is taken at once.",
)
@common_options
def add(
    budget_group: str, license_type: str, seats: int, activation: str, organization: str | None, output_format: str | None
) -> None:
    """Add a pool."""
    home = open_organization(organization)
    pool = open_pool(
        organization_id=home.id,
        budget_group=budget_group,
        license_type=license_type,
        seats=seats,
        activation=activation,
        actor=actor(),
        now=system_clock(),
    )
    emit_object(_one(home, pool.key), output_format=output_format)


@pools.command("change")
@click.argument("key")
@click.option("--seats", type=click.IntRange(min=0), help="The new number of seats.")
@click.option(
    "--gives-at-sign-in/--gives-nothing-at-sign-in",
    default=None,
    help="Whether who first signs in gets a license there, or waits for one.",
)
@common_options
def change(
    key: str, seats: int | None, gives_at_sign_in: bool | None, organization: str | None, output_format: str | None
) -> None:
    """Change the seats of the pool KEY (budget group/license type), never below those taken; or what it gives at sign-in."""
    if seats is None and gives_at_sign_in is None:
        raise click.UsageError("Say what to change: --seats N, --gives-at-sign-in or --gives-nothing-at-sign-in.")
    home = open_organization(organization)
    pool = pool_by_key(home.id, key)
    change_pool(
        pool=pool,
        seats=pool.seats_in_force if seats is None else seats,
        activation=pool.activation,
        gives_at_sign_in=gives_at_sign_in,
        actor=actor(),
        now=system_clock(),
    )
    emit_object(_one(home, key.lower()), output_format=output_format)


def _one(organization: Organization, key: str) -> dict[str, Any]:
    return _row(next(summary for summary in pool_summaries(organization.id) if summary.key == key))


def _row(summary: PoolSummary) -> dict[str, Any]:
    return {name: getattr(summary, name) for name in COLUMNS}
