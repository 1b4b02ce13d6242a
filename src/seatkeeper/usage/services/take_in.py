"""Take facts in: each counts once, on its day, for the person it was told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from seatkeeper.directory.time_zones import zone_of
from seatkeeper.kernel import bulk
from seatkeeper.usage.models import Source, WaitingFact
from seatkeeper.usage.places import place_of_words
from seatkeeper.usage.rules import Told, id_key_of, key_of, waiting_key_of
from seatkeeper.usage.services.known import contents_named, learners_named
from seatkeeper.usage.services.owners import owners_of
from seatkeeper.usage.services.rolling import add_moves, begin_moves, lock_as_chunks_do, lock_usage
from seatkeeper.usage.statements import STATEMENTS, of_all_spans

COLUMNS = (*("learner_id", "owner_id", "key", "content_id", "day", "at", "kind", "seconds", "views", "completions"),)
TYPES = (
    "learner_id bigint, owner_id bigint, key bigint, content_id bigint, day text, at text, kind text,"
    " seconds bigint, views smallint, completions smallint"
)
PARTS = (
    "learner_id bigint, day date, content_id bigint, seconds bigint, views smallint, new_views smallint,"
    " earlier date, later date"
)
VALUES = {
    "sqlite": {"day": "day", "at": "at"},
    "postgresql": {"day": "CAST(day AS date)", "at": "CAST(at AS timestamptz)"},
}

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the facts of one batch."""

    counted: int
    known: int  # told before
    waiting: int  # of people or content unknown as yet: kept

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.counted + other.counted, self.known + other.known, self.waiting + other.waiting)


def take_in(*, organization_id: int, facts: Sequence[Told], source: Source, now: datetime) -> Taken:
    """Facts into the books, all or none, in a fixed number of statements.

    Of unknown people and content they wait until these are known (`attach.py`).
    """
    learners = learners_named(organization_id, {told.learner for told in facts})
    contents = contents_named(organization_id, {told.content for told in facts})
    known, unknown = [], []
    for told in facts:
        if told.learner in learners and told.content in contents:
            known.append((learners[told.learner], contents[told.content], told))
        else:
            unknown.append(told)
    with transaction.atomic():
        counted = take_in_known(organization_id=organization_id, facts=known, source=source)
        waiting = _keep(organization_id, unknown, source, now)
    return Taken(counted, known=len(facts) - counted - waiting, waiting=waiting)


@transaction.atomic
def take_in_known(*, organization_id: int, facts: Sequence[tuple[int, int, Told]], source: Source) -> int:
    """Facts of these learners and contents, which are there; how many were new."""
    lock_usage(organization_id)
    if not facts:
        return 0
    where = {"organization": organization_id}
    owners = owners_of(organization_id, {learner for learner, _, _ in facts})
    rows = _rows(facts, owners, zone_of(organization_id))
    bulk.prefer_index_lookups()
    bulk.temporary_table("arrived", TYPES)
    bulk.insert_rows("arrived", COLUMNS, rows)
    counted = len(rows) - STATEMENTS.execute("forget_known", where)
    if counted:
        STATEMENTS.execute("add_facts", where | {"source": str(source)}, **VALUES[connection.vendor])
        _roll_up(organization_id)
    return counted


def _roll_up(organization_id: int) -> None:
    where = {"organization": organization_id}
    bulk.temporary_table("parts", PARTS)
    bulk.temporary_table("firsts", "learner_id bigint, content_id bigint, day date, was_on date")
    begin_moves()
    STATEMENTS.execute("gather_parts", where, day=VALUES[connection.vendor]["day"])
    has_firsts = STATEMENTS.execute("gather_firsts", where, day=VALUES[connection.vendor]["day"]) > 0
    STATEMENTS.execute("move_spans", where, spanned=of_all_spans("spanned_parts"))
    if has_firsts:
        STATEMENTS.execute("move_span_completions", where, spanned=of_all_spans("spanned_firsts"))
    STATEMENTS.execute("move_contents", where)
    STATEMENTS.execute("add_parts", where)
    if has_firsts:
        STATEMENTS.execute("add_firsts", where)
    add_moves(organization_id)
    lock_as_chunks_do(where)
    for name in ("see_people", "see_licenses", "see_pools"):
        STATEMENTS.execute(name, where)


def _rows(facts: Sequence[tuple[int, int, Told]], owners: dict[int, int], zone: ZoneInfo) -> list[Row]:
    """As they are staged, each once."""
    found: dict[tuple[int, int], Row] = {}
    for learner, content, told in facts:
        key = key_of(told, content)
        found.setdefault(
            (learner, key),
            (
                *(learner, owners.get(learner, learner), key, content, told.day_in(zone).isoformat(), _written(told.at)),
                *(str(told.kind), told.seconds, told.views, told.completions),
            ),
        )
    return list(found.values())


def _written(at: datetime | None) -> str | None:
    """As the database keeps times."""
    return None if at is None else str(connection.ops.adapt_datetimefield_value(at))


def _keep(organization_id: int, facts: Sequence[Told], source: Source, now: datetime) -> int:
    """How many were not kept already."""
    before = WaitingFact.objects.filter(organization_id=organization_id)
    keys = {waiting_key_of(told): told for told in facts}
    there = set(before.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    new = [_waiting(organization_id, key, told, source, now) for key, told in keys.items() if key not in there]
    WaitingFact.objects.bulk_create(new)
    return len(new)


def _waiting(organization_id: int, key: int, told: Told, source: Source, now: datetime) -> WaitingFact:
    return WaitingFact(
        organization_id=organization_id,
        key=key,
        id_key=id_key_of(told),
        learner=told.learner.strip().lower() if "@" in told.learner else told.learner.strip(),
        content=told.content,
        place=place_of_words(told.content),
        day=told.day,
        at=told.at,
        kind=told.kind,
        source=source,
        seconds=told.seconds,
        views=told.views,
        completions=told.completions,
        told_at=now,
    )
