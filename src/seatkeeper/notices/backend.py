"""Django's and allauth's mail goes into the outbox like all other: nobody waits for a server, and nothing is lost."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.models import Mail, MailKind
from seatkeeper.notices.rules import one_line
from seatkeeper.notices.services.outbox import post, put


class OutboxBackend(BaseEmailBackend):
    """One row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        put([mail for message in email_messages for mail in _mails(message)])
        return len(email_messages)


def _mails(message: EmailMessage) -> list[Mail]:
    html = [part.content for part in getattr(message, "alternatives", []) if part.mimetype == "text/html"]
    words: dict[str, Any] = {
        "subject": one_line(str(message.subject)),
        "text": str(message.body),
        "html": str(html[0]) if html else "",
    }
    now = system_clock()
    return [post(to, kind=MailKind.READY, now=now, organization_id=None, **words) for to in message.recipients()]
