"""Invitations: who has one, and mail about them."""

import click
from django.db.models import QuerySet

from seatkeeper.cli.acts import act_options, print_notices, run_act, selected, selection_options
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.selections import Selection
from seatkeeper.invitations.models import RoundKind
from seatkeeper.invitations.queries import waiting_among
from seatkeeper.invitations.services.rounds import carry_on_round, mail_again
from seatkeeper.invitations.services.texts import text_named
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import pool_by_key
from seatkeeper.licensing.services.acts import plan_withdraw
from seatkeeper.licensing.services.operations import Act, Progress

COLUMNS = ("email", "pool", "invited_at", "mailed_at", "expires_at")
pool_option = click.option("--pool", "pool_key", metavar="KEY", help="Only invitations to this pool. Default: all of them.")


@click.group(cls=Listing)
def invitations() -> None:
    """Invitations that wait: list them, mail them again, remind, withdraw."""


@invitations.command("list")
@click.option("--filter", "filter_text", default="", metavar="F", help="Only of learners whom this filter finds.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="The first so many.")
@common_options
def list_invitations(filter_text: str, limit: int, organization: str | None, output_format: str | None) -> None:
    """Print invitations that nobody has activated yet: when they were given, mailed last, and how long they are good."""
    home = open_organization(organization)
    print_notices(home, filter_text)
    people = learners_matching(home.id, filter_text, today=system_clock().date())
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in waiting_among(people, home.id, limit=limit)]
    emit_rows(rows, output_format=output_format, columns=COLUMNS)


@invitations.command()
@selection_options
@pool_option
@click.option(
    "--text", "text_name", metavar="NAME", help="The organization's own words of this name. Default: its default invitation."
)
@common_options
def resend(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    text_name: str | None, organization: str | None, output_format: str | None,
) -> None:  # fmt: skip
    """Mail the link again to whoever is invited. It is good anew, for as long as a new one."""
    who = selected(emails, filter_text, everyone, exceptions)
    _mail_again(RoundKind.RESEND, who, pool_key, organization, output_format, text_name)


@invitations.command()
@selection_options
@pool_option
@common_options
def remind(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    organization: str | None, output_format: str | None,
) -> None:  # fmt: skip
    """Remind whoever was mailed long enough ago, and has not said that they want no reminders."""
    who = selected(emails, filter_text, everyone, exceptions)
    _mail_again(RoundKind.REMIND, who, pool_key, organization, output_format)


@invitations.command()
@selection_options
@pool_option
@act_options
def withdraw(
    emails: tuple[str, ...], filter_text: str | None, everyone: bool, exceptions: tuple[str, ...], pool_key: str | None,
    reason: str, preview: bool, release_brake: bool, yes: bool, organization: str | None, output_format: str | None,
) -> int:  # fmt: skip
    """Unassign licenses that are invited. Their links are void; active licenses stay."""
    who = selected(emails, filter_text, everyone, exceptions)
    home = open_organization(organization)
    pool = pool_by_key(home.id, pool_key) if pool_key else None

    def plan(learners: QuerySet[Learner], act: Act, progress: Progress) -> Operation:
        return plan_withdraw(learners, pool=pool, act=act, clock=system_clock, progress=progress)

    return run_act(home, who, "withdraw", plan, reason, preview, release_brake, yes, output_format)


def _mail_again(
    kind: RoundKind,
    who: Selection,
    pool_key: str | None,
    organization: str | None,
    output_format: str | None,
    text_name: str | None = None,
) -> None:
    home = open_organization(organization)
    print_notices(home, who.filter)
    now = system_clock()
    people = who.chosen(home.id).as_json(Reach(home.id), today=now.date())
    pool = pool_by_key(home.id, pool_key) if pool_key else None
    text = text_named(home.id, text_name) if text_name else None
    round_ = mail_again(
        kind,
        organization_id=home.id,
        people=people,
        actor=actor(),
        now=now,
        pool_id=pool.id if pool else None,
        text_id=text.id if text else None,
    )
    emit_object({"mails_queued": carry_on_round(round_, clock=system_clock).queued}, output_format=output_format)
