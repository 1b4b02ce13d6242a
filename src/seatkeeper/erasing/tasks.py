"""What workers do for deletions."""

from datetime import timedelta

from seatkeeper.background.kinds import Lane, Later, register
from seatkeeper.background.models import BackgroundTask
from seatkeeper.erasing.errors import DeletionBusy
from seatkeeper.erasing.models import Deletion
from seatkeeper.erasing.services.ask import KIND
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import ChunkAlreadyApplied, OperationBusy

BUSY_PAUSE = timedelta(seconds=10)


def register_tasks() -> None:
    register(KIND, run, lane=Lane.LONG)


def run(task: BackgroundTask, clock: Clock) -> None:
    deletion = Deletion.objects.filter(organization=task.organization, id=task.arguments["deletion"]).first()
    if deletion is None:
        return
    try:
        carry_out_deletion(deletion, clock=clock)
    except (DeletionBusy, OperationBusy, ChunkAlreadyApplied) as busy:
        raise Later(pause=BUSY_PAUSE) from busy
