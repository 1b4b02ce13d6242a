"""Send what is due. A process that dies loses no mail, and repeats at most the one it had in hand, with its Message-ID."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q

from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.leases import is_dead_neighbour, this_process
from seatkeeper.kernel.turns import give_way
from seatkeeper.notices.letters import write
from seatkeeper.notices.models import Mail, MailKind, MailServer, MailState
from seatkeeper.notices.registered import QUEUERS, STANDS, Stands
from seatkeeper.notices.rules import TRIED_FOR, Answer, Refusal, judge, pause_after, server_pause_after
from seatkeeper.notices.services.learners import carry_on_words, pools_back, pools_lost
from seatkeeper.notices.services.pace import may_go
from seatkeeper.notices.statements import STATEMENTS

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # well above what one mail takes at the worst; a dead process of this machine is seen at once
THE_SERVER = 1
OURS: dict[MailKind, Stands] = {MailKind.LEARNER: pools_lost, MailKind.LEARNER_BACK: pools_back}


def send_due(*, clock: Clock, at_most: int = 500) -> bool:
    """Queue what people are to be told, then send what is due; whether there may be more to send.

    One process calls it one at a time; several processes may.
    """
    carry_on_words(clock=clock)
    for queue in QUEUERS:
        queue(clock)
    STATEMENTS.execute("release_waiting", {})
    if not settings.EMAIL_HOST or MailServer.objects.filter(retry_at__gt=clock()).exists():
        return False
    _free_what_the_dead_held(now=clock())
    server = get_connection(settings.MAIL_TRANSPORT)
    try:
        return _send_some(server, clock, at_most)
    finally:
        with suppress(Exception):  # the mails are gone; how the server takes leave does not matter
            server.close()


def _send_some(server: Any, clock: Clock, at_most: int) -> bool:
    for _ in range(at_most):
        give_way()
        mail = _take(now=clock())
        if mail is None:
            return False
        if not _stands(mail):
            _end(mail, MailState.WITHDRAWN, now=clock())
        elif refusal := _refusal(mail, server):
            _put_back(mail, refusal, now=clock())
            if refusal.answer is Answer.SERVER:
                return False
        else:
            _end(mail, MailState.SENT, now=clock())
            MailServer.objects.filter(id=THE_SERVER).delete()
    return True


def _stands(mail: Mail) -> bool:
    """Whether what it says is so still."""
    stands = (OURS | STANDS).get(MailKind(mail.kind))
    return stands is None or bool(stands(mail))


def _refusal(mail: Mail, server: Any) -> Refusal | None:
    """Send it; None where the server said yes."""
    try:
        server.open()
    except Exception as error:  # whatever it is, it is no fault of this mail
        return Refusal(Answer.SERVER, judge(error).trouble)
    try:
        server.send_messages([message_of(mail)])
    except Exception as error:  # the edge: one mail must not stop the others
        with suppress(Exception):
            server.close()
        return judge(error)
    return None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """As it goes to the server: text first."""
    written = write(mail)
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **written.headers}
    if settings.MAIL_BOUNCES_TO:  # what can't be delivered comes back there; people answer to the other
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    sender = settings.MAIL_BOUNCES_TO or None
    message = EmailMultiAlternatives(written.subject, written.text, sender, to=[mail.recipient], headers=headers)
    if written.html:
        message.attach_alternative(written.html, "text/html")
    if written.attachment:
        message.attach(written.attachment.name, written.attachment.content, written.attachment.media_type)
    return message


def retry_failed(*, organization_id: int, now: datetime) -> int:
    """Try anew what was given up; how many."""
    failed = Mail.objects.filter(organization_id=organization_id, state=MailState.FAILED)
    return failed.update(state=MailState.DUE, due_at=now, created_at=now, attempts=0, ended_at=None)


def sweep_mails(*, now: datetime) -> int:
    """Delete mails that ended a month ago, up to a chunk of them; how many."""
    old = Mail.objects.filter(ended_at__lt=now - timedelta(days=30)).order_by("ended_at").values("id")[: settings.CHUNK_ROWS]
    return Mail.objects.filter(id__in=list(old.values_list("id", flat=True))).delete()[0]


def _free_what_the_dead_held(*, now: datetime) -> None:
    held = Mail.objects.exclude(lease="")
    holders = list(held.order_by().values_list("lease", flat=True).distinct())
    dead = [holder for holder in holders if holder == this_process() or is_dead_neighbour(holder)]
    held.filter(Q(lease__in=dead) | Q(leased_at__lt=now - LEASE)).update(lease="")


def _take(*, now: datetime) -> Mail | None:
    """The mail that is due longest, those to learners last; ours from now on. Compare-and-set: of two processes one gets it."""
    due = Mail.objects.filter(state=MailState.DUE, due_at__lte=now, lease="").order_by("rank", "due_at", "id")
    while mail := due.first():
        if mail.rank and not may_go(now=now):
            return None
        if Mail.objects.filter(id=mail.id, state=MailState.DUE, lease="").update(lease=this_process(), leased_at=now):
            return mail
    return None


def _end(mail: Mail, state: MailState, *, now: datetime) -> None:
    """What it said is not kept: it may hold a link that signs in."""
    _mine(mail).update(state=state, ended_at=now, lease="", trouble="", text="", html="", facts=None)


def _put_back(mail: Mail, refusal: Refusal, *, now: datetime) -> None:
    logger.warning("mail not sent", extra={"mail": mail.id, "kind": mail.kind, "answer": refusal.answer.value})
    attempts = mail.attempts + 1
    if refusal.answer is Answer.SERVER:
        _mine(mail).update(lease="")
        _pause_server(refusal.trouble, now=now)
    elif refusal.answer is Answer.NEVER or now - mail.created_at > TRIED_FOR:
        _mine(mail).update(state=MailState.FAILED, ended_at=now, lease="", attempts=attempts, trouble=refusal.trouble)
    else:
        later = now + pause_after(attempts)
        _mine(mail).update(due_at=later, lease="", attempts=attempts, trouble=refusal.trouble)


def _pause_server(trouble: str, *, now: datetime) -> None:
    before = MailServer.objects.filter(id=THE_SERVER).first()
    failures = before.failures + 1 if before else 1
    known = {"failures": failures, "retry_at": now + server_pause_after(failures), "trouble": trouble}
    MailServer.objects.update_or_create(id=THE_SERVER, defaults=known)


def _mine(mail: Mail) -> Any:
    """Nobody has taken it from us since."""
    return Mail.objects.filter(id=mail.id, lease=this_process())
