"""How a learner stands with a pool: what a page says, and what can be done there."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from seatkeeper.directory.models import Learner
from seatkeeper.invitations.claim_links import Named
from seatkeeper.invitations.claims import Place, claim_of, place_of
from seatkeeper.licensing.models import ClaimKind, License, LicensePool, Status


class State(StrEnum):
    ACTIVE = "active"
    INVITED = "invited"
    OFFER = "offer"
    LAPSED = "lapsed"  # an offer that is about to pass on
    WAITING = "waiting"
    REQUEST = "request"
    ENDED = "ended"
    NONE = "none"  # never had one


OF_CLAIM = {ClaimKind.WAITING: State.WAITING, ClaimKind.OFFER: State.OFFER, ClaimKind.REQUEST: State.REQUEST}


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one learner with one pool."""

    named: Named
    pool: LicensePool
    state: State
    since: datetime | None = None
    place: Place | None = None
    was_active: bool = True  # of what ended
    suspended_at: datetime | None = None  # of the learner

    @property
    def may_ask(self) -> bool:
        return self.state in (State.ENDED, State.NONE)


def standing_of(named: Named, *, now: datetime) -> Standing | None:
    """None where the learner or the pool is not there any more. At most five statements."""
    where = {"organization_id": named.organization_id}
    pools = LicensePool.objects.select_related("license_type", "budget_group", "organization")
    pool = pools.filter(**where, id=named.pool_id).first()
    learner = Learner.objects.filter(**where, id=named.learner_id).only("suspended_at").first()
    if pool is None or learner is None:
        return None
    return replace(_standing(named, pool, now), suspended_at=learner.suspended_at)


def _standing(named: Named, pool: LicensePool, now: datetime) -> Standing:
    where = {"organization_id": named.organization_id}
    license = License.objects.filter(**where, learner_id=named.learner_id, pool_id=named.pool_id).first()
    if license and license.status == Status.ACTIVE:
        return Standing(named, pool, State.ACTIVE, license.status_at)
    claim = claim_of(**where, pool_id=named.pool_id, learner_id=named.learner_id)
    if claim is not None:
        is_over = claim.expires_at is not None and claim.expires_at <= now
        state = State.LAPSED if is_over else OF_CLAIM[ClaimKind(claim.kind)]
        return Standing(named, pool, state, claim.since, place_of(claim))
    if license is None or not license.operation_id:
        return Standing(named, pool, State.NONE)
    state = State.INVITED if license.status == Status.INVITED else State.ENDED
    return Standing(named, pool, state, license.status_at, was_active=license.was_active)


def standings_of(*, organization_id: int, learner_id: int, now: datetime) -> list[Standing]:
    """With every pool, in order of names. Some statements a pool: an organization has a handful."""
    pools = LicensePool.objects.filter(organization_id=organization_id).order_by("key").values_list("id", flat=True)
    found = (standing_of(Named(organization_id, pool, learner_id), now=now) for pool in pools)
    return [standing for standing in found if standing is not None]
