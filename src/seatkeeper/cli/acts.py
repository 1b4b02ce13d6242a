"""Acts on a selection: assign, unassign, reassign, activate."""

import sys
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import click
from django.db.models import QuerySet

from seatkeeper.cli.errors import REFUSED, SENTENCES
from seatkeeper.cli.options import act_of, actor, common_options, open_organization, reason_option
from seatkeeper.cli.output import emit_object, progress_bar
from seatkeeper.cli.summaries import exit_code_of, summary_of
from seatkeeper.directory.filters import notices_on
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.selections import Selection
from seatkeeper.invitations.services.rounds import choose_invitation
from seatkeeper.invitations.services.texts import text_named
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import BrakeHeld, PoolNeeded
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.queries import pool_by_key, pools_of
from seatkeeper.licensing.services import acts
from seatkeeper.licensing.services.operations import Act, Progress, apply_operation, cancel_operation

Command = TypeVar("Command", bound=Callable[..., object])
Planner = Callable[[QuerySet[Learner], Act, Progress], Operation]


def selection_options(command: Command) -> Command:
    for option in (
        click.option("--except", "exceptions", multiple=True, metavar="E-MAIL", help="But not this person. One or more."),
        click.option("--all", "everyone", is_flag=True, help="Everyone in the organization."),
        click.option("--filter", "filter_text", metavar="F", help="Everyone whom this filter finds."),
        click.option("--email", "emails", multiple=True, metavar="E-MAIL", help="This person. One or more."),
    ):
        command = option(command)
    return command


def act_options(command: Command) -> Command:
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--release-brake", is_flag=True, help="Unassign even more licenses than the brake lets pass."),
        click.option("--preview", is_flag=True, help="Plan only. `operations apply ID` applies exactly that plan."),
        reason_option,
    ):
        command = option(command)
    return common_options(command)


def selected(emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...]) -> Selection:
    if sum((bool(emails), filter_text is not None, everyone)) != 1:
        raise click.UsageError("Say who: one of --email, --filter or --all.")
    if filter_text is not None and not filter_text.strip():
        raise click.UsageError("An empty filter would be everyone; say so with --all.")
    return Selection(filter=filter_text or "", emails=emails, everyone=everyone, exceptions=exceptions)


@click.command()
@selection_options
@click.option("--pool", "pool_key", metavar="KEY", help="Only the license of this pool. Default: all their licenses.")
@act_options
def unassign(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    reason: str, preview: bool, release_brake: bool, yes: bool, organization: str | None, output_format: str | None,
) -> int:  # fmt: skip
    """Take licenses back: the seat is free at once, access ends at once, usage stays in reports."""
    who = selected(emails, filter_text, everyone, exceptions)
    home = open_organization(organization)
    pool = pool_by_key(home.id, pool_key) if pool_key else None

    def plan(learners: QuerySet[Learner], act: Act, progress: Progress) -> Operation:
        return acts.plan_unassign(learners, pool=pool, act=act, clock=system_clock, progress=progress)

    return run_act(home, who, "unassign", plan, reason, preview, release_brake, yes, output_format)


@click.command()
@selection_options
@click.option("--pool", "pool_key", metavar="KEY", help="The pool. Needed where there are several.")
@click.option("--invitation", metavar="NAME", help="Mail the organization's own invitation of this name.")
@act_options
def assign(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    invitation: str | None, reason: str, preview: bool, release_brake: bool, yes: bool, organization: str | None,
    output_format: str | None,
) -> int:  # fmt: skip
    """Give licenses: an invitation, or an active license where the pool activates at once or they had one before."""
    who = selected(emails, filter_text, everyone, exceptions)
    home = open_organization(organization)
    pool = one_pool(home, pool_key)
    text = text_named(home.id, invitation) if invitation else None

    def plan(learners: QuerySet[Learner], act: Act, progress: Progress) -> Operation:
        planned = acts.plan_assign(learners, pool=pool, act=act, clock=system_clock, progress=progress)
        if text:
            named = {"organization_id": home.id, "operation_number": planned.number}
            choose_invitation(**named, actor=act.actor, now=system_clock(), text_id=text.id)
        return planned

    return run_act(home, who, "assign", plan, reason, preview, release_brake, yes, output_format)


