"""Follow the link of an invitation, and activate by it."""

from dataclasses import dataclass
from enum import StrEnum

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import OrganizationSettings
from seatkeeper.invitations.claim_links import Named
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.queries import Opened, opened_by
from seatkeeper.invitations.services.activate import Activated, Ended, NoSeat, activate
from seatkeeper.kernel.clock import Clock

BY_LEARNER = "learner"  # stands for the actor: an address would be personal data in the ledger


class Way(StrEnum):
    """Whether whoever has the link may activate by it."""

    FREE = "free"
    SIGN_IN = "sign_in"  # first
    OTHER = "other"  # somebody else is invited


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a link leads, and what came of it where it was to activate."""

    opened: Opened
    way: Way
    done: Activated | NoSeat | Ended | None = None


def follow(token: str, *, account_id: int | None, clock: Clock) -> Followed | None:
    """None for a link that leads nowhere. Changes nothing."""
    opened = opened_by(token, now=clock())
    return Followed(opened, way_for(opened.invitation, account_id)) if opened else None


def activate_by_link(token: str, *, account_id: int | None, clock: Clock) -> Followed | None:
    """As `follow`; where the invitation is open and the way free, the license is active then, if a seat is."""
    followed = follow(token, account_id=account_id, clock=clock)
    if followed is None or not followed.opened.is_open or followed.way is not Way.FREE:
        return followed
    invitation = followed.opened.invitation
    done = activate(
        organization_id=invitation.organization_id,
        learner_id=invitation.learner_id,
        pool_id=invitation.pool_id,
        actor=BY_LEARNER,
        clock=clock,
    )
    return Followed(followed.opened, followed.way, done)


def way_for(invited: Invitation | Named, account_id: int | None) -> Way:
    """Where learners sign in, only the one invited may: a link can be passed on."""
    of_home = {"organization_id": invited.organization_id}
    if OrganizationSettings.objects.filter(**of_home, learners_sign_in=False).exists():
        return Way.FREE
    if account_id is None:
        return Way.SIGN_IN
    own = Membership.objects.filter(**of_home, account_id=account_id, learner_id=invited.learner_id)
    return Way.FREE if own.exists() else Way.OTHER
