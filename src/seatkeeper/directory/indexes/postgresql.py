"""The search's index on PostgreSQL: GIN over the organization and pg_trgm's groups of three letters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from seatkeeper.directory.indexes.entries import Entry
from seatkeeper.directory.indexes.groups import Sample, rarest_groups, sample_of
from seatkeeper.directory.ranges import id_range
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import Statements

STATEMENTS = Statements("seatkeeper.directory")
Sql = tuple[str, tuple[Any, ...]]
WINDOW = 5_000  # so many learners are looked through before the index is asked

# Entries wait in a list that is worked into the index now and then, with as much memory as this.
WORK_MEMORY = "SET LOCAL work_mem = '256MB'"
TIDY_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"

# Plans must not hang on estimates: how many texts are like "%e%" is guessed wrong, and just
# after a large import there are no statistics at all.
IN_ORDER = (
    "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_seqscan = off;"
    " SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = off"
)
BY_INDEX = "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = on"


def add(entries: Iterable[Entry]) -> None:
    _set(WORK_MEMORY)
    bulk.insert_rows("directory_searchentry", Entry._fields, entries)


def change(entries: Sequence[tuple[Entry, Entry]]) -> None:
    _set(WORK_MEMORY)
    fresh = [entry for _, entry in entries]
    columns = {
        "learners": [entry.learner_id for entry in fresh],
        "texts": [entry.text for entry in fresh],
        "names": [entry.name for entry in fresh],
        "codes": [entry.codes for entry in fresh],
    }
    STATEMENTS.execute("change_entries_by_arrays", columns)


def remove(leavers: str, parameters: Mapping[str, Any]) -> None:
    STATEMENTS.execute("remove_entries", parameters, learners=leavers)


def first_hits(organization_id: int, terms: Sequence[str], limit: int) -> list[int]:
    """Of words so rare that the index is asked, the first as the table keeps them: new entries come last."""
    with transaction.atomic():
        hits = _search(organization_id, terms, limit)
        # Rolled back, so that the settings end with the search, in whatever transaction it stands.
        transaction.set_rollback(True)
    return hits


def holding(organization_id: int, groups: Sequence[str]) -> Sql:
    like = " AND text LIKE %s" * len(groups)  # the cast matters, see `hits_by_index`
    asked = f"SELECT learner_id FROM directory_searchentry WHERE organization_id = %s::bigint{like}"  # noqa: S608  our own text
    return asked, (organization_id, *map(_like, groups))


def having(codes: Sequence[int]) -> Sql:
    asked = "SELECT learner_id FROM directory_searchentry WHERE string_to_array(codes, ' ') @> %s::text[]"
    return asked, ([str(code) for code in codes],)


def unused(codes: Sequence[int]) -> list[int]:
    return [int(code) for (code,) in STATEMENTS.rows("unused_codes_by_array", {"codes": [str(code) for code in codes]})]


def tidy() -> None:
    with transaction.atomic():
        _set(TIDY_MEMORY)
        _set("SELECT gin_clean_pending_list('directory_searchindex'::regclass)")
        _set("SELECT gin_clean_pending_list('directory_valueindex'::regclass)")
        _set("ANALYZE directory_searchentry")


def _search(organization_id: int, terms: Sequence[str], limit: int) -> list[int]:
    _set(IN_ORDER)
    sample = sample_of(organization_id)
    hits = sample.hits(terms, limit)
    if len(hits) == limit or sample.is_whole:
        return hits
    hits = _hits("first_hits_in_window", organization_id, terms, {"limit": limit, "window": WINDOW})
    return hits if len(hits) == limit else _hits_by_index(organization_id, terms, limit, sample)


def _hits_by_index(organization_id: int, terms: Sequence[str], limit: int, sample: Sample) -> list[int]:
    _set(BY_INDEX)
    groups = {f"group{number}": _like(group) for number, group in enumerate(rarest_groups(terms, sample))}
    like = "".join(f" AND text LIKE %({name})s" for name in groups)
    return sorted(_hits("hits_by_index", organization_id, terms, groups | {"limit": limit}, like=like))


def _hits(statement: str, organization_id: int, terms: Sequence[str], more: Mapping[str, Any], **fragments: str) -> list[int]:
    first, last = id_range(organization_id)
    where = {f"term{number}": term for number, term in enumerate(terms)}
    holds = " AND ".join(f"strpos(text, %({name})s) > 0" for name in where)
    where |= {"organization": organization_id, "first": first, "last": last} | dict(more)
    return [row[0] for row in STATEMENTS.rows(statement, where, holds_terms=holds, **fragments)]


def _like(group: str) -> str:
    for special in "\\%_":
        group = group.replace(special, "\\" + special)
    return f"%{group}%"


def _set(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
