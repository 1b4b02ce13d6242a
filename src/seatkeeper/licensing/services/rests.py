"""Seats that a large operation freed rest a while, so that its undo finds them: they are not offered to who waits."""

from datetime import datetime, timedelta

from django.db.models import Sum

from seatkeeper.licensing.models import Books, LicensePool, Operation, OperationStatus, Rest
from seatkeeper.licensing.statements import LICENSE_NOT_SKIPPED, NOTHING_SKIPPED, STATEMENTS

LEAST_ABOVE = 10  # no organization lets fewer seats rest
OVER_SINCE = timedelta(days=1)


def let_seats_rest(operation: Operation, *, now: datetime) -> None:
    """With the end of an operation, in its transaction. What it undoes rests no longer."""
    organization_id = operation.organization_id
    if operation.undoes is not None:
        Rest.objects.filter(organization_id=organization_id, operation_id=operation.undoes).delete()
    freed = operation.counts.get("seats_freed", 0)
    if freed > LEAST_ABOVE:
        where = {"organization": organization_id, "operation": operation.number, "cursor": operation.cursor}
        not_skipped = LICENSE_NOT_SKIPPED if operation.counts.get("skipped") else NOTHING_SKIPPED
        STATEMENTS.execute("lay_to_rest", where | {"freed": freed, "now": now}, license_not_skipped=not_skipped)


def seats_to_offer(pool: LicensePool, *, now: datetime) -> int:
    """Free seats of a locked pool that do not rest; none, or less, where there are none. Two or three statements."""
    free = pool.seats_free
    if free <= 0:
        return free
    books = Books.objects.get(organization_id=pool.organization_id)
    if _is_freeing_many(books, now):
        return 0
    resting = Rest.objects.filter(organization_id=pool.organization_id, pool_id=pool.id, since__gt=now - _rest(books))
    return free - (resting.aggregate(seats=Sum("seats"))["seats"] or 0)


def sweep_rests(*, organization_id: int, now: datetime) -> int:
    """Delete rests that were over a day ago; how many."""
    books = Books.objects.filter(organization_id=organization_id).first()
    if books is None:
        return 0
    return Rest.objects.filter(organization_id=organization_id, since__lt=now - _rest(books) - OVER_SINCE).delete()[0]


def _is_freeing_many(books: Books, now: datetime) -> bool:
    """Whether a large operation is at it; one that nobody has worked on for so long does not count."""
    at_work = Operation.objects.filter(
        organization_id=books.organization_id, status=OperationStatus.APPLYING, beat_at__gt=now - _rest(books)
    )
    return any(counts.get("seats_freed", 0) > books.rest_above for counts in at_work.values_list("counts", flat=True))


def _rest(books: Books) -> timedelta:
    return timedelta(minutes=books.rest_minutes)
