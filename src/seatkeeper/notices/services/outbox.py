"""Put mail into the outbox, in the caller's transaction: it is there if, and only if, what it tells of is."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.notices.models import Mail, MailKind

SEND = "notices.send"  # the task


def post(
    recipient: str,
    *,
    kind: MailKind,
    now: datetime,
    organization_id: int | None,
    key: str = "",
    facts: dict[str, Any] | None = None,
    **more: Any,
) -> Mail:
    """A mail, not saved. `key` names what it tells of: of two mails with the same key the second is not kept."""
    return Mail(
        organization_id=organization_id,
        kind=kind,
        recipient=recipient,
        facts=facts,
        message_id=message_id(key or uuid.uuid4().hex),
        created_at=now,
        due_at=now,
        **more,
    )


def put(mails: Sequence[Mail]) -> None:
    """Three statements. What is there already is left as it is."""
    if mails:
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        wake(now=mails[0].due_at)


def wake(*, now: datetime) -> None:
    """Let a worker look into the outbox, unless one is about to. What slips between the two is found a little later."""
    if not BackgroundTask.objects.filter(kind=SEND, finished_at=None, lease="", run_at__lte=now).exists():
        enqueue(SEND, now=now, organization_id=None)


def message_id(key: str) -> str:
    return f"<{key}@{mail_domain()}>"


def mail_domain() -> str:
    """What stands behind the @ of our Message-IDs: where people reach us, else where our mail comes from."""
    public = urlsplit(settings.PUBLIC_URL).hostname or ""
    return public or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
