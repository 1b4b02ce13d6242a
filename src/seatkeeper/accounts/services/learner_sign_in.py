"""Sign-ins of learners: an account for whoever has a profile, connected once its address is proved.

The address that a profile has now decides whose it is: who proves it takes the profile over from a
sign-in that was connected before. An admin's connection is moved by the admin alone.
"""

from datetime import datetime
from enum import Enum, auto

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.accounts.services.addresses import mark_verified
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.services.organizations import lock_organization


class Connection(Enum):
    """What came of connecting a profile."""

    NEW = auto()
    STOOD = auto()  # before already
    REFUSED = auto()  # an admin's sign-in is, or would be, concerned: they do it themselves


def account_for_code(email: str) -> Account | None:
    """Whom a code mailed to this address signs in; None where there is nobody.

    A learner's account is made here. It is connected with nothing before the code comes back.
    """
    address = email.strip().lower()
    account = Account.objects.filter(email=address).first()
    if account is None and profiles_with(address).exists():
        account, _ = Account.objects.get_or_create(email=address, defaults={"password": make_password(None)})
    return account if account and account.is_active else None


@transaction.atomic
def connect_by_proof(*, account: Account, by: str, now: datetime) -> list[Learner]:
    """Its owner has just proved that the address is theirs: the profiles that have it are connected.

    Those that were not before.
    """
    mark_verified(account)
    profiles = list(profiles_with(account.email))
    return [one for one in profiles if connect(account=account, learner=one, by=by, now=now) is Connection.NEW]


def connect(*, account: Account, learner: Learner, by: str, now: datetime) -> Connection:
    """Connect the profile with the account, in the caller's transaction."""
    lock_organization(learner.organization_id)
    memberships = Membership.objects.filter(organization_id=learner.organization_id)
    others = memberships.filter(learner_id=learner.id).exclude(account=account)
    mine = memberships.filter(account=account).first()
    if mine and mine.learner_id == learner.id:
        return Connection.STOOD
    if (mine and mine.is_admin) or others.filter(is_admin=True).exists():
        return Connection.REFUSED
    facts = {"account": account.pk, "learner": learner.id, "by": by}
    if before := list(others.values_list("account_id", flat=True)):
        others.delete()
        facts["taken_from"] = before
    Membership.objects.update_or_create(organization_id=learner.organization_id, account=account, defaults={"learner": learner})
    log_act(organization_id=learner.organization_id, actor=account.email, action="profile.connected", now=now, **facts)
    return Connection.NEW


def profiles_with(address: str) -> QuerySet[Learner]:
    """Of all organizations whose learners sign in."""
    homes = Organization.objects.exclude(organizationsettings__learners_sign_in=False)
    return Learner.objects.filter(organization_id__in=homes.values("id"), email=address)
