"""What waits behind the bell and in the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.history import with_merged
from seatkeeper.notices.models import LearnerWord, Mail, MailKind, MailServer, MailSetup, MailState, Notice

FAILED_SHOWN = 20
UNREAD_COUNTED_TO = 99


def unread_of(membership_id: int) -> Coalesce:
    """How many notices an admin has not read, as a column of another query."""
    unread = Notice.objects.filter(membership_id=membership_id, read_at=None).order_by().values("membership_id")
    return Coalesce(Subquery(unread.annotate(count=Count("id")).values("count")), 0)


def notices_of(membership_id: int, *, before: int | None, count: int) -> list[Notice]:
    """Newest first; those before the one with the id `before`."""
    found = Notice.objects.filter(membership_id=membership_id)
    found = found if before is None else found.filter(id__lt=before)
    return list(found.order_by("-id")[:count])


@dataclass(frozen=True, slots=True)
class MailOverview:
    """How an organization's mail fares."""

    setup: MailSetup
    waiting: int  # until the test mail is confirmed
    failed: list[Mail]
    server: MailServer | None  # where it can't be used at this moment


def mail_overview(organization_id: int) -> MailOverview:
    """Four statements."""
    mails = Mail.objects.filter(organization_id=organization_id)
    return MailOverview(
        setup=MailSetup.objects.filter(organization_id=organization_id).first() or MailSetup(),
        waiting=mails.filter(state=MailState.WAITING).count(),
        failed=list(mails.filter(state=MailState.FAILED).order_by("-id")[:FAILED_SHOWN]),
        server=MailServer.objects.first(),
    )


@dataclass(frozen=True, slots=True)
class WordOfOperation:
    """Mails of an operation to learners, by state."""

    is_queued: bool
    waits_for_setup: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    told_back: int = 0  # after an undo: that they have the license again; sent, or to be sent


def word_of_operation(*, organization_id: int, number: int) -> WordOfOperation | None:
    """None where learners are not told. At most three statements."""
    where = {"organization_id": organization_id, "operation_number": number}
    word = LearnerWord.objects.filter(**where).first()
    if word is None:
        return None
    mails = Mail.objects.filter(**where, learner_id__isnull=False).order_by()
    found = list(mails.values_list("kind", "state").annotate(count=Count("id")))
    counts = {state: count for kind, state, count in found if kind == MailKind.LEARNER}
    back = sum(count for kind, state, count in found if kind == MailKind.LEARNER_BACK and state != MailState.WITHDRAWN)
    return WordOfOperation(word.is_queued, not is_confirmed(organization_id), counts, back)


def mails_to(learner: Learner) -> list[Mail]:
    """Those that are kept: to the learner, under a merged profile, too, and to their address by a sign-in or as an admin's.

    The oldest first. Two statements, so that each uses its index, and one for merged profiles.
    """
    of_home = Q(organization_id=learner.organization_id)
    of_learner = Mail.objects.filter(of_home, learner_id__in=with_merged(learner))
    to_address = Mail.objects.filter(of_home | Q(organization_id=None), learner_id=None, recipient=learner.email)
    return sorted([*of_learner, *to_address], key=attrgetter("id"))


def is_confirmed(organization_id: int) -> bool:
    """Whether a test mail came through, so that mail to learners may go."""
    return MailSetup.objects.filter(organization_id=organization_id, confirmed_at__isnull=False).exists()
