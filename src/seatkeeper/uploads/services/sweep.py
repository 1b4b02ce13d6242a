"""Staged lines are scaffolding: once a file has its results, they go after a day."""

from datetime import datetime, timedelta

from django.conf import settings

from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.uploads.models import UploadLine

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
