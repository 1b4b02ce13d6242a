"""Take a task that is due, keep it while at it, and let it go."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from seatkeeper.background.kinds import KINDS, Lane, names_in
from seatkeeper.background.models import BackgroundTask
from seatkeeper.kernel.leases import is_dead_neighbour, this_process

MOST_TAKEN = 40  # a task under which worker after worker dies is given up


def take_due(lane: Lane, *, now: datetime) -> BackgroundTask | None:
    """The task that has waited longest, ours from now on; None where none is due.

    Also one whose worker died: at once on the same machine, else when its lease ends. Compare-and-set
    on the lease, so of two workers one gets it.
    """
    while task := _due(lane, now).order_by("run_at", "id").first():
        this = BackgroundTask.objects.filter(id=task.id, lease=task.lease, attempts=task.attempts, finished_at=None)
        if task.attempts >= MOST_TAKEN:
            give_up(task, now=now)
            continue
        if this.update(lease=this_process(), beat_at=now, attempts=task.attempts + 1):
            task.refresh_from_db()
            return task
    return None


def beat_tasks(*, now: datetime) -> None:
    """Say that this process is still at what it has taken."""
    BackgroundTask.objects.filter(lease=this_process(), finished_at=None).update(beat_at=now)


def finish(task: BackgroundTask, *, now: datetime) -> None:
    _mine(task).update(finished_at=now, lease="")


@transaction.atomic
def give_up(task: BackgroundTask, *, now: datetime) -> None:
    """It failed too often. Who is to hear of it hears, unless somebody else has taken it since."""
    this = BackgroundTask.objects.filter(id=task.id, lease=task.lease, attempts=task.attempts, finished_at=None)
    if this.update(finished_at=now, failed=True, lease=""):
        KINDS[task.kind].given_up(task, now)


def put_back(task: BackgroundTask, *, run_at: datetime, counts: bool) -> None:
    """To be taken again. `counts`: as an attempt that failed."""
    _mine(task).update(run_at=run_at, lease="", attempts=task.attempts if counts else task.attempts - 1)


def _due(lane: Lane, now: datetime) -> QuerySet[BackgroundTask]:
    """A lane of a process has nothing in hand when it asks: what bears its name then is left from before."""
    me, stale = this_process(), now - timedelta(seconds=settings.LEASE_SECONDS)
    due = BackgroundTask.objects.filter(finished_at=None, run_at__lte=now, kind__in=names_in(lane))
    holders = due.exclude(lease="").values_list("lease", flat=True).distinct()
    dead = [holder for holder in holders if is_dead_neighbour(holder)]
    return due.filter(Q(lease__in=["", me, *dead]) | Q(beat_at__lt=stale))


def _mine(task: BackgroundTask) -> QuerySet[BackgroundTask]:
    """Nobody has taken it from us since."""
    return BackgroundTask.objects.filter(id=task.id, lease=this_process(), finished_at=None)
