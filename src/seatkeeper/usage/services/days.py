"""Days begin elsewhere: put facts whose time is known on their day in the organization's zone."""

from django.db import transaction

from seatkeeper.directory.time_zones import zone_of
from seatkeeper.kernel.turns import give_way
from seatkeeper.usage.models import Fact
from seatkeeper.usage.services.recount import recount
from seatkeeper.usage.services.rolling import lock_usage

PEOPLE_AT_ONCE = 500
FACTS_AT_ONCE = 2_000


def set_days(organization_id: int) -> None:
    """Some people at a time. Cut off anywhere, it is done anew: what stands on its day already is left alone."""
    last = -1
    while (through := _set_some(organization_id, after=last)) is not None:
        last = through
        give_way()


@transaction.atomic
def _set_some(organization_id: int, *, after: int) -> int | None:
    """The last learner that was looked at; None: there are no more."""
    lock_usage(organization_id)
    here = Fact.objects.filter(organization_id=organization_id)
    people = here.filter(learner_id__gt=after).order_by("learner_id").values_list("learner_id", flat=True).distinct()
    learners = list(people[:PEOPLE_AT_ONCE])
    if not learners:
        return None
    zone, moved = zone_of(organization_id), set()
    timed = here.filter(learner_id__gt=after, learner_id__lte=learners[-1], at__isnull=False)
    wrong = []
    for learner, key, at, day in timed.values_list("learner_id", "key", "at", "day").iterator(chunk_size=FACTS_AT_ONCE):
        if at is not None and (right := at.astimezone(zone).date()) != day:
            wrong.append((learner, key, right))
    for learner, key, right in wrong:
        here.filter(learner_id=learner, key=key).update(day=right)
        moved.add(learner)
    recount(organization_id=organization_id, learners=moved)
    return learners[-1]
