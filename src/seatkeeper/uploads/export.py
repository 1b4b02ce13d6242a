"""Files out: learners with chosen columns, their licenses and, on demand, their groups."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import QuerySet

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.directory.models import IDS_PER_ORGANIZATION, Attribute, Learner
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import embedded
from seatkeeper.licensing.models import LicensePool
from seatkeeper.uploads.cells import FORMULA_STARTS, REMOVE
from seatkeeper.uploads.errors import UnknownColumn

KEY_COLUMN = "invited_email_address"
KEYS = {KEY_COLUMN: "learner.email", "unique_user_id": "learner.unique_user_id"}
NAMES_FIRST = ("preferred_first_name", "preferred_last_name")

# Keep the planner from writing each cell's expression several times over into the guard.
FENCES = {"sqlite": "LIMIT -1 OFFSET 0", "postgresql": "OFFSET 0"}

PLAIN_KEY = re.compile(r'[^"\\\x00-\x1f]*')

# What a spreadsheet would run, or what means something else on the way back, gets a leading '.
GUARD_STARTS = ", ".join("'" + ("''" if start == "'" else start) + "'" for start in (*FORMULA_STARTS, "'"))

GUARD_CODES = ", ".join(str(ord(start)) for start in (*FORMULA_STARTS, "'", REMOVE[0]))


@dataclass(frozen=True, slots=True)
class Column:
    """A header and the SQL of its cells."""

    header: str
    sql: str
    is_text: bool = True  # may hold what a spreadsheet would run


def export_learners(
    learners: QuerySet[Learner] | None,
    *,
    organization_id: int,
    pools: Sequence[LicensePool],
    groups: bool,
    columns: Sequence[str] | None,
    output: BinaryIO,
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write the learners (None: everyone), in the order they came, as a CSV that can be imported again unchanged; their number.

    One statement, streamed. `columns`: headers to write, None for all in use. The e-mail address is there in any
    case: an id alone would leave out who has none, and a row that names nobody can't come back.

    Raises:
        UnknownColumn.
    """
    sql, parameters, header = export_query(
        learners, organization_id=organization_id, pools=pools, groups=groups, columns=columns
    )
    return bulk.write_csv(sql, parameters, header=header, output=output, progress=progress)


def export_query(
    learners: QuerySet[Learner] | None,
    *,
    organization_id: int,
    pools: Sequence[LicensePool],
    groups: bool,
    columns: Sequence[str] | None,
) -> tuple[str, dict[str, Any], list[str]]:
    """The statement, its values, and the header."""
    chosen = _chosen(_profile_columns(organization_id), columns)
    chosen += [_license_column(pool, number) for number, pool in enumerate(pools)]
    if groups:
        chosen.append(_groups_column())
    joins = "".join(
        f" LEFT JOIN licensing_license AS license_{number} ON license_{number}.organization_id = learner.organization_id"
        f" AND license_{number}.learner_id = learner.id AND license_{number}.pool_id = {int(pool.id)}"
        for number, pool in enumerate(pools)
    )
    selection, values = ("", {}) if learners is None else embedded(learners.order_by().values("id"), "selected_")
    where = "learner.organization_id = %(organization)s AND learner.id > %(first)s AND learner.id <= %(last)s"
    where += f" AND learner.id IN ({selection})" if selection else ""
    raw = ", ".join(f"{column.sql} AS cell_{number}" for number, column in enumerate(chosen))
    cells = ", ".join(guarded_cell(f"cell_{n}") if column.is_text else f"cell_{n}" for n, column in enumerate(chosen))
    sql = (
        f"SELECT {cells} FROM (SELECT {raw} FROM directory_learner AS learner{joins}"  # noqa: S608  our own names
        f" WHERE {where} ORDER BY learner.id {FENCES[connection.vendor]}) AS raw"
    )
    first = organization_id * IDS_PER_ORGANIZATION
    ids = {"organization": organization_id, "first": first, "last": first + IDS_PER_ORGANIZATION - 1}
    return sql, values | ids, [column.header for column in chosen]


