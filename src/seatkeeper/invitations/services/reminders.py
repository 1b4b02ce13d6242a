"""Learners who want no reminders."""

from datetime import datetime

from seatkeeper.invitations.links import key_in
from seatkeeper.invitations.models import Invitation, NoReminders


def is_known(token: str) -> bool:
    key = key_in(token)
    return key is not None and Invitation.objects.filter(key=key).exists()


def stop_reminders(token: str, *, now: datetime) -> bool:
    """No reminder of any invitation goes to this learner from now on; whether the link is known."""
    key = key_in(token)
    invitation = Invitation.objects.filter(key=key).first() if key else None
    if invitation is None:
        return False
    who = {"organization_id": invitation.organization_id, "learner_id": invitation.learner_id}
    NoReminders.objects.get_or_create(**who, defaults={"since": now})
    return True
