"""Erase people from texts: reasons, audit entries, mails, other people's values."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from seatkeeper.accounts.services.erase import audit_log_opened
from seatkeeper.directory.models import Learner, SearchEntry
from seatkeeper.directory.services.find import find_anew
from seatkeeper.directory.services.organizations import lock_organization
from seatkeeper.directory.values import forget_values
from seatkeeper.erasing.places import AUDIT_LOG, LEARNERS, PLACES, Place
from seatkeeper.erasing.words import Traces, Words
from seatkeeper.kernel.profile_json import dump
from seatkeeper.kernel.turns import give_way

ROWS_AT_A_TIME = 5_000
ROWS_LOOKED_AT = 50_000

Row = Sequence[Any]
# What is quick comes first: many texts are empty, and most are ASCII.
_HOLDS_ON_SQLITE = "({{text}} <> '' AND ({a_part} OR (LENGTH(CAST({{text}} AS BLOB)) <> LENGTH({{text}}) AND ({a_character}))))"
_HOLDS_ON_POSTGRESQL = (
    '(LOWER({texts} COLLATE "C") LIKE ANY (%s) OR (OCTET_LENGTH({texts}) <> LENGTH({texts}) AND {texts} LIKE ANY (%s)))'
)
_OWNED = {False: "organization_id = %s", True: "%s IS NOT NULL"}


def erase_from_texts(organization_id: int, words: Words, *, beat: Callable[[], None]) -> int:
    """Walk through every place; how many rows were rewritten. Reads all, writes few; a second run finds nothing."""
    return sum(_erase_from(place, organization_id, words, beat) for place in PLACES)


def _erase_from(place: Place, organization_id: int, words: Words, beat: Callable[[], None]) -> int:
    written = 0
    for rows in _pages(place, organization_id, words.traces()):
        named = [row for row in rows if _fresh(place, row, words) is not None]
        if named:
            written += len(named)
            _rewrite(place, organization_id, named, words)
        beat()
        give_way()
    return written


def _pages(place: Place, organization_id: int, traces: Traces | None) -> Iterator[list[Row]]:
    """Stretch by stretch, so that nobody waits for long. Of few people the database tells the rows that may name them."""
    columns = ", ".join(f'"{name}"' for name in (*place.keys, *_columns(place)))
    keys, marks = ", ".join(place.keys), ", ".join(["%s"] * len(place.keys))
    rows_at_a_time = ROWS_AT_A_TIME if traces is None else ROWS_LOOKED_AT
    may_name, values = ("", ()) if traces is None else _may_name(place, traces)
    beyond = f"FROM {place.table} WHERE {_owned(place)} AND ({keys}) > ({marks})"  # names from our own code
    end = f"SELECT {keys} {beyond} ORDER BY {keys} LIMIT 1 OFFSET {rows_at_a_time - 1}"
    last: Row | None = (-1,) * len(place.keys)
    while last is not None:
        after = [organization_id, *last]
        with connection.cursor() as cursor:
            cursor.execute(end, after)
            last = cursor.fetchone()
            until = f" AND ({keys}) <= ({marks})" if last else ""
            cursor.execute(f"SELECT {columns} {beyond}{until}{may_name} ORDER BY {keys}", [*after, *(last or ()), *values])
            rows = cursor.fetchall()
        yield rows


def _owned(place: Place) -> str:
    """SQLite would look the organization up in an index of another order, and sort all of it anew for each stretch."""
    is_walked_by_id = connection.vendor == "sqlite" and place.keys == ("id",) and not place.is_of_installation
    return f"{'+' if is_walked_by_id else ''}{_OWNED[place.is_of_installation]}"


def _may_name(place: Place, traces: Traces) -> tuple[str, list[Any]]:
    """Case is put aside for ASCII alone: what it means of other letters hangs on the database and its locale."""
    columns = [f'"{name}"' for name in _columns(place)]
    parts = [f"%{part}%" for part in traces.parts]
    if connection.vendor == "postgresql":
        one_holds = _HOLDS_ON_POSTGRESQL.format(texts=f"CONCAT_WS(' ', {', '.join(columns)})")
        return f" AND {one_holds}", [parts, [f"%{character}%" for character in traces.characters]]
    holds = _HOLDS_ON_SQLITE.format(
        a_part=" OR ".join(["{text} LIKE %s"] * len(parts)),
        a_character=" OR ".join(["FALSE", *["INSTR({text}, %s) > 0"] * len(traces.characters)]),
    )
    one_holds = " OR ".join(holds.format(text=column) for column in columns)
    return f" AND ({one_holds})", [*parts, *traces.characters] * len(columns)


def _rewrite(place: Place, organization_id: int, rows: list[Row], words: Words) -> None:
    """Each row anew, where it still is as it was read; one that changed meanwhile is read again."""
    for row in rows:
        current: Row | None = row
        while current is not None and not _is_written(place, organization_id, current, words):
            current = _read_again(place, organization_id, row[: len(place.keys)])


@transaction.atomic
def _is_written(place: Place, organization_id: int, row: Row, words: Words) -> bool:
    fresh = _fresh(place, row, words)
    if fresh is None:
        return True
    if place.table == LEARNERS:
        lock_organization(organization_id)
    if place.table == AUDIT_LOG:
        with audit_log_opened(organization_id):
            return _update(place, organization_id, row, fresh)
    if not _update(place, organization_id, row, fresh):
        return False
    if place.table == LEARNERS:
        _find_anew(organization_id, row[0])
    return True


def _update(place: Place, organization_id: int, row: Row, fresh: dict[str, Any]) -> bool:
    """Whether it still was as it was read."""
    was = dict(zip(_columns(place), row[len(place.keys) :], strict=True))
    sets = ", ".join(f'"{name}" = {_mark(place, name)}' for name in fresh)
    keys = " AND ".join(f"{name} = %s" for name in place.keys)
    same = " AND ".join(f'"{name}" = {_mark(place, name)}' for name in fresh)
    sql = f"UPDATE {place.table} SET {sets} WHERE {_OWNED[place.is_of_installation]} AND {keys} AND {same}"  # noqa: S608  our own names
    values = [*fresh.values(), organization_id, *row[: len(place.keys)], *(was[name] for name in fresh)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)


def _read_again(place: Place, organization_id: int, keys: Row) -> Row | None:
    columns = ", ".join(f'"{name}"' for name in (*place.keys, *_columns(place)))
    where = " AND ".join(f"{name} = %s" for name in place.keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {place.table} WHERE {_OWNED[place.is_of_installation]} AND {where}",  # noqa: S608  our own names
            [organization_id, *keys],
        )
        found: Row | None = cursor.fetchone()
        return found


def _find_anew(organization_id: int, learner_id: int) -> None:
    """Somebody whose values named one of the erased."""
    held = SearchEntry.objects.filter(learner_id=learner_id).values_list("codes", flat=True).first() or ""
    learner = Learner.objects.get(organization_id=organization_id, id=learner_id)
    person = (learner.id, learner.email, learner.unique_user_id, dump(learner.attributes), "updated")
    find_anew(organization_id=organization_id, people=[person])
    forget_values(organization_id=organization_id, codes=[int(code) for code in held.split()])


def _columns(place: Place) -> tuple[str, ...]:
    return (*place.texts, *place.json, *place.profiles, *place.patches, *place.wholes)


def _mark(place: Place, name: str) -> str:
    is_json = name in place.json or name in place.profiles
    return "%s::jsonb" if is_json and connection.vendor == "postgresql" else "%s"


def _fresh(place: Place, row: Row, words: Words) -> dict[str, Any] | None:
    """The columns that name somebody, as they should be; None where nothing does."""
    fresh: dict[str, Any] = {}
    for name, value in zip(_columns(place), row[len(place.keys) :], strict=True):
        if not value or not words.may_stand_in(value):
            continue
        became = _erased(place, name, value, words)
        if became != value:
            fresh[name] = became
    return fresh or None


def _erased(place: Place, name: str, value: str, words: Words) -> Any:
    if name in place.texts:
        return words.erased_from(value)
    if name in place.wholes:
        return None if words.are(value) else value
    if name in place.patches and not value.startswith("{"):
        return value
    kept = json.loads(value)
    became = words.erased_from_json(kept) if name in place.json else words.erased_from_profile(kept)
    return value if became == kept else dump(became)
