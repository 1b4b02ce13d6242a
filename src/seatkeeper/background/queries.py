"""Reads of tasks."""

from collections.abc import Iterable

from seatkeeper.background.models import BackgroundTask


def latest_tasks(organization_id: int, operations: Iterable[int]) -> dict[int, BackgroundTask]:
    """Of each operation that has any, by its number, the last one. One statement."""
    tasks = BackgroundTask.objects.filter(organization_id=organization_id, operation_id__in=list(operations))
    return {task.operation_id: task for task in tasks.order_by("id") if task.operation_id is not None}


def is_waiting(organization_id: int, operation: int) -> bool:
    """Whether a task for the operation is yet to be ended."""
    tasks = BackgroundTask.objects.filter(organization_id=organization_id, operation_id=operation)
    return tasks.filter(finished_at=None).exists()


def operation_named(task: BackgroundTask) -> tuple[int, int]:
    """Organization and number of the operation that the task is about."""
    if task.organization_id is None or task.operation_id is None:
        raise ValueError(f"task {task.pk} is about no operation")
    return task.organization_id, task.operation_id
