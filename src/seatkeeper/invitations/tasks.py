"""What workers do for invitations and claims."""

from datetime import timedelta

from seatkeeper.background.kinds import Lane, Later, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.directory.models import Organization
from seatkeeper.invitations.models import MailRound
from seatkeeper.invitations.services.expire import due_to_expire, expire_invitations
from seatkeeper.invitations.services.join import sweep_joinings
from seatkeeper.invitations.services.sweep import sweep_all_invitations
from seatkeeper.invitations.services.waitlist import settle_pools
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import OperationBusy
from seatkeeper.notices.services.outbox import wake

EXPIRE = "invitations.expire"
EXPIRED_EVERY = timedelta(minutes=10)
SETTLED_EVERY = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=15)
SWEPT_EVERY = timedelta(hours=1)
FORGOTTEN_EVERY = timedelta(days=1)  # it walks all of them
BUSY_PAUSE = timedelta(minutes=1)


def register_tasks() -> None:
    register(EXPIRE, _expire, lane=Lane.LONG)
    register_periodic("invitations.expire", look_for_expired, every=EXPIRED_EVERY)
    register_periodic("invitations.settle", settle_pools, every=SETTLED_EVERY)
    register_periodic("invitations.sweep", lambda clock: sweep_joinings(now=clock()), every=SWEPT_EVERY)
    register_periodic("invitations.forget", sweep_all_invitations, every=FORGOTTEN_EVERY)
    register_periodic("invitations.look", _look, every=LOOK_EVERY)


def look_for_expired(clock: Clock) -> None:
    """One task an organization, so that one worker is at it."""
    now = clock()
    at_it = BackgroundTask.objects.filter(kind=EXPIRE, finished_at=None).values("organization_id")
    for organization_id in Organization.objects.exclude(id__in=at_it).values_list("id", flat=True):
        if due_to_expire(organization_id, now=now).exists():
            enqueue(EXPIRE, now=now, organization_id=organization_id)


def _expire(task: BackgroundTask, clock: Clock) -> None:
    try:
        expire_invitations(organization_id=task.organization_id or 0, clock=clock)
    except OperationBusy as busy:
        raise Later(pause=BUSY_PAUSE) from busy


def _look(clock: Clock) -> None:
    """Rounds that a dead worker left."""
    if MailRound.objects.filter(is_queued=False, starts_at__isnull=False).exists():
        wake(now=clock())
