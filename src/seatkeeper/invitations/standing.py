"""How a learner stands with a pool: what a page says, and what can be done there."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.invitations.claim_links import Named
from seatkeeper.invitations.claims import Place, place_of, standing_claims
from seatkeeper.invitations.models import Invitation
from seatkeeper.licensing.models import Claim, ClaimKind, License, LicensePool, Status


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
    """None where the learner or the pool is not there any more. At most six statements."""
    found = _standings(named.organization_id, named.learner_id, LicensePool.objects.filter(id=named.pool_id), now)
    return found[0] if found else None


def standings_of(*, organization_id: int, learner_id: int, now: datetime) -> list[Standing]:
    """With every pool, in order of names. Five statements, and one for each waitlist that the learner is in."""
    return _standings(organization_id, learner_id, LicensePool.objects.order_by("key"), now)


def _standings(organization_id: int, learner_id: int, pools: QuerySet[LicensePool], now: datetime) -> list[Standing]:
    home = {"organization_id": organization_id}
    learner = Learner.objects.filter(**home, id=learner_id).only("suspended_at").first()
    if learner is None:
        return []
    licenses = {license.pool_id: license for license in License.objects.filter(**home, learner_id=learner_id)}
    claims = {claim.pool_id: claim for claim in standing_claims(organization_id).filter(learner_id=learner_id)}
    expired = Invitation.objects.filter(**home, learner_id=learner_id, expires_at__lte=now)
    over_at = {(one.pool_id, one.operation_number): one.expires_at for one in expired}
    found = []
    for pool in pools.filter(**home).select_related("license_type", "budget_group", "organization"):
        license = licenses.get(pool.id)
        over = over_at.get((pool.id, license.operation_id)) if license else None
        standing = _standing(Named(organization_id, pool.id, learner_id), pool, license, claims.get(pool.id), over, now)
        found.append(replace(standing, suspended_at=learner.suspended_at))
    return found


def _standing(
    named: Named, pool: LicensePool, license: License | None, claim: Claim | None, over_at: datetime | None, now: datetime
) -> Standing:
    """`over_at`: when the invitation that the license waits by ran out, where no worker has ended it yet."""
    if license and license.status == Status.ACTIVE:
        return Standing(named, pool, State.ACTIVE, license.status_at)
    if claim is not None:
        is_over = claim.expires_at is not None and claim.expires_at <= now
        state = State.LAPSED if is_over else OF_CLAIM[ClaimKind(claim.kind)]
        return Standing(named, pool, state, claim.since, place_of(claim))
    if license is None or not license.operation_id:
        return Standing(named, pool, State.NONE)
    is_invited = license.status == Status.INVITED and over_at is None
    state = State.INVITED if is_invited else State.ENDED
    return Standing(named, pool, state, over_at or license.status_at, was_active=license.was_active)
