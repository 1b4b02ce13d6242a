"""Prove the books."""

import click

from seatkeeper.cli.errors import DONE, REFUSED
from seatkeeper.cli.options import common_options, open_organization
from seatkeeper.cli.output import emit_object
from seatkeeper.licensing.services.check import check_books
from seatkeeper.usage.services.check import check_usage


@click.command()
@common_options
def check(organization: str | None, output_format: str | None) -> int:
    """Prove that seats and people are the sum of a ledger without a hole, and figures of usage the sum of its facts."""
    home = open_organization(organization)
    proof = check_books(organization_id=home.id)
    found = proof.gaps + check_usage(organization_id=home.id)
    pools = [{"key": pool.key, "taken": pool.taken, "active": pool.active, "ledger": pool.ledger} for pool in proof.pools]
    gaps = [{"code": gap.code, **gap.facts} for gap in found]
    emit_object({"ok": not found, "pools": pools, "gaps": gaps}, output_format=output_format)
    return REFUSED if found else DONE
