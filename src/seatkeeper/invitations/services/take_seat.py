"""A learner takes a seat: who waits goes first, and whose seat is held has it."""

from dataclasses import dataclass

from django.db import transaction

from seatkeeper.directory.models import Learner
from seatkeeper.invitations.claims import Place, claim_of, waiting_now
from seatkeeper.invitations.errors import LicenseEnded, NoSuchClaim, OfferLapsed, PoolIsOver
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.services.waitlist import join_locked, refuse_who_cannot_claim, refuse_who_is_suspended
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import ClaimKind, License, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import plan_seat
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.pools import lock_pool
from seatkeeper.licensing.services.rests import seats_to_offer

LEARNER = "learner"  # the source of what learners do themselves


@dataclass(frozen=True, slots=True)
class Taken:
    """The license is active, by this operation."""

    operation_number: int


@transaction.atomic
def take_or_wait(
    *,
    organization_id: int,
    pool_id: int,
    learner_id: int,
    actor: str,
    clock: Clock,
    source: str = LEARNER,
    by_invitation: bool = False,
) -> Taken | Place:
    """A seat, where one is free and nobody waits; else a place at the end of the waitlist. An offer is accepted.

    Seats that rest are free to holders of an invitation only. Under the pool's lock from the first look to the
    end: nobody comes between. `by_invitation`: for nobody else.

    Raises:
        LearnerSuspended, HasLicense, LicenseEnded.
    """
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    refuse_who_is_suspended(pool, learner_id)
    refuse_who_cannot_claim(pool, learner_id)
    if by_invitation and not _is_invited(pool, learner_id, clock):
        raise LicenseEnded(since=None, was_active=False)
    claim = claim_of(organization_id=organization_id, pool_id=pool_id, learner_id=learner_id)
    has_offer = claim is not None and claim.kind == ClaimKind.OFFER and (claim.expires_at or clock()) > clock()
    if has_offer or _has_free_seat(pool, learner_id, clock):
        operation = _activate(pool, learner_id, actor=actor, clock=clock, source=source)
        if operation.counts["activated"]:
            return Taken(operation.number)
        pool.refresh_from_db()
    return join_locked(pool, learner_id, now=clock())


@transaction.atomic
def accept_offer(
    *, organization_id: int, pool_id: int, learner_id: int, actor: str, clock: Clock, source: str = LEARNER
) -> Taken:
    """Raises:
    LearnerSuspended: who is resumed waits again.
    NoSuchClaim: there is no offer.
    OfferLapsed: it stood until a while ago.
    PoolIsOver: the pool has shrunk below what is taken and held.
    """
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    refuse_who_is_suspended(pool, learner_id)
    claim = claim_of(organization_id=organization_id, pool_id=pool_id, learner_id=learner_id)
    if claim is None or claim.kind != ClaimKind.OFFER or claim.expires_at is None:
        raise NoSuchClaim("no offer")
    if claim.expires_at <= clock():
        raise OfferLapsed(at=claim.expires_at)
    operation = _activate(pool, learner_id, actor=actor, clock=clock, source=source)
    if not operation.counts["activated"]:
        raise PoolIsOver("over")
    return Taken(operation.number)


def _has_free_seat(pool: LicensePool, learner_id: int, clock: Clock) -> bool:
    if pool.is_full or waiting_now(pool).exists():
        return False
    return _is_invited(pool, learner_id, clock) or seats_to_offer(pool, now=clock()) > 0


def _is_invited(pool: LicensePool, learner_id: int, clock: Clock) -> bool:
    """By an invitation that stands: the worker comes to what has expired only every few minutes."""
    where = {"organization_id": pool.organization_id, "learner_id": learner_id, "pool_id": pool.id}
    license = License.objects.filter(**where, status=Status.INVITED).first()
    if license is None:
        return False
    return not Invitation.objects.filter(**where, operation_number=license.operation_id, expires_at__lte=clock()).exists()


def _activate(pool: LicensePool, learner_id: int, *, actor: str, clock: Clock, source: str) -> Operation:
    person = Learner.objects.filter(organization_id=pool.organization_id, id=learner_id)
    plan = plan_seat(person, pool=pool, act=Act(pool.organization_id, "activate", source, actor), clock=clock)
    return apply_operation(plan, clock=clock, actor=actor)
