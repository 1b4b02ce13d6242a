"""Cut the sign-in that a profile is connected with. The profile keeps all it has; connecting again undoes it."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction

from seatkeeper.accounts.errors import NotConnected
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.directory.services.organizations import lock_organization


@transaction.atomic
def disconnect_sign_in(*, learner: Learner, actor: str, now: datetime) -> None:
    """From the next request on the sign-in finds nothing of this profile.

    Where it is good for nothing else, its sessions end, too, and the organization's sign-in has to prove anew
    whose it is.

    Raises NotConnected.
    """
    lock_organization(learner.organization_id)
    connected = Membership.objects.filter(organization_id=learner.organization_id, learner_id=learner.id)
    accounts = list(Account.objects.filter(memberships__in=connected))
    if not accounts:
        raise NotConnected("no sign-in is connected")
    connected.filter(is_admin=False).delete()
    connected.update(learner=None)
    for account in accounts:
        facts = {"account": account.pk, "learner": learner.id, "by": "admin"}
        log_act(organization_id=learner.organization_id, actor=actor, action="profile.disconnected", now=now, **facts)
        if not account.memberships.exists():
            SocialAccount.objects.filter(user=account).delete()
            for session in UserSession.objects.filter(user=account):
                session.end()
