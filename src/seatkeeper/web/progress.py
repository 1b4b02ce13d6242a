"""How far something is, in words: 182,000 of 410,124 · about 2 s left."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Sum
from django.utils.translation import gettext as _

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.queries import latest_tasks
from seatkeeper.background.services.workers import is_a_worker_alive
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation, OperationStatus, Segment
from seatkeeper.licensing.services.operations import is_at_work
from seatkeeper.web.numbers import number

ENDED = (OperationStatus.DONE, OperationStatus.CANCELLED, OperationStatus.LAPSED)
MINUTE, HOUR = 60, 3_600
FIRST_SECONDS = 0.5  # before, nobody can tell how long it takes


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of what; `of` is 0 where nobody knows."""

    label: str
    done: int
    of: int = 0
    since: datetime | None = None

    def words(self, now: datetime) -> str:
        if not self.of:
            return number(self.done) if self.done else ""
        words = _("%(done)s of %(of)s") % {"done": number(self.done), "of": number(self.of)}
        left = self._left_words(now)
        return f"{words} · {left}" if left else words

    def _left_words(self, now: datetime) -> str:
        seconds = (now - self.since).total_seconds() if self.since else 0.0
        if not self.done or seconds < FIRST_SECONDS:
            return ""
        left = max(1, round(seconds / self.done * (self.of - self.done)))
        if left < MINUTE:
            return _("about %(count)s s left") % {"count": left}
        if left < HOUR:
            return _("about %(count)s min left") % {"count": round(left / MINUTE)}
        return _("about %(count)s h left") % {"count": round(left / HOUR)}


def applied_of(operation: Operation) -> Progress:
    """By what has taken effect or was skipped."""
    segments = Segment.objects.filter(organization_id=operation.organization_id, operation_id=operation.number)
    done = segments.aggregate(applied=Sum("applied"), skipped=Sum("skipped"))
    applied = (done["applied"] or 0) + (done["skipped"] or 0)
    return Progress(_("Changes applied"), applied, operation.planned_changes, operation.started_at)


@dataclass(frozen=True)
class Followed:
    """An operation that a page follows, and the task that carries it on, or did so last."""

    operation: Operation
    task: BackgroundTask | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether something is left to do, by whomever."""
        return self.operation.status not in ENDED

    @property
    def is_for_a_person(self) -> bool:
        """Whether a person is to say that it may go on."""
        return self.operation.status in (OperationStatus.PLANNED, OperationStatus.HELD)

    @property
    def progress(self) -> Progress:
        """What is done of what is being done."""
        if self.operation.status == OperationStatus.APPLYING:
            return applied_of(self.operation)
        return Progress(_("Planning"), 0)

    @property
    def is_at_a_worker(self) -> bool:
        return self.task is not None and self.task.finished_at is None

    @property
    def is_in_the_queue(self) -> bool:
        """Whether a worker has yet to take it."""
        return self.task is not None and self.is_at_a_worker and not self.task.lease

    @property
    def waits(self) -> bool:
        """For a person."""
        return self.is_for_a_person and not self.is_at_a_worker

    @cached_property
    def stopped(self) -> bool:
        """Whether it is not at its end and nobody goes on with it: a worker has given it up, or a command was cut off."""
        if self.is_at_a_worker or self.waits or not self.is_unfinished:
            return False
        return not is_at_work(self.operation, now=system_clock())

    @property
    def is_live(self) -> bool:
        """Whether something is going on that the page should follow."""
        return self.is_at_a_worker or (self.is_unfinished and not self.waits and not self.stopped)

    @property
    def has_failed(self) -> bool:
        return self.stopped and self.task is not None and self.task.failed

    @property
    def tries_again_at(self) -> datetime | None:
        """When, after it failed."""
        return self.task.run_at if self.task is not None and self.is_in_the_queue and self.task.attempts else None

    @cached_property
    def lacks_worker(self) -> bool:
        """Whether it waits and there is nobody to take it."""
        return self.is_at_a_worker and not is_a_worker_alive(now=system_clock())

    @property
    def progress_words(self) -> str:
        return self.progress.words(system_clock())


def followed(operation: Operation) -> Followed:
    return Followed(operation, latest_tasks(operation.organization_id, [operation.number]).get(operation.number))
