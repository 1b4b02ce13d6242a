"""Operations: look at them, apply, undo, resume, cancel."""

from typing import Any

import click

from seatkeeper.cli.acts import apply_and_print, is_confirmed
from seatkeeper.cli.errors import REFUSED
from seatkeeper.cli.files import carry_on_and_print
from seatkeeper.cli.options import Listing, act_of, common_options, open_organization, reason_option
from seatkeeper.cli.output import emit_object, emit_rows, progress_bar
from seatkeeper.cli.summaries import summary_of
from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import WrongStatus
from seatkeeper.licensing.models import LicensePool, Operation, OperationStatus, Skipped
from seatkeeper.licensing.services.operations import cancel_operation, operation_of
from seatkeeper.licensing.services.sweep import discard_cut_plan
from seatkeeper.licensing.services.undo import carry_on_planning, plan_undo
from seatkeeper.uploads.models import Phase
from seatkeeper.uploads.services.run import upload_of

SKIPPED_SHOWN = 100


@click.group(cls=Listing)
def operations() -> None:
    """What was planned and done: by whom, when, why; and the way back."""


@operations.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="The latest so many.")
@common_options
def list_operations(limit: int, organization: str | None, output_format: str | None) -> None:
    """Print the latest operations, newest first."""
    home = open_organization(organization)
    latest = Operation.objects.filter(organization_id=home.id).order_by("-number")[:limit]
    columns = ("operation", "verb", "status", "about", "source", "actor", "planned_at", "changes", "undoes", "reason")
    rows = [
        {
            "operation": operation.number,
            "verb": operation.verb,
            "status": operation.status,
            "about": operation.about,
            "source": operation.source,
            "actor": operation.actor,
            "planned_at": operation.planned_at,
            "changes": operation.planned_changes,
            "undoes": operation.undoes,
            "reason": operation.reason,
        }
        for operation in latest
    ]
    emit_rows(rows, output_format=output_format, columns=columns)


@operations.command()
@click.argument("number", metavar="ID", type=int)
@common_options
def show(number: int, organization: str | None, output_format: str | None) -> None:
    """Print one operation: what it did or would do, and what was skipped and why."""
    home = open_organization(organization)
    operation = operation_of(organization_id=home.id, number=number)
    upload = upload_of(operation)
    more: dict[str, Any] = {
        "source": operation.source,
        "actor": operation.actor,
        "reason": operation.reason,
        "planned_at": operation.planned_at,
        "finished_at": operation.finished_at,
        "released_by": operation.released_by,
        "phase": upload.phase if upload else "",
        "skipped_changes": _skipped(operation),
    }
    emit_object(summary_of(operation, **more), output_format=output_format)


@operations.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--release-brake", is_flag=True, help="Unassign even more licenses than the brake lets pass.")
@common_options
def apply(number: int, release_brake: bool, organization: str | None, output_format: str | None) -> int:
    """Apply exactly the plan that was previewed or held."""
    home = open_organization(organization)
    operation = operation_of(organization_id=home.id, number=number)
    if upload := upload_of(operation):
        return carry_on_and_print(upload, apply=True, release_brake=release_brake, results=None, output_format=output_format)
    return apply_and_print(operation, release_brake=release_brake, output_format=output_format)


@operations.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@reason_option
@common_options
def undo(number: int, yes: bool, reason: str, organization: str | None, output_format: str | None) -> int:
    """Take an operation back: the same people, licenses, dates and values, as far as seats allow.

    What somebody changed since is left alone and named. An undo can be undone.
    """
    home = open_organization(organization)
    original = operation_of(organization_id=home.id, number=number)
    act = act_of(home, "undo", about=f"operation {number}", reason=reason)
    with progress_bar() as progress:
        planned = plan_undo(original, act=act, clock=system_clock, progress=progress)
    if not is_confirmed(f"Take back {planned.planned_changes:,} changes of operation {number}?", yes=yes):
        cancel_operation(planned, now=system_clock())
        click.echo("Nothing was changed.", err=True)
        return REFUSED
    return apply_and_print(planned, release_brake=False, output_format=output_format)


@operations.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--release-brake", is_flag=True, help="Unassign even more licenses than the brake lets pass.")
@common_options
def resume(number: int, release_brake: bool, organization: str | None, output_format: str | None) -> int:
    """Go on with an operation that was interrupted, from where it stopped."""
    home = open_organization(organization)
    operation = operation_of(organization_id=home.id, number=number)
    if upload := upload_of(operation):
        is_preview = bool(upload.options["preview"]) and upload.phase in (Phase.STAGING, Phase.PLANNING, Phase.PLANNED)
        return carry_on_and_print(
            upload, apply=not is_preview, release_brake=release_brake, results=None, output_format=output_format
        )
    if operation.status == OperationStatus.PLANNING:
        _resume_planning(operation)
    return apply_and_print(operation, release_brake=release_brake, output_format=output_format)


@operations.command()
@click.argument("number", metavar="ID", type=int)
@common_options
def cancel(number: int, organization: str | None, output_format: str | None) -> None:
    """Stop an operation. What it applied stays, and can be undone; the rest is discarded."""
    home = open_organization(organization)
    operation = cancel_operation(operation_of(organization_id=home.id, number=number), now=system_clock())
    emit_object(summary_of(operation), output_format=output_format)


def _resume_planning(operation: Operation) -> None:
    """Of an undo. Whom a selection finds may have changed: its plan is discarded, nothing of it was applied."""
    if operation.undoes is None:
        discard_cut_plan(operation, clock=system_clock)
        raise WrongStatus(operation=operation.number, status=OperationStatus.PLANNING, wanted="resume")
    original = operation_of(organization_id=operation.organization_id, number=operation.undoes)
    with progress_bar() as progress:
        carry_on_planning(operation, original, clock=system_clock, progress=progress)


def _skipped(operation: Operation) -> list[dict[str, Any]]:
    """The first of what was skipped, with people and pools by name."""
    skipped = list(
        Skipped.objects.filter(organization_id=operation.organization_id, operation_id=operation.number).order_by("position")[
            :SKIPPED_SHOWN
        ]
    )
    people = dict(Learner.objects.filter(id__in=[entry.learner_id for entry in skipped]).values_list("id", "email"))
    pools = dict(LicensePool.objects.filter(organization_id=operation.organization_id).values_list("id", "key"))
    return [
        {
            "learner": people.get(entry.learner_id, "no longer in the directory"),
            "pool": pools.get(entry.item_id, ""),
            "reason": entry.reason,
            "by_operation": entry.by_operation_id,
        }
        for entry in skipped
    ]
