"""Add one person: an operation of one change."""

from collections.abc import Mapping

from django.db import transaction

from seatkeeper.directory.services.ids import reserve_ids
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import Operation, ProfileChange, ProfileChangeKind, Step
from seatkeeper.licensing.queries import counts_planned
from seatkeeper.licensing.services.operations import Act, apply_operation, finish_planning, open_operation
from seatkeeper.licensing.statements import ORDINALS, position_of


def add_person(*, email: str, unique_user_id: str | None, attributes: Mapping[str, str], act: Act, clock: Clock) -> Operation:
    """Planned and applied. Where the address or the id is somebody's by now, that is what it says, and nothing is added."""
    return apply_operation(_plan(email, unique_user_id, attributes, act, clock), clock=clock, actor=act.actor)


@transaction.atomic
def _plan(email: str, unique_user_id: str | None, attributes: Mapping[str, str], act: Act, clock: Clock) -> Operation:
    operation = open_operation(act, now=clock())
    learner_id = reserve_ids(organization_id=act.organization_id)
    ProfileChange.objects.create(
        organization_id=act.organization_id,
        operation_id=operation.number,
        position=position_of(Step.PEOPLE, learner_id & ORDINALS),
        learner_id=learner_id,
        kind=ProfileChangeKind.ADDED,
        to_email=email,
        to_unique_user_id=unique_user_id,
        before={},
        after=dict(attributes),
    )
    counts = counts_planned(operation) | {"rows": 1, "problems": 0, "skipped": 0, "unchanged": 0}
    finish_planning(operation, counts=counts, planned_changes=1, now=clock(), let_go=True)
    return operation
