"""What people choose about their own sign-in."""

from django.db import transaction

from seatkeeper.accounts.models import Account


@transaction.atomic
def change_own_account(*, account_id: int, name: str, language: str) -> None:
    """The name is the one that other admins read, too, in every organization."""
    Account.objects.filter(pk=account_id).update(name=name, language=language)
    Account.objects.get(pk=account_id).memberships.update(name=name)
