"""What was being applied when its process died, such as a web server in the middle of an act: found, to be gone on with."""

from datetime import datetime

from seatkeeper.background.queries import latest_tasks
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.hand_over import hand_over
from seatkeeper.licensing.services.operations import is_at_work

IMPORT = "import"


def take_up_acts(*, now: datetime) -> int:
    """Leave to a worker what nobody goes on with, files apart; how many. A person has let it be applied already."""
    acts = [operation for operation in cut_off(now=now) if operation.verb != IMPORT]
    for operation in acts:
        hand_over(operation, now=now, actor=operation.actor)
    return len(acts)


def cut_off(*, now: datetime) -> list[Operation]:
    """Operations that are being applied by a process that is gone, and that no task carries on. What was given up stays so.

    Who was interrupted and let go, such as a command by Ctrl+C, has stopped on purpose.
    """
    held = Operation.objects.filter(status=OperationStatus.APPLYING).exclude(lease="")
    return [
        operation
        for operation in held.order_by("organization_id", "number")
        if not is_at_work(operation, now=now) and not _has_its_task(operation)
    ]


def _has_its_task(operation: Operation) -> bool:
    task = latest_tasks(operation.organization_id, [operation.number]).get(operation.number)
    return task is not None and (task.finished_at is None or task.failed)
