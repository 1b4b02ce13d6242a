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
from seatkeeper.erasing.words import Words
from seatkeeper.kernel.profile_json import dump
from seatkeeper.kernel.turns import give_way

ROWS_AT_A_TIME = 5_000

Row = Sequence[Any]
_OWNED = {False: "organization_id = %s", True: "%s IS NOT NULL"}


def erase_from_texts(organization_id: int, words: Words, *, beat: Callable[[], None]) -> int:
    """Walk through every place; how many rows were rewritten. Reads all, writes few; a second run finds nothing."""
    return sum(_erase_from(place, organization_id, words, beat) for place in PLACES)


def _erase_from(place: Place, organization_id: int, words: Words, beat: Callable[[], None]) -> int:
    written = 0
    for rows in _pages(place, organization_id):
        named = [row for row in rows if _fresh(place, row, words) is not None]
        if named:
            written += len(named)
            _rewrite(place, organization_id, named, words)
        beat()
        give_way()
    return written


def _pages(place: Place, organization_id: int) -> Iterator[list[Row]]:
    columns = ", ".join(f'"{name}"' for name in (*place.keys, *_columns(place)))
    keys = ", ".join(place.keys)
    after: tuple[Any, ...] = (-1,) * len(place.keys)
    marks = ", ".join(["%s"] * len(place.keys))
    sql = (  # names from our own code
        f"SELECT {columns} FROM {place.table} WHERE {_OWNED[place.is_of_installation]} AND ({keys}) > ({marks})"  # noqa: S608
        f" ORDER BY {keys} LIMIT {ROWS_AT_A_TIME}"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [organization_id, *after])
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < ROWS_AT_A_TIME:
            return
        after = tuple(rows[-1][: len(place.keys)])


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
