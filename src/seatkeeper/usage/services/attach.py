"""Give facts that wait to whom they belong, once these are known.

What is looked at is what those who came, and content that came, could be meant by; and once more what waits since the
last look, as somebody may have come while it was taken in. So nobody pays for what waits for others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.kernel.bulk import id_chunks, prefer_index_lookups
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Books, Segment
from seatkeeper.usage.models import Source, UsageBooks, WaitingFact
from seatkeeper.usage.places import places_leading_to
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.known import contents_named, learners_named
from seatkeeper.usage.services.take_in import take_in_known
from seatkeeper.usage.statements import STATEMENTS


@dataclass(frozen=True, slots=True)
class Looked:
    """How far: the last segment of the ledger, the last content, the last fact that waits."""

    segment: int
    content: int
    waiting: int


def attach_waiting() -> int:
    """In every organization where people or content came since it was last looked; how many facts were attached."""
    waiting = WaitingFact.objects.filter(organization_id=OuterRef("id"))
    return sum(attach_waiting_of(home.id) for home in Organization.objects.filter(Exists(waiting)))


def attach_waiting_of(organization_id: int) -> int:
    """Cut off anywhere, it is done anew: a fact leaves the queue with the commit that counts it."""
    books, _ = UsageBooks.objects.get_or_create(organization_id=organization_id)
    before = Looked(books.segment_looked_at, books.content_looked_at, books.waiting_looked_at)
    now = _there_is(organization_id)
    if before == now:
        return 0
    attached = 0
    for ids in _to_be_looked_at(organization_id, before, now):
        attached += _attach(organization_id, ids)
        give_way()
    UsageBooks.objects.filter(organization_id=organization_id).update(
        segment_looked_at=now.segment, content_looked_at=now.content, waiting_looked_at=now.waiting
    )
    return attached


def _there_is(organization_id: int) -> Looked:
    here = {"organization_id": organization_id}
    return Looked(
        segment=Books.objects.filter(**here).values_list("last_segment", flat=True).first() or 0,
        content=Content.objects.filter(**here).aggregate(last=Max("id"))["last"] or 0,
        waiting=WaitingFact.objects.filter(**here).aggregate(last=Max("id"))["last"] or 0,
    )


def _to_be_looked_at(organization_id: int, before: Looked, now: Looked) -> Iterator[list[int]]:
    """Facts that wait, some at a time; perhaps one twice."""
    facts = WaitingFact.objects.filter(organization_id=organization_id)
    yield from id_chunks(facts.filter(id__gt=before.waiting, id__lte=now.waiting), settings.STAGE_ROWS)
    if facts.filter(id__lte=before.waiting).exists():
        yield from _for_people_since(organization_id, before.segment, now.segment)
        came = Content.objects.filter(organization_id=organization_id, id__gt=before.content, id__lte=now.content)
        for content in came.order_by("id"):
            yield from id_chunks(_for_content(facts, content), settings.STAGE_ROWS)


def _for_people_since(organization_id: int, before: int, now: int) -> Iterator[list[int]]:
    """Along the ledger: a segment is no longer than a chunk."""
    segments = Segment.objects.filter(organization_id=organization_id, number__gt=before, number__lte=now).order_by("number")
    for operation, after, through in segments.values_list("operation_id", "after", "through"):
        where = {"organization": organization_id, "operation": operation, "after": after, "through": through}
        last = 0
        while found := _for_people_of(where, last=last):
            for first in range(0, len(found), settings.STAGE_ROWS):
                yield found[first : first + settings.STAGE_ROWS]
            last = found[-1]


@transaction.atomic
def _for_people_of(where: dict[str, int], *, last: int) -> list[int]:
    prefer_index_lookups()
    rows = STATEMENTS.rows("waiting_for_people", where | {"last": last, "most": settings.CHUNK_ROWS})
    return [waiting for (waiting,) in rows]


def _for_content(facts: QuerySet[WaitingFact], content: Content) -> QuerySet[WaitingFact]:
    places = places_leading_to(content_id=content.id, title=content.title, path=content.path)
    return facts.filter(Q(place__in=places.among) | Q(place__gte=places.since, place__lt=places.until))


@transaction.atomic
def _attach(organization_id: int, ids: list[int]) -> int:
    """Those of these whose person and content are both known; how many they were."""
    found = list(WaitingFact.objects.filter(organization_id=organization_id, id__in=ids).order_by("id"))
    learners = learners_named(organization_id, {fact.learner for fact in found})
    contents = contents_named(organization_id, {fact.content for fact in found})
    known = [fact for fact in found if fact.learner in learners and fact.content in contents]
    for source in {fact.source for fact in known}:
        facts = [(learners[fact.learner], contents[fact.content], _told(fact)) for fact in known if fact.source == source]
        take_in_known(organization_id=organization_id, facts=facts, source=Source(source))
    WaitingFact.objects.filter(organization_id=organization_id, id__in=[fact.id for fact in known]).delete()
    return len(known)


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
