"""Sign-ins, failed ones, sign-outs, and changes of how somebody signs in: into the audit log.

allauth and Django tell of them by signals. An address that somebody typed is kept nowhere: an entry
names the account where the address is known, and there is none where it is not.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.services.addresses import mark_verified
from seatkeeper.accounts.services.audit import log_of_account
from seatkeeper.kernel.clock import system_clock


@receiver(account_signals.user_logged_in)
def signed_in(request: HttpRequest, user: Account, **rest: Any) -> None:
    methods = [str(record["method"]) for record in get_authentication_records(request, user)]
    log_of_account(account=user, action="sign_in.done", now=system_clock(), by=methods)


@receiver(auth_signals.user_login_failed)
def not_signed_in(credentials: dict[str, Any], **rest: Any) -> None:
    address = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    if account := Account.objects.filter(email=address).first():
        log_of_account(account=account, action="sign_in.failed", now=system_clock(), by="password")


@receiver(mfa_signals.authentication_failed)
def second_factor_failed(user: Account, **rest: Any) -> None:
    log_of_account(account=user, action="sign_in.failed", now=system_clock(), by="second factor")


@receiver(auth_signals.user_logged_out)
def signed_out(user: Account | None, **rest: Any) -> None:
    if user is not None:
        log_of_account(account=user, action="sign_out", now=system_clock())


@receiver(account_signals.password_reset)
def password_reset(user: Account, **rest: Any) -> None:
    mark_verified(user)  # who opened the link reads the mail of that address
    log_of_account(account=user, action="account.password_reset", now=system_clock())


@receiver(account_signals.password_set)
@receiver(account_signals.password_changed)
def password_changed(user: Account, **rest: Any) -> None:
    log_of_account(account=user, action="account.password_changed", now=system_clock())


@receiver(mfa_signals.authenticator_added)
def authenticator_added(user: Account, authenticator: Authenticator, **rest: Any) -> None:
    log_of_account(account=user, action="account.authenticator_added", now=system_clock(), kind=str(authenticator.type))


@receiver(mfa_signals.authenticator_removed)
def authenticator_removed(user: Account, authenticator: Authenticator, **rest: Any) -> None:
    log_of_account(account=user, action="account.authenticator_removed", now=system_clock(), kind=str(authenticator.type))


@receiver(mfa_signals.authenticator_reset)
def authenticator_renewed(user: Account, authenticator: Authenticator, **rest: Any) -> None:
    log_of_account(account=user, action="account.authenticator_renewed", now=system_clock(), kind=str(authenticator.type))
