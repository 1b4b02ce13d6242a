"""Invitations whose time is over end by an operation, so that the ledger has it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.queries import rules_of
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import EXPIRE, Claim, License, Operation, Status
from seatkeeper.licensing.services.acts import plan_by_chunks
from seatkeeper.licensing.services.operations import Act, apply_operation, no_progress

SOURCE = ACTOR = "rule"


def due_to_expire(organization_id: int, *, now: datetime) -> QuerySet[Invitation]:
    """Not looked at yet, of people who do not wait for a seat. Some of them have long been activated."""
    waits = Claim.objects.filter(
        organization_id=organization_id, pool_id=OuterRef("pool_id"), learner_id=OuterRef("learner_id"), ended_by=0
    )
    due = Invitation.objects.filter(organization_id=organization_id, is_watched=True, expires_at__lte=now)
    return due.exclude(Exists(waits))


def expire_invitations(*, organization_id: int, clock: Clock) -> Operation | None:
    """Unassign what is still invited by now; None where nothing is. What was cut off, a second call goes on with."""
    now = clock()
    due = due_to_expire(organization_id, now=now)
    invited = License.objects.filter(
        organization_id=organization_id,
        learner_id=OuterRef("learner_id"),
        pool_id=OuterRef("pool_id"),
        operation_id=OuterRef("operation_number"),
        status=Status.INVITED,
    )
    over = due.filter(Exists(invited))
    done = _expire(organization_id, due, now, clock) if over.exists() else None
    due.update(is_watched=False)
    return done


def _expire(organization_id: int, due: QuerySet[Invitation], now: datetime, clock: Clock) -> Operation:
    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        STATEMENTS.execute("plan_expire", parameters | {"now": now}, selection=selection)

    people = Learner.objects.filter(organization_id=organization_id, id__in=due.values("learner_id"))
    bulk.refresh_statistics("invitations_invitation")
    act = Act(organization_id, EXPIRE, SOURCE, ACTOR)
    plan = plan_by_chunks(people, plan_chunk, act, clock, no_progress)
    return apply_operation(plan, clock=clock, actor=ACTOR)


def heed_undo(operation: Operation, end: End, now: datetime) -> None:
    """Invitations whose end is undone are good anew, as long as a new one would be."""
    if end is not End.APPLIED or operation.undoes is None or not operation.counts.get("invited"):
        return
    days = rules_of(operation.organization_id).good_for_days
    where = {"organization": operation.organization_id, "operation": operation.number}
    STATEMENTS.execute("good_anew", where | {"now": now, "expires": now + timedelta(days=days)})
