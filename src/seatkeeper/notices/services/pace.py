"""How fast mail to learners goes: so many a minute, whatever the number of workers. Mail to admins does not wait for it."""

from datetime import datetime

from django.conf import settings
from django.db.models import F

from seatkeeper.notices.models import MailPace

THE_PACE = 1


def may_go(*, now: datetime) -> bool:
    """Whether one more may go within this minute; it counts then."""
    minute = now.replace(second=0, microsecond=0)
    pace = MailPace.objects.filter(id=THE_PACE)
    if pace.filter(minute__lt=minute).update(minute=minute, sent=1):
        return True
    if pace.filter(sent__lt=settings.LEARNER_MAILS_PER_MINUTE).update(sent=F("sent") + 1):
        return True
    return MailPace.objects.get_or_create(id=THE_PACE, defaults={"minute": minute, "sent": 1})[1]
