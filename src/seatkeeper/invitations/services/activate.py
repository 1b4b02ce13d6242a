"""A learner activates a license: first come, first served."""

from dataclasses import dataclass
from datetime import datetime

from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import License, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import plan_activate
from seatkeeper.licensing.services.operations import Act, apply_operation

SOURCE = "learner"


@dataclass(frozen=True, slots=True)
class Activated:
    """The license is active."""

    operation_number: int  # that made it so
    was_active: bool = False  # already, before this call


@dataclass(frozen=True, slots=True)
class NoSeat:
    """All seats are taken or held; the license stays invited."""

    pool_id: int


@dataclass(frozen=True, slots=True)
class Ended:
    """There is no invitation to activate."""

    since: datetime | None = None  # None: there never was one
    verb: str = ""  # of the operation that ended it


def activate(
    *, organization_id: int, learner_id: int, pool_id: int, actor: str, clock: Clock, source: str = SOURCE
) -> Activated | NoSeat | Ended:
    """Make an invited license active, if a seat is free. A second call changes nothing."""
    found = _standing(organization_id, learner_id, pool_id)
    if not isinstance(found, License):
        return found
    pool = LicensePool.objects.get(organization_id=organization_id, id=pool_id)
    if pool.is_full:  # no operation for what can't be; between here and there, the act itself sees to it
        return NoSeat(pool_id)
    person = Learner.objects.filter(organization_id=organization_id, id=learner_id)
    act = Act(organization_id, "activate", source, actor)
    plan = plan_activate(person, pool=pool, act=act, clock=clock)
    apply_operation(plan, clock=clock, actor=actor)
    after = _standing(organization_id, learner_id, pool_id)
    if isinstance(after, Activated):
        return Activated(after.operation_number, was_active=after.operation_number != plan.number)
    return NoSeat(pool_id) if isinstance(after, License) else after


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
