"""The named SQL of this room, and the pieces its statements share."""

from seatkeeper.kernel.sql import Statements
from seatkeeper.licensing.models import Step

STATEMENTS = Statements("seatkeeper.licensing")

STEP_BITS = 40
ORDINALS = (1 << STEP_BITS) - 1


def position_of(step: int, ordinal: int) -> int:
    return step << STEP_BITS | ordinal


def step_of(position: int) -> int:
    return position >> STEP_BITS


PEOPLE_STEPS = ", ".join(str(int(step)) for step in Step if step.is_about_people)

_NOT_SKIPPED = (
    "NOT EXISTS (SELECT 1 FROM licensing_skipped AS skipped"
    " WHERE skipped.organization_id = change.organization_id AND skipped.operation_id = change.operation_id"
    " AND skipped.position = change.position AND skipped.item_id = change.{item})"
)
LICENSE_NOT_SKIPPED = _NOT_SKIPPED.format(item="pool_id")
PERSON_NOT_SKIPPED = _NOT_SKIPPED.format(item="group_id")
NOTHING_SKIPPED = "TRUE"  # spares a look-up for each change where a chunk has skipped none
