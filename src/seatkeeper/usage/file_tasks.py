"""What workers do for usage files."""

from datetime import timedelta

from seatkeeper.background.kinds import Lane, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.kernel.clock import Clock
from seatkeeper.usage.models import UsageFile
from seatkeeper.usage.services.files import KIND, give_up_usage_file, read_usage_file, sweep_usage_files

SWEPT_EVERY = timedelta(hours=1)


def register_tasks() -> None:
    register(KIND, read, lane=Lane.LONG, given_up=give_up_usage_file)
    register_periodic("usage.files", lambda clock: sweep_usage_files(now=clock()), every=SWEPT_EVERY)


def read(task: BackgroundTask, clock: Clock) -> None:
    file = UsageFile.objects.filter(organization=task.organization, id=task.arguments["file"]).first()
    if file is not None:
        read_usage_file(file, clock=clock)
