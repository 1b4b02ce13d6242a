"""Carry an upload from phase to phase, wherever it stands."""

from datetime import datetime

from django.db import transaction

from seatkeeper.directory.services.attributes import register_attributes
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.ends import End, announce
from seatkeeper.licensing.errors import BrakeHeld
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.operations import Progress, leased, no_progress, operation_of, run_plan
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import Layout
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.results import results_path, write_results
from seatkeeper.uploads.services.plan import plan_upload
from seatkeeper.uploads.services.receive import stored_path
from seatkeeper.uploads.services.stage import stage_upload


def carry_on(
    upload: Upload, *, clock: Clock, actor: str, apply: bool, release_brake: bool = False, progress: Progress = no_progress
) -> Operation:
    """Stage, plan and, where `apply`, apply. Each step goes on where it stopped.

    The results file says what became of each line or, after a preview, what would become of it.

    Raises:
        FileRefused, BrakeHeld, OperationBusy, WrongStatus.
    """
    operation = operation_of(organization_id=upload.organization_id, number=upload.operation_id)
    with leased(operation, clock=clock):
        upload.refresh_from_db()
        if upload.phase == Phase.STAGING:
            _stage_or_discard(upload, operation, clock, progress)
        if upload.phase == Phase.PLANNING:
            plan_upload(upload, operation, clock=clock, progress=progress)
        if apply and upload.phase in (Phase.PLANNED, Phase.APPLYING):
            _apply(upload, operation, clock, actor, release_brake, progress)
        elif upload.phase == Phase.PLANNED:
            write_results(upload, operation, results_path(operation), progress=progress)
            announce(operation, End.CHECKED, now=clock())
        if upload.phase == Phase.RESULTS:
            _finish(upload, operation, progress, now=clock())
    operation.refresh_from_db()
    return operation


def upload_of(operation: Operation) -> Upload | None:
    return Upload.objects.filter(organization_id=operation.organization_id, operation_id=operation.number).first()


def _stage_or_discard(upload: Upload, operation: Operation, clock: Clock, progress: Progress) -> None:
    try:
        stage_upload(upload, operation, clock=clock, progress=progress)
    except FileRefused as refused:
        upload.options = upload.options | {"refused": [refused.problem, refused.column, refused.detail]}
        operation.status, operation.finished_at = OperationStatus.CANCELLED, clock()
        with transaction.atomic():
            upload.save(update_fields=["options"])
            operation.save(update_fields=["status", "finished_at"])
            announce(operation, End.REFUSED, now=operation.finished_at)
        stored_path(upload).unlink(missing_ok=True)
        raise


def _apply(upload: Upload, operation: Operation, clock: Clock, actor: str, release_brake: bool, progress: Progress) -> None:
    register_attributes(organization_id=upload.organization_id, keys=Layout.of_json(upload.layout).attribute_names())
    _move_on(upload, Phase.APPLYING)
    try:
        run_plan(operation, clock=clock, actor=actor, release_brake=release_brake, progress=progress)
    except BrakeHeld:
        write_results(upload, operation, results_path(operation), progress=progress)
        raise
    _move_on(upload, Phase.RESULTS)


def _finish(upload: Upload, operation: Operation, progress: Progress, *, now: datetime) -> None:
    tally = write_results(upload, operation, results_path(operation), progress=progress)
    operation.refresh_from_db()
    rows = {status: tally.count(status) for status in ("problem", "skipped", "unchanged")}
    operation.counts = operation.counts | {
        "problems": rows["problem"],
        "skipped": rows["skipped"],
        "unchanged": rows["unchanged"],
    }
    with transaction.atomic():
        operation.save(update_fields=["counts"])
        _move_on(upload, Phase.DONE)
        announce(operation, End.REPORTED, now=now)


def _move_on(upload: Upload, phase: Phase) -> None:
    upload.phase = phase
    upload.save(update_fields=["phase"])
