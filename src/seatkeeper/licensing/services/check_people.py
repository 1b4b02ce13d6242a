"""Prove people by the ledger: their addresses, ids and values are what its changes come to, and so are their groups."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from seatkeeper.directory.models import IdRange
from seatkeeper.directory.ranges import id_range
from seatkeeper.licensing.models import ProfileChangeKind, Skipped
from seatkeeper.licensing.statements import NOTHING_SKIPPED, PERSON_NOT_SKIPPED, STATEMENTS

MOST_FAULTS = 20
IDS_AT_ONCE = 5_000
NOT_THERE = ["person"]  # in place of columns: the row is there and should not be, or the other way round


@dataclass(frozen=True, slots=True)
class Person:
    """What a row of a learner says, its values as the database writes them."""

    email: str
    unique_user_id: str | None
    attributes: str


@dataclass(frozen=True, slots=True)
class Change:
    """An applied change of a learner's row. An id that is none before and after stays as it is."""

    kind: str
    email: str | None
    before_id: str | None
    unique_user_id: str | None
    after: str


def wrong_people(*, organization_id: int) -> list[dict[str, Any]]:
    """Learners who are not the sum of the ledger, and the columns in which they differ; 20 at most.

    Time grows with the ledger, memory does not. Whoever was erased has no row, and changes that say nothing.
    """
    people = chain.from_iterable(groupby(rows, itemgetter(0)) for rows in _rows_by_learner(organization_id))
    faults = ({"learner": learner, "columns": wrong} for learner, rows in people if (wrong := _differences(list(rows))))
    return list(islice(faults, MOST_FAULTS))


def wrong_memberships(*, organization_id: int) -> list[dict[str, Any]]:
    """Learners who are in a group and should not be, by the ledger, or the other way round; 20 at most."""
    where = {"organization": organization_id, "most": MOST_FAULTS}
    rows = STATEMENTS.rows("wrong_memberships", where, person_not_skipped=_not_skipped(organization_id))
    return [{"learner": learner, "group": group, "ledger": "in" if more > 0 else "out"} for learner, group, more in rows]


def _not_skipped(organization_id: int) -> str:
    has_skipped = Skipped.objects.filter(organization_id=organization_id).exists()
    return PERSON_NOT_SKIPPED if has_skipped else NOTHING_SKIPPED


def _rows_by_learner(organization_id: int) -> Iterator[list[tuple[Any, ...]]]:
    """Of some thousands of learners at a time, in the order of their ids, all changes beside what they are."""
    not_skipped = _not_skipped(organization_id)
    first, last = id_range(organization_id)
    given = IdRange.objects.values_list("last", flat=True).filter(organization_id=organization_id).first() or 0
    starts = range(first, first + given + 1, IDS_AT_ONCE)
    for start in starts:
        through = last if start == starts[-1] else start + IDS_AT_ONCE - 1
        where = {"organization": organization_id, "first": start, "through": through}
        yield STATEMENTS.rows("people_and_changes", where, person_not_skipped=not_skipped)


def _differences(rows: list[tuple[Any, ...]]) -> list[str]:
    """The columns in which somebody is not as their changes, in order, have made them."""
    is_there, *person = rows[0][1:5]
    kept = Person(*person) if is_there else None
    changes = [Change(*row[5:]) for row in rows]
    if len(changes) == 1 and kept and _as_added(changes[0]) == kept:
        return []
    replayed = _replay(changes)
    if kept is None or replayed is None:
        return [] if kept is replayed else NOT_THERE
    wrong = [name for name in ("email", "unique_user_id") if getattr(kept, name) != getattr(replayed, name)]
    values, wanted = json.loads(kept.attributes), json.loads(replayed.attributes)
    return wrong + sorted(key for key in values.keys() | wanted.keys() if values.get(key) != wanted.get(key))


def _as_added(change: Change) -> Person:
    return Person(change.email or "", change.unique_user_id, change.after)


def _replay(changes: Iterable[Change]) -> Person | None:
    person: Person | None = None
    for change in changes:
        if change.kind == ProfileChangeKind.ADDED:
            person = _as_added(change)
        elif change.kind == ProfileChangeKind.REMOVED:
            person = None
        elif person is not None:
            person = _updated(person, change)
    return person


def _updated(person: Person, change: Change) -> Person:
    keeps_id = change.before_id is None and change.unique_user_id is None
    patched = chain(json.loads(person.attributes).items(), json.loads(change.after).items())
    values = {key: value for key, value in dict(patched).items() if value is not None}
    return Person(
        email=change.email if change.email is not None else person.email,
        unique_user_id=person.unique_user_id if keeps_id else change.unique_user_id,
        attributes=json.dumps(values),
    )
