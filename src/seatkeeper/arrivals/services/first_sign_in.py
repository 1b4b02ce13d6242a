"""What pools give a learner who signs in for the first time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seatkeeper.directory.models import Learner
from seatkeeper.invitations.errors import ClaimError, LicenseEnded
from seatkeeper.invitations.services.take_seat import Taken, take_or_wait
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.services.tell_arrivals import tell_of_full_pool

SOURCE = "sign_in"


@dataclass(frozen=True, slots=True)
class Given:
    """What came of one pool: a license; a place in the waitlist, as all are taken; or none, as it ended before."""

    pool: LicensePool
    place: int | None = None
    ended_at: datetime | None = None
    was_active: bool = False  # what ended; else it was a claim

    @property
    def is_active(self) -> bool:
        return self.place is None and self.ended_at is None


def give_on_first_sign_in(learner: Learner, *, actor: str, clock: Clock) -> list[Given]:
    """One for each pool that gives to who comes. What was taken back is given back by an admin alone."""
    pools = LicensePool.objects.filter(organization_id=learner.organization_id, gives_at_sign_in=True)
    found = (
        _given(learner, pool, actor, clock) for pool in pools.select_related("license_type", "budget_group").order_by("key")
    )
    return [given for given in found if given]


def _given(learner: Learner, pool: LicensePool, actor: str, clock: Clock) -> Given | None:
    where: dict[str, Any] = {"organization_id": learner.organization_id, "pool_id": pool.id, "learner_id": learner.id}
    try:
        done = take_or_wait(**where, actor=actor, clock=clock, source=SOURCE)
    except LicenseEnded as ended:
        return Given(pool, ended_at=ended.since, was_active=ended.was_active)
    except ClaimError:  # has one already
        return None
    if isinstance(done, Taken):
        return Given(pool)
    tell_of_full_pool(pool, now=clock())
    return Given(pool, place=done.place)
