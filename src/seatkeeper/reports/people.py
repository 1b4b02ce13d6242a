"""The people whom a page of a report has lines for, and how a file names them."""

from collections.abc import Sequence

from django.db import connection

from seatkeeper.directory.models import IDS_PER_ORGANIZATION
from seatkeeper.directory.terms import Condition
from seatkeeper.licensing.people import Listing, Person, page_of
from seatkeeper.reports.answers import Page, Who
from seatkeeper.reports.asked import Asked
from seatkeeper.uploads.export import FENCES, attribute_cell, guarded_cell

SORTS = {"person": "name", "last_activity_on": "activity"}
PERSON_HEADERS = ("first_name", "last_name", "email")


def people_of(asked: Asked, text: str = "") -> tuple[list[Person], Page]:
    """At most 50 people within reach, by name unless sorted otherwise, and the cursors beside them. Raises FilterRefused."""
    among = None if text or asked.is_of_everyone else asked.few_at_once  # else the filter would be read twice
    return listed(asked, text=text, among=among)


def listed(
    asked: Asked, *, text: str = "", among: Sequence[int] | None = None, also: Sequence[Condition] = ()
) -> tuple[list[Person], Page]:
    """The same; `among` these where they are known, or of those who meet what is asked `also`. Raises FilterRefused."""
    column = asked.sort.removeprefix("-")
    sort = SORTS.get(column, "name")
    listing = Listing(text or asked.filter, f"-{sort}" if asked.sort.startswith("-") else sort, asked.after, asked.before)
    conditions = None if text or among is not None else [*asked.conditions, *also]
    found = page_of(listing, asked.reach, today=asked.today_at_home, holdings=False, among=among, conditions=conditions)
    return found.people, Page((), found.previous, found.next)


def who(person: Person) -> Who:
    return Who(person.id, person.name, person.email)


def lines_of(
    asked: Asked,
    cells: Sequence[tuple[str, bool]],
    joins: str,
    *,
    text: str = "",
    where: str = "",
    order: str = "learner.id",
) -> str:
    """A statement with a line for each row that `joins` find beside each learner whom a selection (`text`) finds,
    if it meets what `where` says.

    `cells`: SQL of each behind the person's own, and whether it may hold what a spreadsheet would run.
    """
    names = (attribute_cell("preferred_first_name"), attribute_cell("preferred_last_name"), "learner.email")
    all_cells = [*((cell, True) for cell in names), *cells]
    raw = ", ".join(f"{cell} AS cell_{number}" for number, (cell, _) in enumerate(all_cells))
    shown = ", ".join(guarded_cell(f"cell_{n}") if is_text else f"cell_{n}" for n, (_, is_text) in enumerate(all_cells))
    # By their ids, in whose order the lines come: SQLite would else sort them all. The plus keeps it from another index.
    among = "+learner.organization_id = %(organization)s AND learner.id > %(first_id)s AND learner.id <= %(last_id)s"
    among += f" AND learner.id IN ({text})" if text else ""
    among += f" AND {where}" if where else ""
    return (
        f"SELECT {shown} FROM (SELECT {raw} FROM directory_learner AS learner {joins}"  # noqa: S608  our own names
        f" WHERE {among} ORDER BY {order} {FENCES[connection.vendor]}) AS raw"
    )


def places(asked: Asked) -> dict[str, int]:
    """Where the organization's learners are."""
    first = asked.organization_id * IDS_PER_ORGANIZATION
    return {"organization": asked.organization_id, "first_id": first, "last_id": first + IDS_PER_ORGANIZATION - 1}


def moment(sql: str) -> str:
    """SQL of a moment as files write it: in UTC, to the second."""
    if connection.vendor == "postgresql":
        return f"""to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    return f"strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', {sql})"
