"""Delete people: ask for it, see what waits, call it off."""

import sys

import click

from seatkeeper.cli.options import actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, progress_bar
from seatkeeper.directory.selections import Selection
from seatkeeper.erasing.models import Deletion
from seatkeeper.erasing.services.ask import ask
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.kernel.clock import system_clock


@click.command()
@click.option("--email", "emails", multiple=True, required=True, metavar="E-MAIL", help="This person. One or more.")
@click.option("--people", "typed", type=int, metavar="N", help="How many they are, in place of typing it when asked.")
@click.option("--now", "at_once", is_flag=True, help="Do not wait: erase them at once, in this process.")
@common_options
def delete(
    emails: tuple[str, ...], typed: int | None, at_once: bool, organization: str | None, output_format: str | None
) -> int:
    """Erase people: names, addresses, ids and values, everywhere. Their licenses end; totals stay. It can't be undone."""
    home = open_organization(organization)
    learners = Selection(emails=emails).learners(home.id, today=system_clock().date())
    count = learners.count()
    if typed is None:
        typed = _typed(count)
    deletion = ask(
        learners,
        organization_id=home.id,
        actor=actor(),
        source="cli",
        typed=typed,
        now=system_clock(),
        at_once=at_once,
    )
    if at_once:
        with progress_bar() as progress:
            carry_out_deletion(deletion, clock=system_clock, progress=progress)
    emit_object(row_of(deletion), output_format=output_format)
    return 0


def row_of(deletion: Deletion) -> dict[str, object]:
    return {
        "deletion": deletion.id,
        "status": deletion.status,
        "people": deletion.people,
        "asked_by": deletion.asked_by,
        "asked_at": deletion.asked_at,
        "due_at": deletion.due_at,
        "ended_at": deletion.ended_at,
    }


def _typed(count: int) -> int:
    """The number that a person types who has read what it means."""
    if not sys.stdin.isatty():
        raise click.UsageError("Say how many people are erased: --people N.")
    click.echo(f"{count:,} people will be erased, everywhere. This can't be undone.", err=True)
    return int(click.prompt("Type how many, to go on", type=int, err=True))
