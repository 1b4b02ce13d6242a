"""A report as a file."""

from datetime import datetime
from typing import Any

import click

from seatkeeper.cli.files import output_option, target_of
from seatkeeper.cli.options import actor, common_options, open_organization
from seatkeeper.directory.filter_grammar import MOST_DAYS
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.gate.errors import UnknownContent
from seatkeeper.kernel.clock import system_clock
from seatkeeper.reports.answers import Report
from seatkeeper.reports.asked import ACTIVE, Asked
from seatkeeper.reports.contents import content_of
from seatkeeper.reports.periods import NAMES, Step, are_other_days
from seatkeeper.reports.registry import ALL_REPORTS
from seatkeeper.reports.services.export import export_report
from seatkeeper.reports.services.saved import refuse_bad_filter

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("key", type=click.Choice(list(ALL_REPORTS)))
@click.option("--filter", "q", metavar="F", help="Only learners whom this filter finds; of seats, only the pools it names.")
@click.option("--period", type=click.Choice(NAMES), help="So many days up to today, or this month, quarter or year.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="The first day, as 2026-03-04.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="The last day.")
@click.option("--by", type=click.Choice([step.value for step in Step]), help="A line for each day, week or month.")
@click.option("--time-zone", "zone", metavar="NAME", help="Count days there, not in the organization's time zone.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Idle: not used for so many days.")
@click.option("--active", "who", flag_value=ACTIVE, help="Only people who did anything in the period.")
@click.option("--content", metavar="ID", help="Which content, as `content list` numbers it.")
@output_option
@common_options
def report(key: str, output: str | None, organization: str | None, output_format: str | None, **wanted: Any) -> None:
    """Write the report KEY as CSV: every line that it finds, as Download CSV of its page does.

    Without a period: the last 90 days. What the figures mean stands in docs/reference/reports.md.
    """
    home, this = open_organization(organization), ALL_REPORTS[key]
    asked = _asked(home.id, this, {name: _as_in_address(value) for name, value in wanted.items() if value is not None})
    with target_of(output) as target:
        export_report(this, asked, output=target, actor=actor())


def _asked(organization_id: int, this: Report, wanted: dict[str, str]) -> Asked:
    fields = {{"first": "from", "last": "to"}.get(name, name): value for name, value in wanted.items()}
    _refuse_what_it_has_not(this, fields)
    if "period" in fields and {"from", "to"} & fields.keys():
        raise click.UsageError("Say either --period, or --from and --to.")
    asked = this.asked(fields, Reach(organization_id), now=system_clock(), zone=zone_of(organization_id))
    if are_other_days(fields, asked.period, today=asked.today):
        raise click.UsageError("A period begins today at the latest, and has ten years at the most.")
    if this.definition.is_of_content and content_of(asked) is None:
        raise UnknownContent(content=fields["content"])
    refuse_bad_filter(this, asked)
    return asked


def _refuse_what_it_has_not(this: Report, fields: dict[str, str]) -> None:
    """On a page there is no such choice; here it would count for nothing without a word."""
    one = this.definition
    choices = {
        "period": one.has_period,
        "from": one.has_period,
        "to": one.has_period,
        "by": one.has_steps,
        "zone": one.has_time_zone,
        "days": one.has_idle_days,
        "who": one.chooses_active,
        "content": one.is_of_content,
    }
    for name in fields:
        if not choices.get(name, True):
            option = {"zone": "time-zone", "who": "active"}.get(name, name)
            raise click.UsageError(f"The report {this.key} has no --{option}.")
    if one.is_of_content and "content" not in fields:
        raise click.UsageError("Say which content: --content ID. See: seatkeeper content list")


def _as_in_address(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)
