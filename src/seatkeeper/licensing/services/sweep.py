"""Plans that nobody applies lapse after a day, and leave nothing behind but their operation."""

from datetime import datetime, timedelta

from django.conf import settings

from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import WrongStatus
from seatkeeper.licensing.models import LicenseChange, Operation, OperationStatus, ProfileChange
from seatkeeper.licensing.services.operations import leased


def sweep_plans(*, organization_id: int, now: datetime) -> int:
    """Let old plans lapse; how many did."""
    old = Operation.objects.filter(
        organization_id=organization_id,
        status=OperationStatus.PLANNED,
        planned_at__lt=now - timedelta(hours=settings.PLANS_LAPSE_HOURS),
    )
    numbers = list(old.values_list("number", flat=True))
    for number in numbers:
        _lapse(organization_id, number, OperationStatus.PLANNED, now)
    return len(numbers)


def discard_cut_plan(operation: Operation, *, clock: Clock) -> None:
    """Let a plan lapse whose making was cut off and can't be gone on with: whom it finds is to be asked anew.

    Raises:
        OperationBusy: it is being planned at this moment.
        WrongStatus: it is not being planned.
    """
    with leased(operation, clock=clock):
        if not _lapse(operation.organization_id, operation.number, OperationStatus.PLANNING, clock()):
            operation.refresh_from_db()
            raise WrongStatus(operation=operation.number, status=operation.status, wanted="discard")


def _lapse(organization_id: int, number: int, status: OperationStatus, now: datetime) -> bool:
    this = Operation.objects.filter(organization_id=organization_id, number=number, status=status)
    if not this.update(status=OperationStatus.LAPSED, finished_at=now):
        return False
    for changes in (LicenseChange, ProfileChange):
        changes.objects.filter(organization_id=organization_id, operation_id=number).delete()
    return True
