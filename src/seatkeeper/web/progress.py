"""How far something is, in words: 182,000 of 410,124 · about 2 s left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from seatkeeper.background.models import BackgroundTask
from seatkeeper.licensing.models import Operation, Segment
from seatkeeper.web.numbers import number

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
            return number(self.done)
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


def is_open(task: BackgroundTask | None) -> bool:
    return task is not None and task.finished_at is None


def has_failed(task: BackgroundTask | None) -> bool:
    """Given up."""
    return task is not None and task.failed


def tries_again_at(task: BackgroundTask | None) -> datetime | None:
    """When, after it failed, and nobody is at it."""
    return task.run_at if task is not None and is_open(task) and task.attempts and not task.lease else None
