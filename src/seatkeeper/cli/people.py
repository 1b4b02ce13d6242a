"""People: one learner with all that is known, a list, and groups."""

from typing import Any

import click

from seatkeeper.cli.acts import apply_and_print, print_notices, selected, selection_options
from seatkeeper.cli.history import history_line, license_line
from seatkeeper.cli.options import Listing, act_of, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows, is_for_people, progress_bar
from seatkeeper.directory.attributes import in_order
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Group, GroupMember, Learner
from seatkeeper.directory.queries import group_by_name, groups_of, learner_by_email
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.history import history_of, licenses_of
from seatkeeper.licensing.models import Status
from seatkeeper.licensing.services.acts import plan_membership


@click.command()
@click.argument("email", metavar="E-MAIL")
@common_options
def learner(email: str, organization: str | None, output_format: str | None) -> None:
    """Print one learner: values, licenses, groups, and the history: what, when, who, why."""
    home = open_organization(organization)
    person = learner_by_email(home.id, email)
    licenses, history = licenses_of(person), history_of(person)
    if is_for_people(output_format):
        licenses, history = list(map(license_line, licenses)), list(map(history_line, history))
    emit_object(
        {
            "email": person.email,
            "unique_user_id": person.unique_user_id,
            **in_order(person.attributes),
            **({"suspended_since": person.suspended_at} if person.suspended_at else {}),
            "groups": groups_of(person),
            "licenses": licenses,
            "history": history,
        },
        output_format=output_format,
    )


@click.command()
@click.option("--filter", "filter_text", default="", metavar="F", help="Only learners whom this filter finds.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="The first so many.")
@common_options
def learners(filter_text: str, limit: int, organization: str | None, output_format: str | None) -> None:
    """Print the first learners whom a filter finds."""
    home = open_organization(organization)
    print_notices(home, filter_text)
    found = learners_matching(home.id, filter_text, today=system_clock().date()).select_related("standing").order_by("id")
    columns = ("email", "name", "title", "department", "unique_user_id", "status")
    emit_rows([_row(person) for person in found[:limit]], output_format=output_format, columns=columns)


@click.group(cls=Listing)
def groups() -> None:
    """Named sets of learners."""


@groups.command("list")
@common_options
def list_groups(organization: str | None, output_format: str | None) -> None:
    """Print each group and how many learners it has."""
    home = open_organization(organization)
    rows = [
        {"name": group.name, "members": GroupMember.objects.filter(organization_id=home.id, group_id=group.id).count()}
        for group in Group.objects.filter(organization_id=home.id).order_by("key")
    ]
    emit_rows(rows, output_format=output_format, columns=("name", "members"))


@groups.command()
@click.argument("name")
@common_options
def add(name: str, organization: str | None, output_format: str | None) -> None:
    """Make the group NAME."""
    group = add_group(organization_id=open_organization(organization).id, name=name)
    emit_object({"group": group.name}, output_format=output_format)


@groups.command()
@click.argument("name")
@selection_options
@common_options
def join(name: str, organization: str | None, output_format: str | None, **who: Any) -> int:
    """Let learners join the group NAME."""
    return _change_membership(name, True, organization, output_format, who)


@groups.command()
@click.argument("name")
@selection_options
@common_options
def leave(name: str, organization: str | None, output_format: str | None, **who: Any) -> int:
    """Let learners leave the group NAME."""
    return _change_membership(name, False, organization, output_format, who)


def _change_membership(name: str, joins: bool, organization: str | None, output_format: str | None, who: dict[str, Any]) -> int:
    selection = selected(**who)
    home = open_organization(organization)
    group = group_by_name(home.id, name)
    act = act_of(home, "join" if joins else "leave", about=selection.describe())
    people = selection.learners(home.id, today=system_clock().date())
    print_notices(home, selection.filter)
    with progress_bar() as progress:
        operation = plan_membership(people, group=group, joins=joins, act=act, clock=system_clock, progress=progress)
    return apply_and_print(operation, release_brake=False, output_format=output_format)


def _row(person: Learner) -> dict[str, Any]:
    names = (person.attributes.get(key, "") for key in ("preferred_first_name", "preferred_last_name"))
    standing = getattr(person, "standing", None)  # comes with the license, where an import gives one
    status = standing.status if standing else Status.UNASSIGNED
    return {
        "email": person.email,
        "name": " ".join(filter(None, names)),
        "title": person.attributes.get("work_title", ""),
        "department": person.attributes.get("department_name", ""),
        "unique_user_id": person.unique_user_id,
        "status": "no license" if status == Status.UNASSIGNED else Status(status).label,
    }
