"""What is kept of how somebody signs in: reads."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from seatkeeper.accounts.models import Account


@dataclass(frozen=True, slots=True)
class SignIns:
    """An account, and what stands beside it."""

    account: Account
    addresses: list[EmailAddress]
    identities: list[SocialAccount]  # at an identity provider
    authenticators: list[Authenticator]
    sessions: list[UserSession]


def sign_ins_of(account_id: int) -> SignIns:
    """Five statements."""
    theirs = {"user_id": account_id}
    return SignIns(
        account=Account.objects.get(id=account_id),
        addresses=list(EmailAddress.objects.filter(**theirs).order_by("email")),
        identities=list(SocialAccount.objects.filter(**theirs).order_by("id")),
        authenticators=list(Authenticator.objects.filter(**theirs).order_by("id")),
        sessions=list(UserSession.objects.filter(**theirs).order_by("id")),
    )
