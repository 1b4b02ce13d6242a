"""The search's index on SQLite: FTS5 over groups of three letters, without positions.

It holds no texts of its own, so an entry leaves it while its old text is still there. One
statement for many rows, always: FTS5 writes out what it has at the end of each.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from seatkeeper.directory.indexes.entries import Entry
from seatkeeper.directory.indexes.groups import rarest_groups, sample_of
from seatkeeper.directory.ranges import id_range
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import Statements
from seatkeeper.kernel.turns import give_way

STATEMENTS = Statements("seatkeeper.directory")
CHOSEN = "SELECT value FROM json_each(%(chosen)s)"
MERGE_PAGES = 500

Sql = tuple[str, tuple[Any, ...]]


def add(entries: Iterable[Entry]) -> None:
    added: list[int] = []
    bulk.insert_rows("directory_searchentry", Entry._fields, _noted(entries, added))
    chosen = {"chosen": json.dumps(added)}
    STATEMENTS.execute("index_entries", chosen, learners=CHOSEN)
    STATEMENTS.execute("index_values", chosen, learners=CHOSEN)


def change(entries: Sequence[tuple[Entry, Entry]]) -> None:
    texts = {"chosen": json.dumps([fresh.learner_id for kept, fresh in entries if kept.text != fresh.text])}
    codes = {"chosen": json.dumps([fresh.learner_id for kept, fresh in entries if kept.codes != fresh.codes])}
    STATEMENTS.execute("unindex_entries", texts, learners=CHOSEN)
    STATEMENTS.execute("unindex_values", codes, learners=CHOSEN)
    STATEMENTS.execute("change_entries", {"entries": json.dumps([fresh for _, fresh in entries])})
    STATEMENTS.execute("index_entries", texts, learners=CHOSEN)
    STATEMENTS.execute("index_values", codes, learners=CHOSEN)


def remove(leavers: str, parameters: Mapping[str, Any]) -> None:
    STATEMENTS.execute("unindex_entries", parameters, learners=leavers)
    STATEMENTS.execute("unindex_values", parameters, learners=leavers)
    STATEMENTS.execute("remove_entries", parameters, learners=leavers)


def first_hits(organization_id: int, terms: Sequence[str], limit: int) -> list[int]:
    sample = sample_of(organization_id)
    hits = sample.hits(terms, limit)
    if len(hits) == limit or sample.is_whole:
        return hits
    first, last = id_range(organization_id)
    where = {f"term{number}": term for number, term in enumerate(terms)}
    holds = " AND ".join(f"instr(entry.text, %({name})s) > 0" for name in where)
    where |= {"groups": _match(rarest_groups(terms, sample))}
    bounds = {"organization": organization_id, "first": first, "last": last, "limit": limit}
    return [row[0] for row in STATEMENTS.rows("first_hits", where | bounds, holds_terms=holds)]


def holding(organization_id: int, groups: Sequence[str]) -> Sql:
    first, last = id_range(organization_id)
    asked = "SELECT rowid FROM directory_searchindex WHERE directory_searchindex MATCH %s AND rowid BETWEEN %s AND %s"
    return asked, (_match(groups), first, last)


def having(codes: Sequence[int]) -> Sql:
    asked = "SELECT rowid FROM directory_valueindex WHERE directory_valueindex MATCH %s"
    return asked, (_match([str(code) for code in codes]),)


def unused(codes: Sequence[int]) -> list[int]:
    return [int(code) for (code,) in STATEMENTS.rows("unused_codes", {"codes": json.dumps([str(code) for code in codes])})]


def tidy() -> None:
    """One segment of many, in short steps: others can write in between.

    Without it a later change of one learner may wait a second for that.
    """
    for index in ("directory_searchindex", "directory_valueindex"):
        pages = -MERGE_PAGES  # negative: all segments, to begin with
        with connection.cursor() as cursor:
            while _steps_done(cursor, index, pages) > 1:
                pages = MERGE_PAGES
                give_way()


def _noted(entries: Iterable[Entry], learners: list[int]) -> Iterator[Entry]:
    for entry in entries:
        learners.append(entry.learner_id)
        yield entry


def _steps_done(cursor: Any, index: str, pages: int) -> int:
    before = cursor.connection.total_changes
    cursor.execute(f"INSERT INTO {index}({index}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608  our own name
    done: int = cursor.connection.total_changes - before
    return done


def _match(groups: Sequence[str]) -> str:
    return " AND ".join('"' + group.replace('"', '""') + '"' for group in groups)
