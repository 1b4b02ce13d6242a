"""The brake: no source unassigns many licenses in a day without a person's word."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import BigIntegerField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.licensing.models import EXPIRE, Books, LicensePool, Operation, OperationStatus

ROLLING = timedelta(days=1)


def exceeded_limit(operation: Operation, books: Books, *, now: datetime) -> int | None:
    """The limit that this operation would exceed for its source, or None where it may pass.

    Undo never counts, nor what ends by the calendar, nor what a person released before. To be called with the
    organization's `books` locked, so that two operations can't both be the last to pass.
    """
    unassigning = int(operation.counts.get("unassigned", 0))
    if not unassigning or operation.undoes is not None or operation.verb == EXPIRE:
        return None
    return limit_exceeded(books, source=operation.source, unassigning=unassigning, now=now)


def limit_exceeded(books: Books, *, source: str, unassigning: int, now: datetime) -> int | None:
    """The limit that a source would exceed by unassigning so many licenses more, or None."""
    within_a_day = unassigning + _unassigned_lately(books.organization_id, source, since=now - ROLLING)
    if not unassigning or within_a_day <= books.brake_at_least:
        return None
    limit = brake_limit(books)
    return limit if within_a_day > limit else None


def brake_limit(books: Books) -> int:
    """How many licenses one source may unassign in a day."""
    taken = LicensePool.objects.filter(organization_id=books.organization_id).aggregate(taken=Sum("seats_taken"))["taken"]
    return max(int(books.brake_percent * Decimal(taken or 0) / 100), books.brake_at_least)


@transaction.atomic
def set_brake(*, organization_id: int, percent: Decimal, at_least: int, actor: str, now: datetime) -> None:
    """From now on; plans that are held already stay held. In the audit log, where something changes."""
    books = Books.objects.get(organization_id=organization_id)
    before = {"percent": str(books.brake_percent.normalize()), "at_least": books.brake_at_least}
    after = {"percent": str(percent.normalize()), "at_least": at_least}
    if before == after:
        return
    # These two columns alone: others hold counters that an operation may be moving.
    Books.objects.filter(organization_id=organization_id).update(brake_percent=percent, brake_at_least=at_least)
    facts = {"before": before, "after": after}
    log_act(organization_id=organization_id, actor=actor, action="brake.changed", now=now, **facts)


def _unassigned_lately(organization_id: int, source: str, *, since: datetime) -> int:
    """What a source has unassigned within the day that no person released."""
    lately = Operation.objects.filter(
        Q(finished_at__gte=since, status__in=(OperationStatus.DONE, OperationStatus.CANCELLED))
        | Q(status=OperationStatus.APPLYING),
        organization_id=organization_id,
        source=source,
        undoes=None,
        released_by="",
    ).exclude(verb=EXPIRE)
    return int(lately.aggregate(sum=Sum(Cast(KT("counts__unassigned"), BigIntegerField())))["sum"] or 0)
