"""Add somebody whom the organization's sign-in vouches for and who has no profile yet."""

from seatkeeper.arrivals.rules import Identity
from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.services.add_person import add_person
from seatkeeper.licensing.services.operations import Act

SOURCE = "sign_in"


def add_who_came(identity: Identity, *, organization_id: int, clock: Clock) -> Learner:
    """Their profile; the one that is there, where somebody was quicker. An operation like any other."""
    names = {"preferred_first_name": identity.first_name, "preferred_last_name": identity.last_name}
    add_person(
        email=identity.email,
        unique_user_id=identity.unique_user_id or None,
        attributes={key: value for key, value in names.items() if value},
        act=Act(organization_id, "add", SOURCE, identity.email, about=identity.email),
        clock=clock,
    )
    return Learner.objects.get(organization_id=organization_id, email=identity.email)
