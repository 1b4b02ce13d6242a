"""Which workers are alive."""

from datetime import datetime, timedelta

from django.conf import settings

from seatkeeper.background.models import BackgroundTask, Worker
from seatkeeper.kernel.leases import is_dead_neighbour, this_process

KEPT = timedelta(days=1)


def note_worker(*, now: datetime) -> None:
    """Say that this process is a worker and alive."""
    Worker.objects.update_or_create(name=this_process(), defaults={"beat_at": now})


def forget_worker() -> None:
    Worker.objects.filter(name=this_process()).delete()


def is_a_worker_alive(*, now: datetime) -> bool:
    """Whether one has said so lately. One statement."""
    since = now - timedelta(seconds=settings.WORKER_ALIVE_SECONDS)
    return any(not is_dead_neighbour(name) for name in Worker.objects.filter(beat_at__gte=since).values_list("name", flat=True))


def sweep_tasks(*, now: datetime) -> int:
    """Delete what was finished a day ago, and workers unheard of since; how many tasks."""
    Worker.objects.filter(beat_at__lt=now - KEPT).delete()
    return BackgroundTask.objects.filter(finished_at__lt=now - KEPT, failed=False).delete()[0]
