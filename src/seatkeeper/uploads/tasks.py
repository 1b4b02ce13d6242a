"""What workers do for uploads."""

from contextlib import suppress

from seatkeeper.background.kinds import Lane, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.queries import operation_named
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.tasks import SWEPT_EVERY, TAKEN_UP_EVERY, carrying_on, tell_given_up
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.aside import sweep_aside
from seatkeeper.uploads.services.hand_over import KIND
from seatkeeper.uploads.services.run import carry_on
from seatkeeper.uploads.services.sweep import sweep_files, sweep_lines, sweep_strays
from seatkeeper.uploads.services.take_up import take_up_files


def register_tasks() -> None:
    register(KIND, run, lane=Lane.LONG, given_up=tell_given_up, carries_on=True)
    register_periodic("uploads.sweep", sweep, every=SWEPT_EVERY)
    register_periodic("uploads.take_up", lambda clock: take_up_files(now=clock()), every=TAKEN_UP_EVERY)


def run(task: BackgroundTask, clock: Clock) -> None:
    organization_id, number = operation_named(task)
    upload = Upload.objects.filter(organization_id=organization_id, operation_id=number).first()
    if upload is None:
        return
    with carrying_on(), suppress(FileRefused):  # that shows on the upload
        carry_on(upload, clock=clock, **task.arguments)


def sweep(clock: Clock) -> None:
    sweep_aside(now=clock())
    sweep_strays(now=clock())
    for organization_id in Organization.objects.values_list("id", flat=True):
        while sweep_lines(organization_id=organization_id, now=clock()):
            pass
        while sweep_files(organization_id=organization_id, now=clock()):
            pass
