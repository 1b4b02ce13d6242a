"""Who did anything in a period, or used a content in it.

They are found through their days where few people are asked about, else on a walk along everyone.
"""

from datetime import datetime, time, timedelta

from django.db.models import Exists, Max, OuterRef, Q, Sum
from django.db.models.expressions import RawSQL

from seatkeeper.directory.models import Standing
from seatkeeper.directory.terms import Condition, ids_in
from seatkeeper.kernel import bulk
from seatkeeper.licensing.people import Person
from seatkeeper.reports.answers import Page
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.people import listed
from seatkeeper.reports.sources import rows_of_people
from seatkeeper.usage.models import ContentDay, Fact, LearnerDay, Span, SpanTotal
from seatkeeper.usage.services.owners import owners_of

NEARBY = 10_000  # so many among a million: the first thousand tell that a page of them is not far


def people_active(asked: Asked) -> tuple[list[Person], Page]:
    """At most 50 of them, and the cursors beside them. Raises FilterRefused."""
    if asked.is_added_up_at_once or (not asked.is_of_everyone and asked.few is not None):
        return listed(asked, among=[row[0] for row in rows_of_people("used_by_each", asked)])
    return listed(asked, also=[_did_anything(asked)])


def are_far_between(asked: Asked) -> bool:
    """Whether a walk may lead past so many others that a page should be there before. Raises FilterRefused."""
    if asked.is_added_up_at_once:
        return False
    return not asked.has_totals or (_known(asked) < NEARBY and asked.few is None)


def _known(asked: Asked) -> int:
    """By the totals: how many were active on the busiest day; or used the content, each day for itself."""
    first, last = asked.period.first, asked.period.last
    if asked.content_id is not None:
        used = ContentDay.objects.filter(organization_id=asked.organization_id, day__gte=first, day__lte=last)
        return used.filter(content_id=asked.content_id).aggregate(views=Sum("views"))["views"] or 0
    days = SpanTotal.objects.filter(organization_id=asked.organization_id, span=Span.DAY)
    within = days.filter(starts_on__gte=first, starts_on__lte=last)
    return within.aggregate(most=Max("learners"))["most"] or 0


def _did_anything(asked: Asked) -> Condition:
    """Of one learner. Whoever was active in the period was last active in it or later, which an index has.

    No index has who used a content: where that are few, all days are read once, which is quicker than asking of each."""
    first, last = asked.period.first, asked.period.last
    if asked.is_elsewhere:
        return _did_anything_elsewhere(asked)
    days = LearnerDay.objects.filter(organization_id=asked.organization_id, day__gte=first, day__lte=last, **_content(asked))
    since = Standing.objects.filter(organization_id=asked.organization_id, last_activity_on__gte=first)
    return Condition(Q(Exists(days.filter(learner_id=OuterRef("id")))), ids_in(days if _content(asked) else since))


def _content(asked: Asked) -> dict[str, int]:
    return {} if asked.content_id is None else {"content_id": asked.content_id}


def _did_anything_elsewhere(asked: Asked) -> Condition:
    """Facts name the profile that they were told of: those of profiles that were merged are looked for first."""
    first, last = asked.period.first, asked.period.last
    begins = datetime.combine(first, time(), asked.zone)
    ends = datetime.combine(last + timedelta(days=1), time(), asked.zone)
    within = Q(at__gte=begins, at__lt=ends) | Q(at__isnull=True, day__gte=first, day__lte=last)
    facts = Fact.objects.filter(within, organization_id=asked.organization_id, **_content(asked))
    owners = asked.once("owners", lambda asked: owners_of(asked.organization_id))
    merged, value = bulk.listed(list(owners), "%s")
    told_of = facts.filter(learner_id__in=RawSQL(merged, (value,))).values_list("learner_id", flat=True)  # noqa: S611  our own text
    stand, value = bulk.listed(sorted({owners[learner] for learner in told_of}), "%s")
    found = Q(Exists(facts.filter(learner_id=OuterRef("id"))))
    return Condition(found | Q(id__in=RawSQL(stand, (value,))))  # noqa: S611  our own text