@click.command()
@selection_options
@click.option("--pool", "pool_key", metavar="KEY", help="From this pool. Default: their strongest license elsewhere.")
@click.option("--to", "target_key", required=True, metavar="KEY", help="To this pool.")
@act_options
def reassign(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    target_key: str, reason: str, preview: bool, release_brake: bool, yes: bool, organization: str | None,
    output_format: str | None,
) -> int:  # fmt: skip
    """Move licenses to another pool. An active license stays active; nobody is without access in between."""
    who = selected(emails, filter_text, everyone, exceptions)
    home = open_organization(organization)
    source = pool_by_key(home.id, pool_key) if pool_key else None
    target = pool_by_key(home.id, target_key)
    if source and source.id == target.id:
        raise click.UsageError("--pool and --to are the same pool.")

    def plan(learners: QuerySet[Learner], act: Act, progress: Progress) -> Operation:
        return acts.plan_reassign(learners, source=source, target=target, act=act, clock=system_clock, progress=progress)

    return run_act(home, who, "reassign", plan, reason, preview, release_brake, yes, output_format)


@click.command()
@selection_options
@click.option("--pool", "pool_key", metavar="KEY", help="Only the invitation to this pool. Default: all their invitations.")
@act_options
def activate(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    reason: str, preview: bool, release_brake: bool, yes: bool, organization: str | None, output_format: str | None,
) -> int:  # fmt: skip
    """Make invitations active licenses, as far as seats are free."""
    who = selected(emails, filter_text, everyone, exceptions)
    home = open_organization(organization)
    pool = pool_by_key(home.id, pool_key) if pool_key else None

    def plan(learners: QuerySet[Learner], act: Act, progress: Progress) -> Operation:
        return acts.plan_activate(learners, pool=pool, act=act, clock=system_clock, progress=progress)

    return run_act(home, who, "activate", plan, reason, preview, release_brake, yes, output_format)


def apply_and_print(operation: Operation, *, release_brake: bool, output_format: str | None) -> int:
    """Apply a plan, print what came of it, and tell by the exit code."""
    code = None
    try:
        with progress_bar() as progress:
            apply_operation(operation, clock=system_clock, actor=actor(), release_brake=release_brake, progress=progress)
    except BrakeHeld as held:
        click.echo(SENTENCES[held.code](held), err=True)
        code = REFUSED
    emit_object(summary_of(operation), output_format=output_format)
    return exit_code_of(operation) if code is None else code


def is_confirmed(question: str, *, yes: bool) -> bool:
    """Ask, unless told not to or nobody is there to answer."""
    return yes or not sys.stdin.isatty() or click.confirm(question, err=True)


def print_notices(organization: Organization, filter_text: str) -> None:
    for notice in notices_on(organization.id, filter_text):
        click.echo(notice.sentence, err=True)


def run_act(
    home: Organization, who: Selection, verb: str, plan: Planner, reason: str,
    preview: bool, release_brake: bool, yes: bool, output_format: str | None,
) -> int:  # fmt: skip
    learners = who.learners(home.id, today=_today())
    print_notices(home, who.filter)
    with progress_bar() as progress:
        operation = plan(learners, act_of(home, verb, about=who.describe(), reason=reason), progress)
    if preview:
        emit_object(summary_of(operation), output_format=output_format)
        return 0
    if not is_confirmed(_question(operation), yes=yes):
        cancel_operation(operation, now=system_clock())
        click.echo("Nothing was changed.", err=True)
        return REFUSED
    return apply_and_print(operation, release_brake=release_brake, output_format=output_format)


def _question(operation: Operation) -> str:
    counts = operation.counts
    parts = [
        f"{counts[name]:,} {word}"
        for name, word in (
            ("unassigned", "unassigned"),
            ("claims_ended", "places, offers or requests ended"),
            ("reassigned", "reassigned"),
            ("invited", "invited"),
            ("activated", "activated"),
            ("unchanged", "unchanged"),
        )
        if counts.get(name)
    ]
    what = ", ".join(parts) or "nothing to change"
    return f"{counts['rows']:,} people: {what}; {counts['seats_freed']:,} seats come free. Go on?"


def one_pool(home: Organization, key: str | None) -> LicensePool:
    """The one named, or the only one. Raises UnknownPool, PoolNeeded."""
    if key:
        return pool_by_key(home.id, key)
    pools = pools_of(home.id)
    if len(pools) != 1:
        raise PoolNeeded(known=list(pools))
    return next(iter(pools.values()))


def _today() -> date:
    return system_clock().date()
