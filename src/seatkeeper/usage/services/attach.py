"""Give facts that wait to whom they belong, once these are known."""

from itertools import count

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Books
from seatkeeper.usage.models import Source, UsageBooks, WaitingFact
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.known import contents_named, learners_named
from seatkeeper.usage.services.take_in import take_in_known


def attach_waiting() -> int:
    """In every organization where people or content came since it was last looked; how many facts were attached."""
    waiting = WaitingFact.objects.values("organization_id")
    return sum(attach_waiting_of(home.id) for home in Organization.objects.filter(id__in=waiting))


def attach_waiting_of(organization_id: int) -> int:
    """Cut off anywhere, it is done anew: a fact leaves the queue with the commit that counts it."""
    segment = Books.objects.filter(organization_id=organization_id).values_list("last_segment", flat=True).first() or 0
    content = Content.objects.filter(organization_id=organization_id).aggregate(last=Max("id"))["last"] or 0
    books, _ = UsageBooks.objects.get_or_create(organization_id=organization_id)
    if (books.segment_looked_at, books.content_looked_at) == (segment, content):
        return 0
    attached, last = 0, 0
    for _ in count():
        through, some = _attach_some(organization_id, after=last)
        attached, last = attached + some, through
        if not through:
            break
        give_way()
    UsageBooks.objects.filter(organization_id=organization_id).update(segment_looked_at=segment, content_looked_at=content)
    return attached


@transaction.atomic
def _attach_some(organization_id: int, *, after: int) -> tuple[int, int]:
    """The last that was looked at, 0 at the end; and how many were attached."""
    waiting = WaitingFact.objects.filter(organization_id=organization_id, id__gt=after).order_by("id")
    found = list(waiting[: settings.STAGE_ROWS])
    if not found:
        return 0, 0
    learners = learners_named(organization_id, {fact.learner for fact in found})
    contents = contents_named(organization_id, {fact.content for fact in found})
    known = [fact for fact in found if fact.learner in learners and fact.content in contents]
    for source in {fact.source for fact in known}:
        facts = [(learners[fact.learner], contents[fact.content], _told(fact)) for fact in known if fact.source == source]
        take_in_known(organization_id=organization_id, facts=facts, source=Source(source))
    WaitingFact.objects.filter(organization_id=organization_id, id__in=[fact.id for fact in known]).delete()
    return found[-1].id, len(known)


def _told(fact: WaitingFact) -> Told:
    return Told(
        learner=fact.learner,
        content=fact.content,
        kind=fact.kind,
        day=fact.day,
        at=fact.at,
        seconds=fact.seconds,
        views=fact.views,
        completions=fact.completions,
        id_key=fact.id_key,
    )
