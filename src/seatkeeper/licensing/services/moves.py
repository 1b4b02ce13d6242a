"""Who loses a license in one pool and gets one in another by the same act is reassigned."""

from typing import Any

from seatkeeper.kernel import bulk
from seatkeeper.licensing.statements import STATEMENTS

MOVE = "line bigint, freed_pool bigint, taken_pool bigint, kept smallint"


def pair_moves(parameters: dict[str, Any]) -> None:
    """Make moves of the pairs of a chunk: `after` and `through` are ordinals of positions."""
    bulk.temporary_table("move", MOVE)
    if STATEMENTS.execute("find_moves", parameters):
        STATEMENTS.execute("move_freed_half", parameters)
        STATEMENTS.execute("move_taken_half", parameters)
