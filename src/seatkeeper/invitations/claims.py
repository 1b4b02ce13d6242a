"""Claims as their learners see them: reads."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import Claim, ClaimKind, LicensePool


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody has on a pool. `ahead`: how many wait before them."""

    pool_id: int
    kind: ClaimKind
    since: datetime
    ahead: int = 0
    expires_at: datetime | None = None
    reason: str = ""

    @property
    def place(self) -> int:
        """1 is next."""
        return self.ahead + 1


def standing_claims(organization_id: int, pool_id: int | None = None) -> QuerySet[Claim]:
    """Those that have not ended, in order."""
    claims = Claim.objects.filter(organization_id=organization_id, ended_by=0)
    return (claims if pool_id is None else claims.filter(pool_id=pool_id)).order_by("number")


def claims_kept(*, organization_id: int, learner_id: int) -> list[Claim]:
    """All that is kept of a learner's, also what ended."""
    return list(Claim.objects.filter(organization_id=organization_id, learner_id=learner_id).order_by("since"))


def waiting_now(pool: LicensePool) -> QuerySet[Claim]:
    """Who goes before newcomers: who is suspended keeps the place, but nobody waits behind them."""
    suspended = Learner.objects.filter(organization_id=pool.organization_id, suspended_at__isnull=False)
    waiting = standing_claims(pool.organization_id, pool.id).filter(kind=ClaimKind.WAITING)
    return waiting.exclude(learner_id__in=suspended.values("id"))


def claim_of(*, organization_id: int, pool_id: int, learner_id: int) -> Claim | None:
    return standing_claims(organization_id, pool_id).filter(learner_id=learner_id).first()


def place_of(claim: Claim) -> Place:
    """One statement, where it waits."""
    ahead = 0
    if claim.kind == ClaimKind.WAITING:
        waiting = standing_claims(claim.organization_id, claim.pool_id).filter(kind=ClaimKind.WAITING)
        ahead = waiting.filter(number__lt=claim.number).count()
    return Place(claim.pool_id, ClaimKind(claim.kind), claim.since, ahead, claim.expires_at, claim.reason)


def places_of(*, organization_id: int, learner_id: int) -> list[Place]:
    """All that a learner has."""
    claims = standing_claims(organization_id).filter(learner_id=learner_id).order_by("pool_id")
    return [place_of(claim) for claim in claims]
