"""Delete people: ask for it, see what waits, call it off."""

import csv
import sys
from pathlib import Path
from typing import Any

import click

from seatkeeper.cli.errors import DONE_WITH_PROBLEMS
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows, progress_bar
from seatkeeper.directory.models import Organization
from seatkeeper.directory.selections import Selection
from seatkeeper.erasing.models import Deletion
from seatkeeper.erasing.queries import answers_of, deletions_of
from seatkeeper.erasing.services.ask import ask, call_off, confirm, deletion_of
from seatkeeper.erasing.services.file import draft_of_file
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.kernel.clock import system_clock

WARNING = "Their names, addresses, ids and values go everywhere, and their licenses end. This can't be undone."


@click.command()
@click.option("--email", "emails", multiple=True, metavar="E-MAIL", help="This person. One or more.")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Those whom this CSV file names by primary_email_address and unique_id, both.",
)
@click.option("--people", "typed", type=int, metavar="N", help="How many they are, in place of typing it when asked.")
@click.option("--now", "at_once", is_flag=True, help="Do not wait: erase them at once, in this process.")
@common_options
def delete(
    emails: tuple[str, ...],
    file: Path | None,
    typed: int | None,
    at_once: bool,
    organization: str | None,
    output_format: str | None,
) -> int:
    """Erase people: names, addresses, ids and values, everywhere. Their licenses end, totals stay. It can't be undone.

    It happens after a waiting time, by a worker; until then, `deletions call-off ID`. To take licenses back and
    keep the people, use `unassign`.
    """
    if bool(emails) == (file is not None):
        raise click.UsageError("Say who: --email or --file.")
    home = open_organization(organization)
    deletion = _of_file(home, file, typed, at_once) if file else _of_emails(home, emails, typed, at_once)
    if at_once:
        with progress_bar() as progress:
            carry_out_deletion(deletion, clock=system_clock, progress=progress)
    emit_object(_row(deletion), output_format=output_format)
    return DONE_WITH_PROBLEMS if deletion.problems else 0


@click.group(cls=Listing)
def deletions() -> None:
    """People who wait to be erased, and who asked for it."""


@deletions.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="The newest so many.")
@common_options
def list_deletions(limit: int, organization: str | None, output_format: str | None) -> None:
    """Print deletions, the newest first: what waits, who asked, when it happens."""
    home = open_organization(organization)
    rows = [_row(deletion) for deletion in deletions_of(home.id)[:limit]]
    emit_rows(rows, output_format=output_format, columns=("deletion", "status", "people", "asked_by", "asked_at", "due_at"))


@deletions.command("call-off")
@click.argument("number", metavar="ID", type=int)
@common_options
def call_off_deletion(number: int, organization: str | None, output_format: str | None) -> None:
    """Call a deletion off while it waits: nobody is erased."""
    deletion = deletion_of(organization_id=open_organization(organization).id, number=number)
    call_off(deletion, actor=actor(), now=system_clock())
    deletion.refresh_from_db()
    emit_object(_row(deletion), output_format=output_format)


def _of_emails(home: Organization, emails: tuple[str, ...], typed: int | None, at_once: bool) -> Deletion:
    learners = Selection(emails=emails).learners(home.id, today=system_clock().date())
    typed = _typed(learners.count()) if typed is None else typed
    how: dict[str, Any] = {"actor": actor(), "typed": typed, "now": system_clock(), "at_once": at_once}
    return ask(learners, organization_id=home.id, source="cli", **how)


def _of_file(home: Organization, file: Path, typed: int | None, at_once: bool) -> Deletion:
    with file.open("rb") as source:
        draft = draft_of_file(source, organization_id=home.id, actor=actor(), source="cli", now=system_clock())
    if draft.problems:
        click.echo("These rows delete nobody:", err=True)
        csv.writer(sys.stderr, lineterminator="\n").writerows(answers_of(draft))
    typed = _typed(draft.people) if typed is None else typed
    return confirm(draft, typed=typed, actor=actor(), now=system_clock(), at_once=at_once)


def _typed(count: int) -> int:
    """The number that a person types who has read what it means."""
    if not sys.stdin.isatty():
        raise click.UsageError("Say how many people are erased: --people N.")
    click.echo(f"{count:,} {'person' if count == 1 else 'people'} will be erased. {WARNING}", err=True)
    return int(click.prompt("Type how many, to go on", type=int, err=True))


def _row(deletion: Deletion) -> dict[str, object]:
    return {
        "deletion": deletion.id,
        "status": deletion.status,
        "people": deletion.people,
        "asked_by": deletion.asked_by,
        "asked_at": deletion.asked_at,
        "due_at": deletion.due_at,
        "ended_at": deletion.ended_at,
        "problems": deletion.problems,
    }
