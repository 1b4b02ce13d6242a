"""The search's index on SQLite: FTS5 over groups of three letters, without positions.

It holds no texts of its own, so an entry leaves it while its old text is still there. One
statement for many rows, always: FTS5 writes out what it has at the end of each.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from seatkeeper.directory.indexes.groups import id_range, rarest_groups, sample_of
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import Statements
from seatkeeper.kernel.turns import give_way

STATEMENTS = Statements("seatkeeper.directory")
CHOSEN = "SELECT value FROM json_each(%(chosen)s)"
MERGE_PAGES = 500


def add(entries: Sequence[tuple[int, int, str]]) -> None:
    bulk.insert_rows("directory_searchentry", ("learner_id", "organization_id", "text"), entries)
    chosen = json.dumps([entry[0] for entry in entries])
    STATEMENTS.execute("index_entries", {"chosen": chosen}, learners=CHOSEN)


def change(texts: Mapping[int, str]) -> None:
    chosen = {"chosen": json.dumps(list(texts))}
    STATEMENTS.execute("unindex_entries", chosen, learners=CHOSEN)
    STATEMENTS.execute("change_entries", {"texts": json.dumps(texts)})
    STATEMENTS.execute("index_entries", chosen, learners=CHOSEN)


def remove(leavers: str, parameters: Mapping[str, Any]) -> None:
    STATEMENTS.execute("unindex_entries", parameters, learners=leavers)
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


def holding(groups: Sequence[str]) -> Q:
    asked = "SELECT rowid FROM directory_searchindex WHERE directory_searchindex MATCH %s"
    return Q(learner_id__in=RawSQL(asked, (_match(groups),)))  # noqa: S611  our own text


def tidy() -> None:
    """One segment of many, in short steps: others can write in between.

    Without it a later change of one learner may wait a second for that.
    """
    pages = -MERGE_PAGES  # negative: all segments, to begin with
    with connection.cursor() as cursor:
        while _steps_done(cursor, pages) > 1:
            pages = MERGE_PAGES
            give_way()


def _steps_done(cursor: Any, pages: int) -> int:
    before = cursor.connection.total_changes
    cursor.execute("INSERT INTO directory_searchindex(directory_searchindex, rank) VALUES ('merge', %s)", [pages])
    done: int = cursor.connection.total_changes - before
    return done


def _match(groups: Sequence[str]) -> str:
    return " AND ".join('"' + group.replace('"', '""') + '"' for group in groups)
