"""One process at a time carries a deletion out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from seatkeeper.erasing.errors import DeletionBusy
from seatkeeper.erasing.models import Deletion
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.leases import is_dead_neighbour, this_process


@contextmanager
def leased(deletion: Deletion, clock: Clock) -> Iterator[None]:
    """Hold it, renewed by `keep`. Raises DeletionBusy: another process, still alive, holds it."""
    me, now = this_process(), clock()
    this = Deletion.objects.filter(id=deletion.id)
    free = Q(lease__in=("", me)) | Q(beat_at__lt=now - timedelta(seconds=settings.LEASE_SECONDS))
    if not this.filter(free).update(lease=me, beat_at=now):
        holder = this.values_list("lease", flat=True).get()
        if not is_dead_neighbour(holder) or not this.filter(lease=holder).update(lease=me, beat_at=now):
            raise DeletionBusy(deletion=deletion.id)
    try:
        yield
    finally:
        this.filter(lease=me).update(lease="")


def keep(deletion: Deletion, clock: Clock) -> None:
    """Say that we are still at it, and save how far. Raises DeletionBusy: we were silent for so long that another has it."""
    deletion.lease, deletion.beat_at = this_process(), clock()
    fields = ("beat_at", "step", "cursor")
    mine = Deletion.objects.filter(id=deletion.id, lease=deletion.lease)
    if not mine.update(**{field: getattr(deletion, field) for field in fields}):
        raise DeletionBusy(deletion=deletion.id)
