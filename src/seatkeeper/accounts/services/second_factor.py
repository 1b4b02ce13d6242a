"""Take away a second factor that its owner has lost."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from seatkeeper.accounts.errors import NoSecondFactor
from seatkeeper.accounts.models import Account
from seatkeeper.accounts.services.audit import log_of_account


@transaction.atomic
def reset_second_factor(*, account: Account, by: str, now: datetime) -> list[str]:
    """Remove authenticator app, passkeys and recovery codes, and sign the account out everywhere; the kinds removed.

    Whoever has the lost device is out, too. Raises NoSecondFactor.
    """
    authenticators = Authenticator.objects.filter(user=account)
    kinds = sorted(set(authenticators.values_list("type", flat=True)))
    if not kinds:
        raise NoSecondFactor(email=account.email)
    authenticators.delete()
    for session in UserSession.objects.filter(user=account):
        session.end()
    log_of_account(account=account, action="account.second_factor_reset", now=now, by=by, kinds=kinds)
    return kinds
