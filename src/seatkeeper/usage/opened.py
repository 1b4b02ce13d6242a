"""What a learner opened, day by day: of the facts that tell of an opening, wherever these came from."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.history import with_merged
from seatkeeper.usage.history import titles_of
from seatkeeper.usage.models import Fact, FactKind

MOST_OPENED = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A content that somebody opened on a day."""

    title: str
    day: date
    first_at: datetime
    last_at: datetime


def opened_by(learner: Learner, *, content_id: int | None = None, most: int = MOST_OPENED) -> list[Opened]:
    """The newest first, also of content that is no longer there, and by profiles that were merged into this one."""
    facts = Fact.objects.filter(
        organization_id=learner.organization_id, learner_id__in=with_merged(learner), kind=FactKind.OPENED, at__isnull=False
    )
    if content_id is not None:
        facts = facts.filter(content_id=content_id)
    by_day = facts.values("content_id", "day").annotate(first_at=Min("at"), last_at=Max("at"))
    found = list(by_day.order_by("-day", "-last_at", "content_id")[:most])
    titles = titles_of(learner.organization_id, {one["content_id"] for one in found})
    return [Opened(titles.get(one["content_id"], ""), one["day"], one["first_at"], one["last_at"]) for one in found]
