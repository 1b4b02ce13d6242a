"""What learners did, on the days of another time zone than the organization's: SQL in place of the roll-ups.

It puts each fact whose time is known on its day there, and counts as the roll-ups do. See docs/decisions/0041.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from seatkeeper.kernel import bulk
from seatkeeper.usage.offsets import Offset, offsets_of
from seatkeeper.usage.services.owners import profiles_among
from seatkeeper.usage.statements import STATEMENTS

# Clocks on earth are up to 26 hours apart: a moment's days in two zones are at most two apart.
APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Source:
    """What statements about days read: roll-ups by their names, or SQL in their place, and its values."""

    days: str = "usage_learnerday"
    completions: str = "usage_completion"
    facts: str = ""  # of the period, not summed
    last_days: str = ""  # by learner the last day of all; the organization's own stands with each learner
    values: Mapping[str, Any] = field(default_factory=dict)


ROLL_UPS = Source()


@dataclass(frozen=True, slots=True)
class Among:
    """Of whom facts are read: of everyone, of few by their ids, or of whom a selection finds, whose values the caller has."""

    ids: Sequence[int] | None = None
    selection: str = ""


def facts_in(
    zone: ZoneInfo, organization_id: int, *, among: Among, owners: Mapping[int, int], first: date, last: date, today: date
) -> Source:
    """Days from first to last; completions until the last; last days of all. `owners`: of all profiles that were merged."""
    if among.ids is not None:
        owners = profiles_among(owners, among.ids)
    merged = {learner: owner for learner, owner in owners.items() if learner != owner}
    day, values = _day(offsets_of(zone, through=today.year + 1))
    condition, told_of = _among(among, owners)
    parts = {"owner": "fact.learner_id", "merged": "", "day": day, "among": condition}
    if merged:
        parts |= {"owner": "COALESCE(merged.owner_id, fact.learner_id)", "merged": MERGED[connection.vendor]}
        values |= {"merged": json.dumps(merged)}
    facts = STATEMENTS.compose("facts_elsewhere", **parts)
    values |= told_of | {"facts_from": (first - APART).isoformat(), "facts_to": (last + APART).isoformat()}

    def instead(name: str) -> str:
        return f"({STATEMENTS.compose(name, facts=facts, fence=FENCE[connection.vendor])})"

    return Source(
        days=instead("days_elsewhere"),
        completions=instead("completions_elsewhere"),
        facts=instead("within_elsewhere"),
        last_days=instead("last_days_elsewhere"),
        values=values,
    )


# SQLite would ask for the day of a fact again for each condition outside: that takes two or three times as long.
FENCE = {"sqlite": " LIMIT -1", "postgresql": ""}
# Who stands for whom: few of many, so they are looked up.
MERGED = {
    "sqlite": " LEFT JOIN (SELECT CAST(key AS INTEGER) AS learner_id, value AS owner_id FROM json_each(%(merged)s)) AS merged"
    " ON merged.learner_id = fact.learner_id",
    "postgresql": " LEFT JOIN (SELECT key::bigint AS learner_id, value::bigint AS owner_id"
    " FROM json_each_text(%(merged)s::json)) AS merged ON merged.learner_id = fact.learner_id",
}


def _among(among: Among, owners: Mapping[int, int]) -> tuple[str, dict[str, Any]]:
    """A condition that leaves out who is not asked about; it may leave in more, whom the statement leaves out."""
    if among.ids is not None:
        condition, value = bulk.is_one_of("fact.learner_id", list(owners), "%(facts_of)s")
        return f" AND {condition}", {"facts_of": value}
    if not among.selection:
        return "", {}
    if not owners:
        return f" AND fact.learner_id IN ({among.selection})", {}
    others, value = bulk.listed(list(owners), "%(facts_of)s")
    return f" AND fact.learner_id IN ({among.selection} UNION ALL {others})", {"facts_of": value}


def _day(offsets: Sequence[Offset]) -> tuple[str, dict[str, Any]]:
    """SQL for the day of a fact, and its values: the latest offset comes first, as most facts are of late."""
    values: dict[str, Any] = {}
    cases = ""
    for number, offset in enumerate(reversed(offsets[1:])):
        cases += f" WHEN fact.at >= %(since_{number})s THEN %(offset_{number})s"
        values |= {f"since_{number}": offset.since, f"offset_{number}": _written(offset.seconds)}
    values["offset"] = _written(offsets[0].seconds)
    ahead = f"CASE{cases} ELSE %(offset)s END" if cases else "%(offset)s"
    if connection.vendor == "postgresql":
        day = f"CAST((fact.at AT TIME ZONE 'UTC') + ({ahead}) * INTERVAL '1 second' AS date)"
    else:
        day = f"DATE(fact.at, {ahead})"
    return f"COALESCE({day}, fact.day)", values


def _written(seconds: int) -> int | str:
    return seconds if connection.vendor == "postgresql" else f"{seconds:+d} seconds"
