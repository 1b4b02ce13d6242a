"""What workers do for mail: send as soon as there is some, and look from time to time whether any was left."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from seatkeeper.background.kinds import Later, register, register_periodic
from seatkeeper.background.models import BackgroundTask
from seatkeeper.kernel.clock import Clock
from seatkeeper.notices.models import LearnerWord, Mail, MailState
from seatkeeper.notices.services.outbox import SEND, wake
from seatkeeper.notices.services.send import send_due, sweep_mails
from seatkeeper.notices.services.tell_low_seats import tell_of_low_seats

LOOK_EVERY = timedelta(seconds=15)
LOW_SEATS_EVERY = timedelta(seconds=5)
AT_ONCE = timedelta(0)


def register_tasks() -> None:
    register(SEND, _send)
    register_periodic("notices.look", _look, every=LOOK_EVERY)
    register_periodic("notices.low_seats", tell_of_low_seats, every=LOW_SEATS_EVERY)
    register_periodic("notices.sweep", lambda clock: sweep_mails(now=clock()), every=timedelta(hours=1))


def _send(task: BackgroundTask, clock: Clock) -> None:
    """Some at a time, so that other short tasks get their turn."""
    if send_due(clock=clock):
        raise Later(pause=AT_ONCE)


def _look(clock: Clock) -> None:
    """Mail put off, mail that a dead worker had in hand, learners to be told."""
    now = clock()
    words = LearnerWord.objects.filter(Q(is_queued=False) | Q(checked_through__isnull=False))
    due = Mail.objects.filter(state=MailState.DUE, due_at__lte=now)
    if words.exists() or (settings.EMAIL_HOST and due.exists()) or Mail.objects.filter(state=MailState.WAITING).exists():
        wake(now=now)
