"""Leave work to a worker."""

from datetime import datetime
from typing import Any

from seatkeeper.background.models import BackgroundTask


def enqueue(
    kind: str,
    *,
    now: datetime,
    organization_id: int | None,
    operation_id: int | None = None,
    arguments: dict[str, Any] | None = None,
    run_at: datetime | None = None,
) -> BackgroundTask:
    """One INSERT, in the caller's transaction: it is there if, and only if, what it belongs to is.

    The same task that nobody has begun is not added twice. `arguments` are ids and words, never addresses.
    """
    arguments = arguments or {}
    if organization_id is not None and operation_id is not None:
        waiting = BackgroundTask.objects.filter(organization_id=organization_id, operation_id=operation_id, kind=kind)
        for task in waiting.filter(finished_at=None, attempts=0, lease=""):
            if task.arguments == arguments:
                return task
    return BackgroundTask.objects.create(
        organization_id=organization_id,
        operation_id=operation_id,
        kind=kind,
        arguments=arguments,
        run_at=run_at or now,
    )
