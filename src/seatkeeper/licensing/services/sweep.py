"""Plans that nobody applies lapse after a day, and leave nothing behind but their operation."""

from datetime import datetime, timedelta

from django.conf import settings

from seatkeeper.licensing.models import LicenseChange, Operation, OperationStatus, ProfileChange


def sweep_plans(*, organization_id: int, now: datetime) -> int:
    """Let old plans lapse; how many did."""
    old = Operation.objects.filter(
        organization_id=organization_id,
        status=OperationStatus.PLANNED,
        planned_at__lt=now - timedelta(hours=settings.PLANS_LAPSE_HOURS),
    )
    numbers = list(old.values_list("number", flat=True))
    for number in numbers:
        this = Operation.objects.filter(organization_id=organization_id, number=number, status=OperationStatus.PLANNED)
        if this.update(status=OperationStatus.LAPSED, finished_at=now):
            for changes in (LicenseChange, ProfileChange):
                changes.objects.filter(organization_id=organization_id, operation_id=number).delete()
    return len(numbers)
