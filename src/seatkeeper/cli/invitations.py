"""Invitations: who has one, and mail about them."""

from typing import Any, TextIO

import click
from django.db.models import QuerySet

from seatkeeper.cli.acts import act_options, print_notices, run_act, selected, selection_options
from seatkeeper.cli.options import Listing, actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.selections import Selection
from seatkeeper.invitations.letters import LINK
from seatkeeper.invitations.models import RoundKind
from seatkeeper.invitations.queries import rules_of, waiting_among
from seatkeeper.invitations.services.rounds import carry_on_round, mail_again
from seatkeeper.invitations.services.texts import change_rules, delete_text, save_text, text_named, texts_of
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
    """Remind whoever was mailed long enough ago, has not said that they want no reminders, and is not suspended."""
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


@invitations.command("texts")
@common_options
def list_texts(organization: str | None, output_format: str | None) -> None:
    """Print the organization's own invitations, beside its default one."""
    home = open_organization(organization)
    rows = [{"name": own.name, "subject": own.subject, "text": own.text} for own in texts_of(home.id)]
    emit_rows(rows, output_format=output_format, columns=("name", "subject", "text"))


@invitations.command("save-text")
@click.argument("name")
@click.option("--subject", required=True, metavar="TEXT", help="Of the mail.")
@click.option(
    "--file",
    "source",
    required=True,
    type=click.File(encoding="utf-8"),
    help="Plain text with {link} in it; - reads standard input.",
)
@common_options
def save_own_text(name: str, subject: str, source: TextIO, organization: str | None, output_format: str | None) -> None:
    """Keep an invitation in words of your own, or give the one of this NAME other words."""
    home = open_organization(organization)
    text = source.read().strip()
    if LINK not in text:
        raise click.UsageError("Without {link} nobody can activate. Put it where the link should stand.")
    there = texts_of(home.id).filter(name=name).first()
    by: dict[str, Any] = {"actor": actor(), "now": system_clock()}
    saved = save_text(organization_id=home.id, text_id=there.id if there else None, name=name, subject=subject, text=text, **by)
    emit_object({"name": saved.name, "subject": saved.subject}, output_format=output_format)


@invitations.command("delete-text")
@click.argument("name")
@common_options
def delete_own_text(name: str, organization: str | None, output_format: str | None) -> None:
    """Remove the invitation of this NAME. Mails that have not gone yet have the default words."""
    home = open_organization(organization)
    own = text_named(home.id, name)
    delete_text(organization_id=home.id, text_id=own.id, actor=actor(), now=system_clock())
    emit_object({"deleted": own.name}, output_format=output_format)


@invitations.command()
@click.option("--good-for", type=click.IntRange(1, 365), metavar="DAYS", help="How long links are good, of mails from now on.")
@click.option("--remind-after", type=click.IntRange(1, 365), metavar="DAYS", help="How long after a mail a reminder may go.")
@common_options
def days(good_for: int | None, remind_after: int | None, organization: str | None, output_format: str | None) -> None:
    """Print how long invitations are good and when a reminder may go; with an option, change it."""
    home = open_organization(organization)
    rules = rules_of(home.id)
    wanted = {
        "good_for_days": good_for or rules.good_for_days,
        "remind_after_days": remind_after or rules.remind_after_days,
    }
    if good_for or remind_after:
        change_rules(organization_id=home.id, actor=actor(), now=system_clock(), **wanted)
    emit_object(wanted, output_format=output_format)


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
    done = carry_on_round(round_, clock=system_clock)
    left_out = {"left_out_as_suspended": done.suspended} if kind == RoundKind.REMIND else {}
    emit_object({"mails_queued": done.queued} | left_out, output_format=output_format)
