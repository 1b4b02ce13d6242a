"""What workers do for claims."""

from datetime import timedelta

from seatkeeper.background.kinds import register_periodic
from seatkeeper.invitations.services.waitlist import settle_pools

SETTLED_EVERY = timedelta(seconds=5)


def register_tasks() -> None:
    register_periodic("invitations.settle", settle_pools, every=SETTLED_EVERY)
