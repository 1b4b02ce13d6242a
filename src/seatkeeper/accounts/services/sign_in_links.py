"""Links that sign their account in, once: for new admins, and for those who lost their way in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.errors import AccessEnded, LinkSpent, OwnSignInNeeded
from seatkeeper.accounts.models import Account, LinkKind, SignInLink
from seatkeeper.accounts.services.audit import log_of_account

VALID = timedelta(hours=24)


def make_link(*, account: Account, now: datetime, kind: LinkKind = LinkKind.COMMAND) -> str:
    """The token of a new link, valid for a day. Only its digest is kept."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(digest=_digest(token), account=account, expires_at=now + VALID, kind=kind)
    return token


def end_links(*, account_id: int, now: datetime) -> None:
    """No link that is still open can be used any more."""
    SignInLink.objects.filter(account_id=account_id, used_at=None).update(used_at=now)


def check_link(*, token: str, now: datetime) -> None:
    """Whether the link can still be used. Asking spends nothing: mail scanners open links, too.

    Raises:
        LinkSpent: used, expired, or no link at all.
        AccessEnded: its account is no admin any more, anywhere.
    """
    link = SignInLink.objects.select_related("account").filter(digest=_digest(token)).first()
    if link and not (link.account.is_active and link.account.memberships.filter(is_admin=True).exists()):
        raise AccessEnded("no admin any more")
    if not _open(token, now).exists():
        raise LinkSpent("no open link")


def use_link(*, token: str, now: datetime) -> Account:
    """Spend the link; its account. Every organization that it is an admin of has it in the audit log.

    Raises:
        LinkSpent, AccessEnded: as `check_link`.
        OwnSignInNeeded: the account has a way of its own to sign in; the link is spent.
    """
    check_link(token=token, now=now)
    account = _spend(token, now)
    if account is None:
        raise OwnSignInNeeded("sign in as always")
    return account


@transaction.atomic
def _spend(token: str, now: datetime) -> Account | None:
    if not _open(token, now).update(used_at=now):
        raise LinkSpent("no open link")
    link = SignInLink.objects.select_related("account").get(digest=_digest(token))
    has_own_way = link.kind == LinkKind.FIRST and link.account.last_login is not None
    if link.kind == LinkKind.SIGN_IN or has_own_way:
        return None
    log_of_account(account=link.account, action="sign_in.link_used", now=now)
    return link.account


def _open(token: str, now: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
