"""Pools: list, add, change."""

from typing import Any

import click

from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Activation
from seatkeeper.licensing.queries import PoolSummary, pool_by_key, pool_summaries
from seatkeeper.licensing.services.alerts import MOST_ALERTS, USUAL_ALERTS, alerts_of
from seatkeeper.licensing.services.pools import change_pool, open_pool

_alert = click.option(
    "--alert",
    type=click.IntRange(1, 100),
    multiple=True,
    metavar="PERCENT",
    help="Tell admins when so many percent of the seats are in use. Give it once for each.",
)
_no_alert = click.option("--no-alert", is_flag=True, help="Tell nobody.")
COLUMNS = ("key", "activation", "seats", "taken", "held", "waiting", "invited", "free", "alerts")


@click.group(cls=Listing)
def pools() -> None:
    """Seats of a license type, paid by a budget group."""


@pools.command("list")
@common_options
def list_pools(organization: str | None, output_format: str | None) -> None:
    """Print each pool with its seats: taken, held, free; and how many people wait or are invited."""
    emit_rows(_rows(open_organization(organization)), output_format=output_format, columns=COLUMNS)


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
@_alert
@_no_alert
@common_options
def add(
    budget_group: str,
    license_type: str,
    seats: int,
    activation: str,
    alert: tuple[int, ...],
    no_alert: bool,
    organization: str | None,
    output_format: str | None,
) -> None:
    """Add a pool. Unless told otherwise, admins are told when 75 and 95 percent of its seats are in use."""
    alerts = _alerts(alert, no_alert)
    home = open_organization(organization)
    pool = open_pool(
        organization_id=home.id,
        budget_group=budget_group,
        license_type=license_type,
        seats=seats,
        activation=activation,
        alerts=USUAL_ALERTS if alerts is None else alerts,
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
@_alert
@_no_alert
@common_options
def change(
    key: str,
    seats: int | None,
    gives_at_sign_in: bool | None,
    alert: tuple[int, ...],
    no_alert: bool,
    organization: str | None,
    output_format: str | None,
) -> None:
    """Change the pool KEY (budget group/license type): its seats, never below those taken; what it gives; its alerts."""
    alerts = _alerts(alert, no_alert)
    if seats is None and gives_at_sign_in is None and alerts is None:
        raise click.UsageError(
            "Say what to change: --seats N, --gives-at-sign-in, --gives-nothing-at-sign-in, --alert PERCENT or --no-alert."
        )
    home = open_organization(organization)
    pool = pool_by_key(home.id, key)
    change_pool(
        pool=pool,
        seats=pool.seats_in_force if seats is None else seats,
        activation=pool.activation,
        gives_at_sign_in=gives_at_sign_in,
        alerts=alerts,
        actor=actor(),
        now=system_clock(),
    )
    emit_object(_one(home, key.lower()), output_format=output_format)


def _one(organization: Organization, key: str) -> dict[str, Any]:
    return next(row for row in _rows(organization) if row["key"] == key)


def _rows(organization: Organization) -> list[dict[str, Any]]:
    alerts = alerts_of(organization.id)
    return [_row(summary, alerts.get(summary.id, [])) for summary in pool_summaries(organization.id)]


def _row(summary: PoolSummary, alerts: list[int]) -> dict[str, Any]:
    return {name: getattr(summary, name) for name in COLUMNS if name != "alerts"} | {"alerts": alerts}


def _alerts(alert: tuple[int, ...], no_alert: bool) -> list[int] | None:
    """None: nothing is said of them."""
    if alert and no_alert:
        raise click.UsageError("Give --alert or --no-alert, not both.")
    if len({*alert}) > MOST_ALERTS:
        raise click.UsageError(f"A pool has at most {MOST_ALERTS} alerts.")
    return sorted({*alert}) if alert or no_alert else None
