"""Make and end admins."""

from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.errors import NoAddress, UnknownAdmin
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.attributes import is_sound_email


@transaction.atomic
def add_full_admin(*, organization_id: int, email: str, actor: str, now: datetime) -> Account:
    """Make somebody a full admin; their account is made where there is none. A second call changes nothing.

    Raises NoAddress.
    """
    address = email.strip().lower()
    if not is_sound_email(address):
        raise NoAddress(email=email)
    account = Account.objects.filter(email=address).first() or Account.objects.create_user(address)
    membership, _ = Membership.objects.get_or_create(organization_id=organization_id, account=account)
    if not (membership.is_admin and membership.is_full_admin):
        membership.is_admin = membership.is_full_admin = True
        membership.save(update_fields=["is_admin", "is_full_admin"])
        log_act(organization_id=organization_id, actor=actor, action="admin.added", now=now, account=account.id, full=True)
    return account


def account_of_admin(*, organization_id: int, email: str) -> Account:
    """Raises UnknownAdmin."""
    memberships = Membership.objects.select_related("account").filter(organization_id=organization_id, is_admin=True)
    found = memberships.filter(account__email=email.strip().lower()).first()
    if found is None:
        raise UnknownAdmin(email=email)
    return found.account
