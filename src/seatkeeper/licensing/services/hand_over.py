"""Leave a large operation to a worker: opened here, planned and applied there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.choices import Choice, Outlook
from seatkeeper.licensing.services.operations import Act, open_operation
from seatkeeper.licensing.services.undo import open_undo

KIND = "licensing.carry_out"
SMALL = "licensing.carry_out_small"  # does not wait behind millions of lines
HOW = "how"  # among an operation's options: how it is planned


@dataclass(frozen=True, slots=True)
class How:
    """The verb and what it needs, as plain values."""

    what: str
    people: dict[str, Any]  # see `Chosen.as_json`
    values: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "people": self.people, **self.values}


def how_of_choice(choice: Choice, people: dict[str, Any], *, shown: Outlook) -> How:
    """`shown`: the numbers that the admin has seen. Where the plan has others, a person is asked again."""
    pools = {"ends": [pool.id for pool in choice.ends], "gives": [pool.id for pool in choice.gives]}
    return How("choice", people, {"is_none": choice.is_none, **pools, "expected": shown.figures()})


def how_of_membership(people: dict[str, Any], *, group_id: int, joins: bool) -> How:
    return How("membership", people, {"group": group_id, "joins": joins})


@transaction.atomic
def leave_act(act: Act, how: How, *, now: datetime, release_brake: bool = False) -> Operation:
    """A new operation, to be planned and applied by a worker."""
    operation = open_operation(act, now=now, options={HOW: how.as_json()}, for_worker=True)
    hand_over(operation, now=now, actor=act.actor, release_brake=release_brake, confirmed=False)
    return operation


@transaction.atomic
def leave_undo(original: Operation, act: Act, *, clock: Clock) -> Operation:
    """Raises WrongStatus, EndedForGood, NothingToUndo."""
    undo = open_undo(original, act=act, clock=clock, for_worker=True)
    hand_over(undo, now=clock(), actor=act.actor)
    return undo


def hand_over(
    operation: Operation, *, now: datetime, actor: str, release_brake: bool = False, confirmed: bool = True
) -> BackgroundTask:
    """`confirmed`: a person has seen the plan, so it is applied whatever was shown before."""
    is_planned = operation.status != OperationStatus.PLANNING
    return enqueue(
        SMALL if is_planned and operation.planned_changes <= settings.IN_REQUEST_PEOPLE else KIND,
        now=now,
        organization_id=operation.organization_id,
        operation_id=operation.number,
        arguments={"actor": actor, "release_brake": release_brake, "confirmed": confirmed},
    )
