"""Acts on profiles: merge two of one person, disconnect one from its sign-in, suspend and resume."""

import click

from seatkeeper.cli.acts import apply_and_print, is_confirmed
from seatkeeper.cli.errors import REFUSED
from seatkeeper.cli.options import act_of, actor, common_options, open_organization, reason_option
from seatkeeper.cli.output import emit_object
from seatkeeper.cli.summaries import summary_of
from seatkeeper.directory.models import Learner
from seatkeeper.directory.queries import learner_by_email
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Status
from seatkeeper.licensing.services.merge import Outlook, outlook_of, plan_merge
from seatkeeper.licensing.services.operations import cancel_operation
from seatkeeper.licensing.services.suspend import resume_learner, suspend_learner
from seatkeeper.notices.services.disconnect import disconnect_profile


@click.command()
@click.argument("email", metavar="E-MAIL")
@click.argument("into", metavar="INTO-E-MAIL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--preview", is_flag=True, help="Plan only. `operations apply ID` applies exactly that plan.")
@reason_option
@common_options
def merge(
    email: str, into: str, yes: bool, preview: bool, reason: str, organization: str | None, output_format: str | None
) -> int:
    """Join two profiles of one person. INTO-E-MAIL stays, with the stronger license of each pool, and both histories."""
    home = open_organization(organization)
    outlook = outlook_of(leaving=learner_by_email(home.id, email), staying=learner_by_email(home.id, into))
    act = act_of(home, "merge", about=f"{outlook.leaving.email} into {outlook.staying.email}", reason=reason)
    operation = plan_merge(outlook, act=act, clock=system_clock)
    _tell(outlook)
    if preview:
        emit_object(summary_of(operation), output_format=output_format)
        return 0
    if not is_confirmed(f"{outlook.leaving.email} leaves the directory, {outlook.staying.email} stays. Go on?", yes=yes):
        cancel_operation(operation, now=system_clock())
        click.echo("Nothing was changed.", err=True)
        return REFUSED
    return apply_and_print(operation, release_brake=False, output_format=output_format)


@click.command()
@click.argument("email", metavar="E-MAIL")
@common_options
def disconnect(email: str, organization: str | None, output_format: str | None) -> None:
    """Cut the sign-in of a profile. Its licenses stay; a mail tells the learner how to connect again."""
    learner = learner_by_email(open_organization(organization).id, email)
    disconnect_profile(learner=learner, actor=actor(), now=system_clock())
    emit_object({"disconnected": learner.email}, output_format=output_format)


@click.command()
@click.option("--email", "emails", multiple=True, required=True, metavar="E-MAIL", help="This person. One or more.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit log, learners never see it.")
@common_options
def suspend(emails: tuple[str, ...], reason: str, organization: str | None, output_format: str | None) -> None:
    """End access at once, for a leave or while something is looked into. Licenses, seats and dates stay."""
    people = _people(emails, organization)
    done = [one.email for one in people if suspend_learner(learner=one, actor=actor(), now=system_clock(), reason=reason)]
    emit_object({"suspended": done, "unchanged": len(people) - len(done)}, output_format=output_format)


@click.command()
@click.option("--email", "emails", multiple=True, required=True, metavar="E-MAIL", help="This person. One or more.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit log, learners never see it.")
@common_options
def resume(emails: tuple[str, ...], reason: str, organization: str | None, output_format: str | None) -> None:
    """Give access back to people who are suspended: what they had opens again at once."""
    people = _people(emails, organization)
    done = [one.email for one in people if resume_learner(learner=one, actor=actor(), now=system_clock(), reason=reason)]
    emit_object({"resumed": done, "unchanged": len(people) - len(done)}, output_format=output_format)


def _people(emails: tuple[str, ...], organization: str | None) -> list[Learner]:
    """All of them, before anything is done. Raises UnknownLearner."""
    home = open_organization(organization)
    return [learner_by_email(home.id, email) for email in dict.fromkeys(emails)]


def _tell(outlook: Outlook) -> None:
    """What moves, on standard error."""
    for pool in outlook.pools:
        words = [Status(one.status).label for one in (pool.leaving, pool.staying, pool.after)]
        click.echo(f"{pool.pool.key}: {words[0]} and {words[1]} become {words[2]}", err=True)
    if outlook.moved_id:
        click.echo(f"The unique user ID {outlook.moved_id} goes over to the profile that stays.", err=True)
    if outlook.lost_id:
        click.echo(f"Afterwards nobody has the unique user ID {outlook.lost_id}.", err=True)
