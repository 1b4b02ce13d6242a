"""Make and revoke the tokens of applications."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from seatkeeper.accounts.errors import UnknownToken
from seatkeeper.accounts.models import ApiToken
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.accounts.tokens import TokenScope, digest_of

PREFIX = "skt_"  # by which scanners for leaked secrets find it
DAYS, MOST_DAYS = 365, 3_650
SHOWN_SIGNS = 4


@dataclass(frozen=True, slots=True)
class Made:
    """A token, and the secret that is shown this once."""

    token: ApiToken
    secret: str


@transaction.atomic
def make_token(
    *, organization_id: int, name: str, scopes: Iterable[TokenScope], days: int = DAYS, actor: str, now: datetime
) -> Made:
    """A new one, good for so many days."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organization_id=organization_id,
        name=name.strip(),
        scopes=" ".join(sorted({str(scope) for scope in scopes})),
        digest=digest_of(secret),
        ending=secret[-SHOWN_SIGNS:],
        made_by=actor,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    facts = {"token": token.pk, "name": token.name, "scopes": token.scopes, "expires_at": token.expires_at.isoformat()}
    log_act(organization_id=organization_id, actor=actor, action="token.made", now=now, **facts)
    return Made(token, secret)


@transaction.atomic
def revoke_token(*, organization_id: int, token_id: int, actor: str, now: datetime) -> ApiToken:
    """It is good for nothing from the next request on; a second call changes nothing. Raises UnknownToken."""
    token = ApiToken.objects.filter(organization_id=organization_id, id=token_id).first()
    if token is None:
        raise UnknownToken(token=token_id)
    if ApiToken.objects.filter(id=token.pk, revoked_at=None).update(revoked_at=now):
        token.revoked_at = now
        facts = {"token": token.pk, "name": token.name}
        log_act(organization_id=organization_id, actor=actor, action="token.revoked", now=now, **facts)
    return token


def tokens_of(organization_id: int) -> list[ApiToken]:
    """The newest first, with those that are good no more."""
    return list(ApiToken.objects.filter(organization_id=organization_id).order_by("-id"))
