"""Discard what waits for somebody or something that will never be known."""

from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.usage.models import WaitingFact
from seatkeeper.usage.services.rolling import lock_usage

WAITS_FOR = ("learner", "content")


@transaction.atomic
def discard_waiting(*, organization_id: int, waits_for: str, name: str, actor: str, now: datetime) -> int:
    """For good; how many facts. `waits_for` is one of WAITS_FOR, `name` as it was told."""
    lock_usage(organization_id)
    facts = WaitingFact.objects.filter(organization_id=organization_id, **{waits_for: name})
    count = facts.delete()[0]
    if count:
        log_act(organization_id=organization_id, actor=actor, action="usage.discarded", now=now, facts=count, waited_for=name)
    return count
