"""What there is to open, what of it a learner may open, and what they opened: reads of pages and commands."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.gate.models import Content, Opening
from seatkeeper.licensing.history import with_merged
from seatkeeper.licensing.models import License, LicensePool, Status

MOST_OPENINGS = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A content that somebody opened on a day."""

    title: str
    day: date
    first_at: datetime
    last_at: datetime


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


def openings_of(learner: Learner, *, content_id: int | None = None, most: int = MOST_OPENINGS) -> list[Opened]:
    """The newest first, also of content that is no longer there, and by profiles that were merged into this one."""
    openings = Opening.objects.filter(organization_id=learner.organization_id, learner_id__in=with_merged(learner))
    if content_id is not None:
        openings = openings.filter(content_id=content_id)
    found = list(openings.order_by("-day", "-last_at")[:most])
    contents = Content.objects.filter(organization_id=learner.organization_id, id__in={one.content_id for one in found})
    titles = dict(contents.values_list("id", "title"))
    return [Opened(titles.get(one.content_id, ""), one.day, one.first_at, one.last_at) for one in found]
