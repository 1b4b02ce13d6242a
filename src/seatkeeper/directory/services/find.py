"""Keep the words by which people are found in step with the directory."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from seatkeeper.kernel import bulk


def find_anew(*, organization_id: int, people: Sequence[tuple[int, str, str | None, str, str]]) -> None:
    """Index people who are new or renamed: rows of (id, email, unique_user_id, attributes as JSON, kind of change)."""
    bulk.insert_rows("directory_searchentry", ("learner_id","organization_id","text"), [(p[0], organization_id, p[1]) for p in people if p[4]=="added"])


def forget(*, organization_id: int, leavers: str, parameters: Mapping[str, Any]) -> None:
    """Take people out of the index; `leavers` is SQL that selects their ids."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM directory_searchentry WHERE learner_id IN ({leavers})", parameters)
