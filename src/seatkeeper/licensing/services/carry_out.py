"""Plan and apply an operation that was left to a worker, from wherever it stands."""

from typing import Any

from seatkeeper.directory.chosen import learners_of_json
from seatkeeper.directory.models import Group
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import NothingSelected
from seatkeeper.licensing.models import LicensePool, Operation, OperationStatus
from seatkeeper.licensing.services.acts import plan_membership, plan_withdraw
from seatkeeper.licensing.services.choices import Choice, figures_of, plan_choice
from seatkeeper.licensing.services.hand_over import HOW
from seatkeeper.licensing.services.operations import apply_operation, cancel_operation, leased, operation_of
from seatkeeper.licensing.services.sweep import discard_cut_plan
from seatkeeper.licensing.services.undo import carry_on_planning


def carry_out(operation: Operation, *, clock: Clock, actor: str, release_brake: bool, confirmed: bool) -> None:
    """Where the plan has other numbers than those shown, it is left for a person to look at.

    Raises BrakeHeld, WrongStatus, OperationBusy.
    """
    if operation.status == OperationStatus.PLANNING and not _plan(operation, clock=clock):
        return
    if operation.status == OperationStatus.PLANNED and not confirmed and not is_as_shown(operation):
        return
    apply_operation(operation, clock=clock, actor=actor, release_brake=release_brake)


def is_as_shown(operation: Operation) -> bool:
    """Whether a plan has the numbers that its admin has seen before saving."""
    expected = operation.options.get(HOW, {}).get("expected")
    return expected is None or expected == figures_of(operation)


def can_be_planned(operation: Operation) -> bool:
    """Whether it says how: what a command has begun does not."""
    return HOW in operation.options or operation.undoes is not None


def _plan(operation: Operation, *, clock: Clock) -> bool:
    """Whether there is a plan now."""
    if operation.undoes is not None:
        original = operation_of(organization_id=operation.organization_id, number=operation.undoes)
        carry_on_planning(operation, original, clock=clock)
        return True
    if HOW not in operation.options:
        discard_cut_plan(operation, clock=clock)
        return False
    try:
        with leased(operation, clock=clock):
            _plan_anew(operation, operation.options[HOW], clock)
    except NothingSelected:
        cancel_operation(operation, now=clock())
        return False
    return True


def _plan_anew(operation: Operation, how: dict[str, Any], clock: Clock) -> None:
    people = learners_of_json(operation.organization_id, how["people"])
    if how["what"] == "choice":
        pools = LicensePool.objects.filter(organization_id=operation.organization_id).in_bulk()
        ends, gives = (tuple(pools[pool] for pool in how[which]) for which in ("ends", "gives"))
        choice = Choice(is_none=how["is_none"], ends=ends, gives=gives)
        plan_choice(people, choice=choice, act=operation, clock=clock)
    elif how["what"] == "withdraw":
        plan_withdraw(people, pool=None, act=operation, clock=clock)
    else:
        group = Group.objects.get(organization_id=operation.organization_id, id=how["group"])
        plan_membership(people, group=group, joins=how["joins"], act=operation, clock=clock)
