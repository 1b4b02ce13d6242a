"""Suspend a learner, for a leave or while something is looked into; and resume.

Suspended, they open nothing. Licenses, seats, dates and places in waitlists stay as they are.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import Claim, ClaimKind, LicensePool


@transaction.atomic
def suspend_learner(*, learner: Learner, actor: str, now: datetime, reason: str = "") -> bool:
    """From the next request on; whether they were not before. In the audit log, with the reason.

    An offer is a place in the waitlist again, where it was: its seat goes to the next.
    """
    _give_back_offers(learner, now)
    of_learner = Learner.objects.filter(organization_id=learner.organization_id, id=learner.id)
    if not of_learner.filter(suspended_at=None).update(suspended_at=now):
        return False
    _log(learner, "learner.suspended", actor=actor, now=now, reason=reason)
    return True


@transaction.atomic
def resume_learner(*, learner: Learner, actor: str, now: datetime, reason: str = "") -> bool:
    """From the next request on; whether they were suspended before. In the audit log, with the reason."""
    of_learner = Learner.objects.filter(organization_id=learner.organization_id, id=learner.id)
    if not of_learner.filter(suspended_at__isnull=False).update(suspended_at=None):
        return False
    _log(learner, "learner.resumed", actor=actor, now=now, reason=reason)
    return True


def _give_back_offers(learner: Learner, now: datetime) -> None:
    """Under the pools' locks, in id order, as every writer of licenses. (SQLite: the transaction holds the only lock.)"""
    pools = LicensePool.objects.filter(organization_id=learner.organization_id).order_by("id")
    if connection.features.has_select_for_update:
        list(pools.select_for_update().values_list("id"))
    offers = Claim.objects.filter(
        organization_id=learner.organization_id, learner_id=learner.id, kind=ClaimKind.OFFER, ended_by=0
    )
    for pool_id in list(offers.values_list("pool_id", flat=True)):
        offers.filter(pool_id=pool_id).update(kind=ClaimKind.WAITING, since=now, expires_at=None)
        pools.filter(id=pool_id).update(seats_held=F("seats_held") - 1)


def _log(learner: Learner, action: str, *, actor: str, now: datetime, reason: str) -> None:
    why = {"reason": reason} if reason else {}
    log_act(organization_id=learner.organization_id, actor=actor, action=action, now=now, learner=learner.id, **why)
