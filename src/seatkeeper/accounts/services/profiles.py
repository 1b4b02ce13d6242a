"""Connect an admin's sign-in with their own profile as a learner, and part them again.

It needs proof that both are the same person: the address of the sign-in was verified and is the
learner's, or a code arrives that was mailed to the learner's address.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from seatkeeper.accounts.errors import CodeRefused, ProfileTaken
from seatkeeper.accounts.models import Account, Membership, ProfileCode
from seatkeeper.accounts.permissions import Admin
from seatkeeper.accounts.services.addresses import is_verified
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.directory.services.organizations import lock_organization

VALID = timedelta(minutes=30)
TRIES = 5
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
LENGTH = 8


@transaction.atomic
def connect_or_ask(*, admin: Admin, email: str, now: datetime) -> bool:
    """Whether the profile is connected now. Else a code was mailed to the learner with this address, if there is one.

    Raises ProfileTaken, and only to the one whose address it is.
    """
    address = email.strip().lower()
    learner = Learner.objects.filter(organization_id=admin.organization_id, email=address).first()
    account = Account.objects.get(pk=admin.account_id)
    if learner and account.email == address and is_verified(account):
        _connect(admin, learner.id, by="verified address", now=now)
        return True
    code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
    fields = {"learner": learner, "digest": _digest(code), "expires_at": now + VALID, "tries": 0}
    ProfileCode.objects.update_or_create(membership_id=admin.membership_id, defaults=fields)
    if learner:
        send_mail(_("Your code: %(code)s") % {"code": code}, _text(admin, code), None, [address])
    return False


def connect_by_code(*, admin: Admin, code: str, now: datetime) -> None:
    """Raises CodeRefused: wrong, too old, or tried too often; ProfileTaken."""
    wanted = code.strip().upper().replace(" ", "")
    rows = ProfileCode.objects.filter(membership_id=admin.membership_id, expires_at__gt=now, tries__lt=TRIES)
    if not rows.update(tries=F("tries") + 1):  # counted first: of many at once none is free
        raise CodeRefused("no code that can be used")
    found = ProfileCode.objects.get(membership_id=admin.membership_id)
    if found.learner_id is None or not constant_time_compare(found.digest, _digest(wanted)):
        raise CodeRefused("not this code")
    with transaction.atomic():
        _connect(admin, found.learner_id, by="code", now=now)
        found.delete()


@transaction.atomic
def disconnect(*, admin: Admin, now: datetime) -> None:
    """A second call changes nothing."""
    mine = Membership.objects.filter(id=admin.membership_id, organization_id=admin.organization_id)
    if mine.exclude(learner=None).update(learner=None):
        _log(admin, "profile.disconnected", now)


def _connect(admin: Admin, learner_id: int, *, by: str, now: datetime) -> None:
    """One profile belongs to one sign-in."""
    lock_organization(admin.organization_id)
    memberships = Membership.objects.filter(organization_id=admin.organization_id)
    if memberships.filter(learner_id=learner_id).exclude(id=admin.membership_id).exists():
        raise ProfileTaken("connected to another sign-in")
    memberships.filter(id=admin.membership_id).update(learner_id=learner_id)
    _log(admin, "profile.connected", now, learner=learner_id, by=by)


def _log(admin: Admin, action: str, now: datetime, **facts: object) -> None:
    facts = {"account": admin.account_id, **facts}
    log_act(organization_id=admin.organization_id, actor=admin.actor, action=action, now=now, **facts)


def _text(admin: Admin, code: str) -> str:
    return _(
        "%(name)s wants to connect a sign-in to the Admin Center with the profile that has this address.\n\n"
        "If that is you, write this code there within 30 minutes:\n\n%(code)s\n\n"
        "If it is not you, do nothing, and give the code to nobody."
    ) % {"name": admin.name, "code": code}


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
