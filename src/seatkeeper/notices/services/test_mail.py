"""The test mail: until somebody who got it says so, mail to learners waits."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.notices.models import MailKind, MailSetup
from seatkeeper.notices.services.outbox import post, put


@transaction.atomic
def send_test_mail(*, organization_id: int, recipient: str, actor: str, now: datetime) -> str:
    """The token of its link. An earlier one is void from now on; what was confirmed stays so."""
    token = secrets.token_urlsafe(24)
    MailSetup.objects.update_or_create(organization_id=organization_id, defaults={"digest": _digest(token), "tested_at": now})
    path = reverse("mail_confirmation", args=[token])
    put([post(recipient, kind=MailKind.TEST, now=now, organization_id=organization_id, facts={"path": path})])
    log_act(organization_id=organization_id, actor=actor, action="mail.tested", now=now)
    return token


def is_open(*, organization_id: int, token: str) -> bool:
    return MailSetup.objects.filter(organization_id=organization_id, digest=_digest(token)).exists()


@transaction.atomic
def confirm_mail(*, organization_id: int, token: str, actor: str, now: datetime) -> bool:
    """From now on mail to learners goes; whether the token was the last test mail's."""
    this = MailSetup.objects.filter(organization_id=organization_id, digest=_digest(token))
    if not this.update(confirmed_at=now, confirmed_by=actor, digest=""):
        return False
    log_act(organization_id=organization_id, actor=actor, action="mail.confirmed", now=now)
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
