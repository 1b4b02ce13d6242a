"""What there is to open, and what of it a learner may open: reads of pages and commands."""

from django.db.models import Q, QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.gate.models import Content
from seatkeeper.licensing.models import License, LicensePool, Status


def contents_of(organization_id: int) -> list[Content]:
    """All that can be opened, by title, with what opens it. Three statements."""
    contents = Content.objects.filter(organization_id=organization_id, removed_at=None)
    return list(contents.prefetch_related("openers__license_type").order_by("title", "id"))


def contents_open_to(learner: Learner) -> QuerySet[Content]:
    """What the gate would let them open now, by title."""
    active = License.objects.filter(
        organization_id=learner.organization_id, learner_id=learner.id, status=Status.ACTIVE
    ).values("pool_id")
    types = LicensePool.objects.filter(organization_id=learner.organization_id, id__in=active).values("license_type_id")
    opens = Q(is_free=True) if learner.suspended_at else Q(is_free=True) | Q(openers__license_type_id__in=types)
    there = Content.objects.filter(organization_id=learner.organization_id, removed_at=None)
    return there.filter(opens).distinct().order_by("title", "id")
