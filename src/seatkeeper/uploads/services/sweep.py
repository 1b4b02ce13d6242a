"""Staged lines are scaffolding: once a file has its results, they go after a day. So do copies that nothing names.

The copy and the results themselves are kept for 30 days (a setting).
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.uploads.models import Upload, UploadLine, UploadProblem
from seatkeeper.uploads.results import results_path
from seatkeeper.uploads.services.receive import stored_path

FILES_AT_A_TIME = 100
ENDED = (OperationStatus.DONE, OperationStatus.CANCELLED, OperationStatus.LAPSED)


def sweep_lines(*, organization_id: int, now: datetime) -> int:
    """Delete up to a chunk of lines of files that ended a day ago or more; how many."""
    ended = Operation.objects.filter(
        organization_id=organization_id,
        verb="import",
        status__in=ENDED,
        finished_at__lt=now - timedelta(hours=settings.PLANS_LAPSE_HOURS),
    ).values("number")
    lines = UploadLine.objects.filter(organization_id=organization_id, operation_id__in=ended)
    oldest = lines.order_by("operation_id", "line").values_list("operation_id", "line").first()
    if oldest is None:
        return 0
    operation, line = oldest
    some = UploadLine.objects.filter(
        organization_id=organization_id, operation_id=operation, line__lt=line + settings.CHUNK_ROWS
    )
    return some.delete()[0]


def sweep_files(*, organization_id: int, now: datetime) -> int:
    """Remove copies and results of files that ended long enough ago, and the cells that were wrong in them; how many files."""
    ended = Operation.objects.filter(
        organization_id=organization_id,
        verb="import",
        status__in=ENDED,
        finished_at__lt=now - timedelta(days=settings.FILES_KEPT_DAYS),
    )
    kept = Upload.objects.filter(organization_id=organization_id, files_removed_at=None)
    uploads = list(kept.filter(operation_id__in=ended.values("number")).order_by("operation_id")[:FILES_AT_A_TIME])
    for upload in uploads:
        # The files first: what is cut off here is found again.
        stored_path(upload).unlink(missing_ok=True)
        results_path(Operation(organization_id=organization_id, number=upload.operation_id)).unlink(missing_ok=True)
        problems = UploadProblem.objects.filter(organization_id=organization_id, operation_id=upload.operation_id)
        problems.exclude(detail="").update(detail="")
        upload.files_removed_at = now
        upload.save(update_fields=["files_removed_at"])
    return len(uploads)


def sweep_strays(*, now: datetime) -> int:
    """Delete copies a day old that no upload names, by processes that were killed while a file came in; how many."""
    before = (now - timedelta(hours=settings.PLANS_LAPSE_HOURS)).timestamp()
    old = {path.name: path for path in Path(settings.UPLOADS_DIRECTORY).glob("*.csv") if path.stat().st_mtime < before}
    named = set(Upload.objects.filter(stored_name__in=list(old)).values_list("stored_name", flat=True)) if old else set()
    strays = [path for name, path in old.items() if name not in named]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
