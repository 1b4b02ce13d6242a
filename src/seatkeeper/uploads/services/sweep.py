"""Staged lines are scaffolding: once a file has its results, they go after a day. So do copies that nothing names."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.uploads.models import Upload, UploadLine

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


def sweep_strays(*, now: datetime) -> int:
    """Delete copies a day old that no upload names, by processes that were killed while a file came in; how many."""
    before = (now - timedelta(hours=settings.PLANS_LAPSE_HOURS)).timestamp()
    old = {path.name: path for path in Path(settings.UPLOADS_DIRECTORY).glob("*.csv") if path.stat().st_mtime < before}
    named = set(Upload.objects.filter(stored_name__in=list(old)).values_list("stored_name", flat=True)) if old else set()
    strays = [path for name, path in old.items() if name not in named]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
