"""Prove the books."""

import click

from seatkeeper.cli.errors import DONE, REFUSED
from seatkeeper.cli.options import common_options, open_organization
from seatkeeper.cli.output import emit_object
from seatkeeper.licensing.services.check import check_books


@click.command()
@common_options
def check(organization: str | None, output_format: str | None) -> int:
    """Prove that licenses and seats are the sum of the ledger, and that the ledger has no hole."""
    proof = check_books(organization_id=open_organization(organization).id)
    pools = [{"key": pool.key, "taken": pool.taken, "active": pool.active, "ledger": pool.ledger} for pool in proof.pools]
    gaps = [{"code": gap.code, **gap.facts} for gap in proof.gaps]
    emit_object({"ok": proof.ok, "pools": pools, "gaps": gaps}, output_format=output_format)
    return DONE if proof.ok else REFUSED
