"""Fill an organization with invented people and a year of history."""

import click

from seatkeeper.cli.options import common_options, open_organization
from seatkeeper.cli.output import emit_object, progress_bar
from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import system_clock
from seatkeeper.sample.history import live_a_year


@click.command()
@click.option("--learners", "number", required=True, type=click.IntRange(min=10), metavar="N", help="How many people.")
@common_options
def sample(number: int, organization: str | None, output_format: str | None) -> None:
    """Fill an empty organization with invented people, groups, licenses, content and a year of history and usage.

    All of it is made by real operations, so that everything can be looked at and undone.
    """
    home = open_organization(organization)
    if Learner.objects.filter(organization_id=home.id).exists():
        raise click.UsageError("This organization has people already. Invented ones belong into an empty one: seatkeeper init.")
    with progress_bar() as progress:
        done = live_a_year(organization_id=home.id, learners=number, ends_at=system_clock(), progress=progress)
    emit_object({"learners": number, "operations": done}, output_format=output_format)
