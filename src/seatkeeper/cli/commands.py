"""The group of all commands."""

import click

from seatkeeper import __version__
from seatkeeper.cli import (
    acts,
    admins,
    books,
    claims,
    deletions,
    files,
    gate,
    invitations,
    operations,
    organizations,
    people,
    pools,
    profiles,
    reports,
    sample,
    serve,
    settings,
    tokens,
    usage,
    worker,
)
from seatkeeper.cli.options import FORMATS, Wishes, home_option


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@home_option
@click.option("--organization", metavar="SLUG", help="Which organization, where there is more than one.")
@click.option(
    "--format", "output_format", type=click.Choice(FORMATS), help="How to print. Default: table on a terminal, else JSON."
)
@click.version_option(__version__, prog_name="seatkeeper")
@click.pass_context
def seatkeeper(context: click.Context, organization: str | None, output_format: str | None) -> None:
    """Keep the learner licenses of an organization: preview, apply, undo and prove every seat.

    Exit codes: 0 done, 1 refused, 2 wrong usage, 3 done but some rows had problems.
    """
    context.obj = Wishes(organization=organization, format=output_format)


for command in (
    organizations.init,
    organizations.upgrade,
    admins.admins,
    serve.serve,
    worker.worker,
    settings.settings,
    pools.pools,
    files.import_file,
    files.export,
    acts.assign,
    acts.unassign,
    acts.reassign,
    acts.activate,
    profiles.merge,
    profiles.disconnect,
    profiles.suspend,
    profiles.resume,
    invitations.invitations,
    claims.waitlist,
    claims.requests,
    claims.join_link,
    operations.operations,
    deletions.delete,
    deletions.deletions,
    people.learner,
    people.learners,
    people.groups,
    books.check,
    sample.sample,
    gate.content,
    gate.gate,
    tokens.tokens,
    usage.usage,
    reports.report,
):
    seatkeeper.add_command(command)
