"""Files in and out."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from seatkeeper.cli.acts import print_notices
from seatkeeper.cli.errors import DONE_WITH_PROBLEMS, REFUSED, SENTENCES, readable
from seatkeeper.cli.options import act_of, actor, common_options, open_organization, reason_option
from seatkeeper.cli.output import emit_object, progress_bar
from seatkeeper.cli.summaries import exit_code_of, summary_of
from seatkeeper.directory.filters import learners_matching
from seatkeeper.invitations.services.texts import text_named
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import BrakeHeld
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import pool_by_key, pools_of
from seatkeeper.licensing.services.operations import operation_of
from seatkeeper.uploads.export import export_learners
from seatkeeper.uploads.messages import note
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.queries import problem_counts
from seatkeeper.uploads.results import results_path
from seatkeeper.uploads.services.receive import Choices, receive_file
from seatkeeper.uploads.services.run import carry_on


def _in_a_folder(context: click.Context, parameter: click.Parameter, file: str | None) -> str | None:
    """Refuse, before anything is done, a file for which there will be no place."""
    if file and not os.access(folder := Path(file).absolute().parent, os.W_OK):
        raise click.BadParameter(f"The folder {folder} is not there, or can't be written.", context, parameter)
    return file


output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True),
    callback=_in_a_folder,
    metavar="FILE",
    help="Default: standard output.",
)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True))
@click.option("--preview", is_flag=True, help="Check and plan only. `operations apply ID` applies exactly that plan.")
@click.option("--no-invitations", is_flag=True, help="Mail no invitations for this file.")
@click.option("--invitation", metavar="NAME", help="Mail the organization's own invitation of this name.")
@click.option("--no-new-people", is_flag=True, help="Leave out rows of people who are not in the directory yet.")
@click.option("--without-groups", is_flag=True, help="Upload without the group column, which would refuse the file.")
@click.option(
    "--results",
    type=click.Path(dir_okay=False, writable=True),
    callback=_in_a_folder,
    metavar="FILE",
    help="Write the results file here too.",
)
@click.option("--release-brake", is_flag=True, help="Unassign even more licenses than the brake lets pass.")
@reason_option
@common_options
def import_file(
    file: str,
    preview: bool,
    no_invitations: bool,
    invitation: str | None,
    no_new_people: bool,
    without_groups: bool,
    results: str | None,
    release_brake: bool,
    reason: str,
    organization: str | None,
    output_format: str | None,
) -> int:
    """Import the user CSV FILE (- reads standard input): people, their values and licenses.

    Rows without problems are applied even when others have some; every problem is
    reported. Nothing that is applied is lost: `operations undo ID` takes it back.
    """
    home = open_organization(organization)
    choices = Choices(
        invitations=not no_invitations,
        invitation_text=text_named(home.id, invitation).id if invitation else None,
        new_people=not no_new_people,
        without_groups=without_groups,
        preview=preview,
    )
    name = "standard input" if file == "-" else readable(Path(file).name)
    act = act_of(home, "import", source="csv", about=name, reason=reason)
    with click.open_file(file, "rb") as source:
        upload = receive_file(cast(BinaryIO, source), name=name, act=act, choices=choices, now=system_clock())
    return carry_on_and_print(
        upload, apply=not preview, release_brake=release_brake, results=results, output_format=output_format
    )


def carry_on_and_print(
    upload: Upload, *, apply: bool, release_brake: bool, results: str | None, output_format: str | None
) -> int:
    """Carry an upload on, print what came of it, and tell by the exit code."""
    code = None
    try:
        with progress_bar() as progress:
            operation = carry_on(
                upload, clock=system_clock, actor=actor(), apply=apply, release_brake=release_brake, progress=progress
            )
    except BrakeHeld as held:
        operation = operation_of(organization_id=upload.organization_id, number=upload.operation_id)
        click.echo(SENTENCES[held.code](held), err=True)
        code = REFUSED
    more = _files_of(upload, operation, results)
    notes = [note(entry) for entry in upload.notes]
    emit_object(
        summary_of(
            operation,
            problems_by_code=problem_counts(upload),
            **more,
            notes=notes,
            missing_seats=upload.counts.get("missing_seats"),
        ),
        output_format=output_format,
    )
    if code is None and results and more.get("results", results) != results:
        code = DONE_WITH_PROBLEMS
    return exit_code_of(operation) if code is None else code


def _files_of(upload: Upload, operation: Operation, results: str | None) -> dict[str, Any]:
    written = results_path(operation)
    if not written.exists():
        return {"file": upload.file_name}
    return {"file": upload.file_name, "results": _copied(written, results) if results else str(written)}


def _copied(written: Path, wanted: str) -> str:
    """Where the results are: in the file that was wanted or, if that can't be written after all, in the home."""
    try:
        shutil.copyfile(written, wanted)
    except OSError as error:
        click.echo(f"{wanted} can't be written: {error.strerror}. The results are in {written}", err=True)
        return str(written)
    return wanted


@click.command()
@click.option("--filter", "filter_text", default="", metavar="F", help="Only learners whom this filter finds.")
@click.option(
    "--pool",
    "pool_keys",
    multiple=True,
    metavar="KEY",
    help="Only this pool's license column. May be repeated; default: all pools.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME",
    help="Only this column of the profile. May be repeated. The e-mail address is always there.",
)
@click.option("--groups", is_flag=True, help="Add the groups. A file with groups can't be imported as it is.")
@output_option
@common_options
def export(
    filter_text: str,
    pool_keys: tuple[str, ...],
    columns: tuple[str, ...],
    groups: bool,
    output: str | None,
    organization: str | None,
    output_format: str | None,
) -> None:
    """Write learners as CSV: all, or those a filter finds. It can be imported again unchanged."""
    home = open_organization(organization)
    pools = list({pool.id: pool for pool in (pool_by_key(home.id, key) for key in pool_keys)}.values())
    learners = learners_matching(home.id, filter_text, today=system_clock().date()) if filter_text else None
    print_notices(home, filter_text)
    with target_of(output) as target, progress_bar() as progress:
        export_learners(
            learners,
            organization_id=home.id,
            pools=pools or list(pools_of(home.id).values()),
            groups=groups,
            columns=columns or None,
            output=target,
            progress=lambda rows: progress("Writing", rows, 0),
        )


@contextmanager
def target_of(output: str | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that comes into its place when it is whole."""
    if not output:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = Path(f"{output}.part")
    try:
        with partial.open("wb") as target:
            yield target
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
