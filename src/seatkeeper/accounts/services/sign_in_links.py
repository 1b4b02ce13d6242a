"""Links that sign their account in, once: for the first admin, and for those who lost their way in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.errors import LinkSpent
from seatkeeper.accounts.models import Account, SignInLink
from seatkeeper.accounts.services.audit import log_act

VALID = timedelta(hours=24)


def make_link(*, account: Account, now: datetime) -> str:
    """The token of a new link, valid for a day. Only its digest is kept."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(digest=_digest(token), account=account, expires_at=now + VALID)
    return token


def is_open(*, token: str, now: datetime) -> bool:
    """Whether the link can still be used. Asking spends nothing: mail scanners open links, too."""
    return _open(token, now).exists()


@transaction.atomic
def use_link(*, token: str, now: datetime) -> Account:
    """Spend the link; its account. Every organization that it is an admin of has it in the audit log.

    Raises:
        LinkSpent: used, expired, or no link at all.
    """
    if not _open(token, now).update(used_at=now):
        raise LinkSpent("no open link")
    account = Account.objects.get(signinlink__digest=_digest(token))
    for membership in account.memberships.filter(is_admin=True):
        log_act(organization_id=membership.organization_id, actor=account.email, action="sign_in.by_link", now=now)
    return account


def _open(token: str, now: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now, account__is_active=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
