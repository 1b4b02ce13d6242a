"""Undo: plan the mirror of what an operation did. Applying it is applying any plan."""

from django.db import transaction

from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.errors import EndedForGood, NothingToUndo, WrongStatus
from seatkeeper.licensing.models import Operation, OperationStatus, Segment, Step
from seatkeeper.licensing.queries import counts_planned
from seatkeeper.licensing.services.operations import (
    Act,
    Progress,
    beat,
    finish_planning,
    leased,
    no_progress,
    open_operation,
    ready_to_count,
)
from seatkeeper.licensing.statements import (
    LICENSE_NOT_SKIPPED,
    NOTHING_SKIPPED,
    ORDINALS,
    PERSON_NOT_SKIPPED,
    STATEMENTS,
    position_of,
    step_of,
)

OVERTAKEN = -1  # in place of a group: values of a person that are no longer as the operation left them


def plan_undo(original: Operation, *, act: Act, clock: Clock, progress: Progress = no_progress) -> Operation:
    """A planned operation that puts back what `original` did, segment by segment.

    Changes that somebody overtook are in the plan too: applying it skips and names them.

    Raises:
        WrongStatus: it has not come to its end.
        EndedForGood: it was part of a deletion.
        NothingToUndo: it changed nothing.
    """
    undo = open_undo(original, act=act, clock=clock)
    return carry_on_planning(undo, original, clock=clock, progress=progress)


def open_undo(original: Operation, *, act: Act, clock: Clock, for_worker: bool = False) -> Operation:
    """The operation alone, to be planned. Raises WrongStatus, EndedForGood, NothingToUndo."""
    if original.is_for_good:
        raise EndedForGood(operation=original.number)
    if original.status not in (OperationStatus.DONE, OperationStatus.CANCELLED):
        raise WrongStatus(operation=original.number, status=original.status, wanted="undo")
    segments = list(
        Segment.objects.filter(organization_id=original.organization_id, operation_id=original.number).order_by("number")
    )
    if not any(segment.applied for segment in segments):
        raise NothingToUndo(operation=original.number)
    options = {"planned_segments": 0}
    return open_operation(act, now=clock(), undoes=original.number, options=options, for_worker=for_worker)


def carry_on_planning(undo: Operation, original: Operation, *, clock: Clock, progress: Progress = no_progress) -> Operation:
    """Plan from the segment at which an earlier run stopped.

    Raises OperationBusy: another process plans it at this moment.
    """
    with leased(undo, clock=clock):
        return _plan_rest(undo, original, clock=clock, progress=progress)


def _plan_rest(undo: Operation, original: Operation, *, clock: Clock, progress: Progress) -> Operation:
    segments = list(
        Segment.objects.filter(organization_id=original.organization_id, operation_id=original.number).order_by("number")
    )
    undo.refresh_from_db(fields=["options"])
    planned = undo.options["planned_segments"]
    for number, segment in enumerate(segments[planned:], start=planned):
        _mirror(undo, segment, number)
        beat(undo, now=clock())
        progress("Planning", number + 1, len(segments))
        give_way()
    applied = sum(segment.applied for segment in segments)
    ready_to_count(applied)
    with transaction.atomic():
        changes = counts_planned(undo)
        rows = original.counts.get("rows", applied)
        counts = changes | {"rows": rows, "problems": 0, "skipped": 0, "unchanged": 0}
        finish_planning(undo, counts=counts, planned_changes=applied, now=clock())
    return undo


@transaction.atomic
def _mirror(undo: Operation, segment: Segment, number: int) -> None:
    bulk.prefer_index_lookups()
    steps = {step.label: position_of(step, 0) for step in Step}
    parameters = steps | {
        "organization": undo.organization_id,
        "undo": undo.number,
        "operation": segment.operation_id,
        "after": segment.after,
        "through": segment.through,
        "applied_at": segment.applied_at,
        "ordinals": ORDINALS,
        "overtaken": OVERTAKEN,
    }
    if Step(step_of(segment.through)).is_about_people:
        not_skipped = PERSON_NOT_SKIPPED if segment.skipped else NOTHING_SKIPPED
        pieces = {name: STATEMENTS.text(name) for name in ("id_is_as_left", "mirrored")}
        for statement in ("undo_memberships_and_people", "undo_updates", "undo_overtaken_updates"):
            STATEMENTS.execute(statement, parameters, person_not_skipped=not_skipped, **pieces)
    else:
        not_skipped = LICENSE_NOT_SKIPPED if segment.skipped else NOTHING_SKIPPED
        STATEMENTS.execute("undo_licenses", parameters, license_not_skipped=not_skipped)
    undo.options = undo.options | {"planned_segments": number + 1}
    undo.save(update_fields=["options"])
