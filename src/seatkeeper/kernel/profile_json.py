"""Values of a profile as JSON text, and the three comparisons that plans need of it.

A profile's values are one flat JSON object of strings. A *patch* is such an object where
`null` removes the key (RFC 7396). PostgreSQL has the same functions in SQL (see the
first migration of `directory`), so that named statements read alike on both databases.
"""

import json
from typing import Any


class CanonicalEncoder(json.JSONEncoder):
    """The one way JSON is written here, so that equal values are equal text on SQLite."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":"), "sort_keys": True})


_encode = CanonicalEncoder().encode


def dump(values: dict[str, Any]) -> str:
    return _encode(values)


def json_before(attributes: str, patch: str) -> str:
    """The values that `patch` would change, as they are now; a missing one is null."""
    current, wanted = json.loads(attributes), json.loads(patch)
    return _encode({key: current.get(key) for key, value in wanted.items() if current.get(key) != value})


def json_after(attributes: str, patch: str) -> str:
    """What of `patch` would change something."""
    current, wanted = json.loads(attributes), json.loads(patch)
    return _encode({key: value for key, value in wanted.items() if current.get(key) != value})


def json_undo(attributes: str, before: str, after: str) -> str:
    """The patch that puts back `before` wherever the value is still as `after` left it."""
    current, earlier, later = json.loads(attributes), json.loads(before), json.loads(after)
    return _encode({key: earlier.get(key) for key, value in later.items() if current.get(key) == value})


SQL_FUNCTIONS = {"json_before": json_before, "json_after": json_after, "json_undo": json_undo}
