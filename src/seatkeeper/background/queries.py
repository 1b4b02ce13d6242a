"""Reads of tasks."""

from collections.abc import Iterable

from django.db.models import QuerySet

from seatkeeper.background.kinds import KINDS
from seatkeeper.background.models import BackgroundTask


def latest_tasks(organization_id: int, operations: Iterable[int]) -> dict[int, BackgroundTask]:
    """Of each operation, by its number, the last task that carries it on, if there is any. One statement."""
    tasks = _carrying_on(organization_id, operations)
    return {task.operation_id: task for task in tasks.order_by("id") if task.operation_id is not None}


def is_waiting(organization_id: int, operation: int) -> bool:
    """Whether a task that carries the operation on is yet to be ended."""
    return _carrying_on(organization_id, [operation]).filter(finished_at=None).exists()


def operation_named(task: BackgroundTask) -> tuple[int, int]:
    """Organization and number of the operation that the task is about."""
    if task.organization_id is None or task.operation_id is None:
        raise ValueError(f"task {task.pk} is about no operation")
    return task.organization_id, task.operation_id


def _carrying_on(organization_id: int, operations: Iterable[int]) -> QuerySet[BackgroundTask]:
    tasks = BackgroundTask.objects.filter(organization_id=organization_id, operation_id__in=list(operations))
    return tasks.filter(kind__in=[kind.name for kind in KINDS.values() if kind.carries_on])
