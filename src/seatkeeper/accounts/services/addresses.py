"""Addresses that their owners have proved to be theirs."""

from allauth.account.models import EmailAddress

from seatkeeper.accounts.models import Account


def mark_verified(account: Account) -> None:
    """Its owner read a mail sent there, or their organization's sign-in vouched for it."""
    EmailAddress.objects.update_or_create(user_id=account.pk, email=account.email, defaults={"verified": True, "primary": True})


def is_verified(account: Account) -> bool:
    return bool(EmailAddress.objects.filter(user_id=account.pk, email=account.email, verified=True).exists())