def profile_headers(organization_id: int) -> list[str]:
    """The columns of the profile that a file can have, in their order."""
    return [column.header for column in _profile_columns(organization_id)]


def _profile_columns(organization_id: int) -> list[Column]:
    custom = Attribute.objects.filter(organization_id=organization_id).order_by("key")
    columns = [Column(name, attribute_cell(name)) for name in NAMES_FIRST]
    columns += [Column(header, sql) for header, sql in KEYS.items()]
    columns += [Column(name, attribute_cell(name)) for name in STANDARD if name not in NAMES_FIRST]
    return columns + [Column(CUSTOM_PREFIX + attribute.name, attribute_cell(attribute.key)) for attribute in custom]


def _chosen(known: list[Column], wanted: Sequence[str] | None) -> list[Column]:
    if wanted is None:
        return known
    by_name = {column.header.lower(): column for column in known}
    for name in wanted:
        if name.strip().lower() not in by_name:
            raise UnknownColumn(name=name, known=list(by_name))
    # A column that was asked for twice is there once: twice, the file would be refused when it comes back.
    chosen = list(dict.fromkeys(by_name[name.strip().lower()] for name in wanted))
    return chosen if by_name[KEY_COLUMN] in chosen else [by_name[KEY_COLUMN], *chosen]


def attribute_cell(key: str) -> str:
    """SQL of the value that `learner` has under a key."""
    quoted = key.replace("'", "''").replace("%", "%%")
    if connection.vendor == "postgresql":
        return f"learner.attributes ->> '{quoted}'"
    if PLAIN_KEY.fullmatch(key):
        # A path, with the key in quotes: `->>` would take a key such as "[0]" for one.
        return f"json_extract(learner.attributes, '$.\"{quoted}\"')"
    # No path can hold a quote or a backslash in every version of SQLite.
    return f"(SELECT entry.value FROM json_each(learner.attributes) AS entry WHERE entry.key = '{quoted}')"  # noqa: S608


def guarded_cell(sql: str) -> str:
    """SQL of a text as a file writes it: a spreadsheet would not run it."""
    if connection.vendor == "postgresql":  # numbers are compared quicker than text in a collation
        first = f"ascii({sql})"
        is_plain = f"{first} NOT IN ({GUARD_CODES}) OR ({first} = {ord(REMOVE[0])} AND {sql} <> '{REMOVE}')"
        return f"CASE WHEN {is_plain} THEN {sql} ELSE '''' || {sql} END"
    return f"CASE WHEN substr({sql}, 1, 1) IN ({GUARD_STARTS}) OR {sql} = '{REMOVE}' THEN '''' || {sql} ELSE {sql} END"


def _license_column(pool: LicensePool, number: int) -> Column:
    budget_group, _, license_type = pool.key.partition("/")
    waits = (
        "EXISTS (SELECT 1 FROM licensing_claim AS claim WHERE claim.organization_id = learner.organization_id"  # noqa: S608
        f" AND claim.pool_id = {int(pool.id)} AND claim.learner_id = learner.id AND claim.ended_by = 0)"
    )
    # Who waits, or asks, has an empty cell, which leaves it so: what is downloaded and uploaded again ends no claim.
    status = f"CASE WHEN license_{number}.status > 0 THEN 'active' WHEN {waits} THEN NULL ELSE 'inactive' END"
    return Column(f"{budget_group}_license_{license_type}_status", status, is_text=False)


def _groups_column() -> Column:
    names = (
        "(SELECT {join} FROM directory_groupmember AS member JOIN directory_group AS learning_group"
        " ON learning_group.organization_id = member.organization_id AND learning_group.id = member.group_id"
        " WHERE member.organization_id = learner.organization_id AND member.learner_id = learner.id)"
    )
    aggregate = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    return Column("groups", names.format(join=f"{aggregate}(learning_group.name, ',')"))
