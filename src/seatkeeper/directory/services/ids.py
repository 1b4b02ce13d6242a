"""Give out ids from an organization's own range."""

from django.db.models import F

from seatkeeper.directory.models import IDS_PER_ORGANIZATION, IdRange


def reserve_ids(*, organization_id: int, count: int = 1) -> int:
    """The first of `count` ids in a row that are now the caller's; unused ones are never given out again."""
    range_of = IdRange.objects.filter(organization_id=organization_id)
    range_of.update(last=F("last") + count)
    last = range_of.values_list("last", flat=True).get()
    return organization_id * IDS_PER_ORGANIZATION + last - count + 1
