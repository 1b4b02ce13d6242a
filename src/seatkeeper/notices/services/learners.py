"""Tell learners that their license ended: a mail each, once an operation; none to who has it back.

Where the operation is undone after the mail has gone, one more: that they have it again.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import License, LicenseChange, Operation, OperationStatus, Status, Step
from seatkeeper.licensing.statements import position_of
from seatkeeper.notices.models import LearnerWord, Mail, MailKind
from seatkeeper.notices.services.outbox import mail_domain
from seatkeeper.notices.statements import STATEMENTS

RESTS = timedelta(minutes=5)  # time to undo, before anybody reads of it
ENDED = (OperationStatus.DONE, OperationStatus.CANCELLED, OperationStatus.LAPSED)
FIRST, LAST = position_of(Step.FREE, 0), position_of(Step.MOVE, 0)  # of what frees seats: a reassigned license is not lost


def tell_learners(*, organization_id: int, operation_number: int, text: str) -> None:
    """When the operation has come to its end, whoever lost a license by it gets a mail, with `text` in it."""
    where = {"organization_id": organization_id, "operation_number": operation_number}
    LearnerWord.objects.get_or_create(**where, defaults={"text": text, "queued_through": FIRST})


def heed_end(operation: Operation, end: End, now: datetime) -> None:
    """After an undo, mails are looked through: who has the license back is told nothing or, where told already, that."""
    if end is End.APPLIED and operation.undoes is not None:
        where = {"organization_id": operation.organization_id, "operation_number": operation.undoes}
        LearnerWord.objects.filter(**where).update(checked_through=0)


def carry_on_words(*, clock: Clock) -> None:
    """Queue and withdraw, chunk by chunk, from where an earlier run stopped."""
    for word in LearnerWord.objects.filter(Q(is_queued=False) | Q(checked_through__isnull=False)).order_by("id"):
        operation = Operation.objects.get(organization_id=word.organization_id, number=word.operation_number)
        if operation.status in ENDED:
            _queue(word, clock, due_at=(operation.finished_at or clock()) + RESTS)
            _look_through(word, clock)


def pools_lost(mail: Mail) -> dict[int, Status]:
    """Pools whose license a mail tells of, and that is still lost, by that operation; and what it was before."""
    return _taken(mail, now=Q(status=Status.UNASSIGNED, operation_id=mail.operation_number))


def pools_back(mail: Mail) -> dict[int, Status]:
    """Pools whose license the operation of a mail took, and that its learner has again; and what it was before."""
    return _taken(mail, now=Q(status__gt=Status.UNASSIGNED))


def _taken(mail: Mail, *, now: Q) -> dict[int, Status]:
    """Of who had no license but waited or asked, the operation took none. Two statements, by the learner's keys alone."""
    of_learner = {"organization_id": mail.organization_id or 0, "learner_id": mail.learner_id or 0}
    freed = {"operation_id": mail.operation_number or 0, "position__gt": FIRST, "position__lt": LAST}
    changes = LicenseChange.objects.filter(**of_learner, **freed, from_status__gt=Status.UNASSIGNED)
    are_so = {*License.objects.filter(now, **of_learner).values_list("pool_id", flat=True)}
    return {pool: Status(was) for pool, was in changes.values_list("pool_id", "from_status") if pool in are_so}


def _queue(word: LearnerWord, clock: Clock, *, due_at: datetime) -> None:
    while not word.is_queued:
        _queue_chunk(word, now=clock(), due_at=due_at)
        give_way()


@transaction.atomic
def _queue_chunk(word: LearnerWord, *, now: datetime, due_at: datetime) -> None:
    """A fixed number of statements. Compare-and-set: of two that work on a word, one goes on."""
    bulk.prefer_index_lookups()
    changes = LicenseChange.objects.filter(
        organization_id=word.organization_id,
        operation_id=word.operation_number,
        position__gt=word.queued_through,
        position__lt=LAST,
    ).order_by("position")
    ends = changes.values_list("position", flat=True)[settings.CHUNK_ROWS - 1 : settings.CHUNK_ROWS]
    through = next(iter(ends), None)
    after, word.queued_through, word.is_queued = word.queued_through, through or LAST, through is None
    moved = LearnerWord.objects.filter(id=word.id, queued_through=after, is_queued=False)
    if not moved.update(queued_through=word.queued_through, is_queued=word.is_queued):
        word.refresh_from_db()
        return
    told = _message_id(word, "learner") | {"now": now, "due": due_at}
    STATEMENTS.execute("queue_word", _of(word) | told | {"after": after, "through": word.queued_through})


def _look_through(word: LearnerWord, clock: Clock) -> None:
    mails = Mail.objects.filter(organization_id=word.organization_id, operation_number=word.operation_number).order_by("id")
    while word.checked_through is not None:
        after = word.checked_through
        some = mails.filter(id__gt=after)[: settings.CHUNK_ROWS].values("id")
        through = Mail.objects.filter(id__in=some).aggregate(last=Max("id"))["last"]
        with transaction.atomic():
            if through is not None:
                if mails.filter(id__gt=after, id__lte=through, kind=MailKind.LEARNER).exclude(lease="").exists():
                    return  # a server has them in hand at this moment: whether they went shows when we look again
                _look_at(word, after, through, now=clock())
            # Set back to 0 meanwhile by another undo: then all are looked through again.
            word_as_it_was = LearnerWord.objects.filter(id=word.id, checked_through=after)
            word_as_it_was.update(checked_through=through)
        word.refresh_from_db()
        give_way()


def _look_at(word: LearnerWord, after: int, through: int, *, now: datetime) -> None:
    """Of the mails (after, through]: those that have not gone are withdrawn, those that have are followed by another."""
    chunk = _of(word) | {"after": after, "through": through, "now": now}
    STATEMENTS.execute("withdraw_word", chunk)
    told = _message_id(word, "back") | {"due": now + RESTS, "first": FIRST, "last": LAST}
    STATEMENTS.execute("queue_back", chunk | told)


def _message_id(word: LearnerWord, what: str) -> dict[str, str]:
    """What stands before and behind the learner's number."""
    return {"key": f"<{word.organization_id}.{word.operation_number}.{what}.", "domain": f"@{mail_domain()}>"}


def _of(word: LearnerWord) -> dict[str, Any]:
    return {"organization": word.organization_id, "operation": word.operation_number}
