"""A learner activates a license: first come, first served."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seatkeeper.invitations.claims import Place
from seatkeeper.invitations.errors import HasLicense, LearnerSuspended, LicenseEnded
from seatkeeper.invitations.services.take_seat import LEARNER, Taken, take_or_wait
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import License, Operation, Status


@dataclass(frozen=True, slots=True)
class Activated:
    """The license is active."""

    operation_number: int  # that made it so
    was_active: bool = False  # already, before this call


@dataclass(frozen=True, slots=True)
class NoSeat:
    """All seats are taken or held; the license stays invited, and the learner waits for one."""

    pool_id: int
    place: Place


@dataclass(frozen=True, slots=True)
class Ended:
    """There is no invitation to activate."""

    since: datetime | None = None  # None: there never was one
    verb: str = ""  # of the operation that ended it


def activate(
    *, organization_id: int, learner_id: int, pool_id: int, actor: str, clock: Clock, source: str = LEARNER
) -> Activated | NoSeat | Ended:
    """Make an invited license active, if a seat is free and nobody waits; else wait. A second call changes nothing."""
    found = _standing(organization_id, learner_id, pool_id)
    if not isinstance(found, License):
        return found
    where: dict[str, Any] = {"organization_id": organization_id, "learner_id": learner_id, "pool_id": pool_id}
    try:
        done = take_or_wait(**where, actor=actor, clock=clock, source=source, by_invitation=True)
    except (HasLicense, LearnerSuspended, LicenseEnded):  # between the look and the lock
        again = _standing(organization_id, learner_id, pool_id)
        return Ended() if isinstance(again, License) else again
    return Activated(done.operation_number) if isinstance(done, Taken) else NoSeat(pool_id, done)


def _standing(organization_id: int, learner_id: int, pool_id: int) -> License | Activated | Ended:
    """The license, where it is invited; else what there is instead."""
    of_learner = License.objects.filter(organization_id=organization_id, learner_id=learner_id, pool_id=pool_id)
    license = of_learner.first()
    if license is None or not license.operation_id:
        return Ended()
    if license.status == Status.ACTIVE:
        return Activated(license.operation_id, was_active=True)
    if license.status == Status.INVITED:
        return license
    ended_by = Operation.objects.filter(organization_id=organization_id, number=license.operation_id)
    return Ended(license.status_at, verb=ended_by.values_list("verb", flat=True).first() or "")
