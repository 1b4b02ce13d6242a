"""Activate by the link of an invitation."""

from seatkeeper.invitations.queries import Opened, opened_by
from seatkeeper.invitations.services.activate import Activated, Ended, NoSeat, activate
from seatkeeper.kernel.clock import Clock

BY_LEARNER = "learner"  # stands for the actor: an address would be personal data in the ledger


def activate_by_link(token: str, *, clock: Clock) -> tuple[Opened | None, Activated | NoSeat | Ended | None]:
    """What the link led to before, and what came of it; nothing where the invitation was not open."""
    opened = opened_by(token, now=clock())
    if opened is None or not opened.is_open:
        return opened, None
    invitation = opened.invitation
    done = activate(
        organization_id=invitation.organization_id,
        learner_id=invitation.learner_id,
        pool_id=invitation.pool_id,
        actor=BY_LEARNER,
        clock=clock,
    )
    return opened, done
