"""Wait for a seat, in order; be offered one; take it, or let it pass on. All under the pool's lock."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.invitations.claims import Place, claim_of, place_of, standing_claims
from seatkeeper.invitations.errors import HasLicense, LearnerSuspended, LicenseEnded, NoSuchClaim
from seatkeeper.invitations.rules import MOST_LAPSES, Told, end_of_offer
from seatkeeper.invitations.services.claim_mails import tell_many, tell_one
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import Books, Claim, ClaimKind, License, LicensePool, Status
from seatkeeper.licensing.services.pools import lock_pool
from seatkeeper.licensing.services.rests import seats_to_offer


@transaction.atomic
def join_waitlist(*, organization_id: int, pool_id: int, learner_id: int, now: datetime) -> Place:
    """A place at the end; the one that the learner has, or the offer, where there is one.

    Raises:
        HasLicense, LicenseEnded.
    """
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    refuse_who_cannot_claim(pool, learner_id)
    return join_locked(pool, learner_id, now=now)


def join_locked(pool: LicensePool, learner_id: int, *, now: datetime) -> Place:
    """For who has the pool's lock, and knows that the learner may wait."""
    claim = claim_of(organization_id=pool.organization_id, pool_id=pool.id, learner_id=learner_id)
    if claim is None or claim.kind == ClaimKind.REQUEST:
        claim = put_claim(pool, learner_id, ClaimKind.WAITING, now=now)
        tell_one(pool, Told.WAITING, learner_id, now=now)
    return place_of(claim)


def put_claim(pool: LicensePool, learner_id: int, kind: ClaimKind, *, now: datetime, reason: str = "") -> Claim:
    """With the pool's next number."""
    pool.last_place += 1
    pool.save(update_fields=["last_place"])
    where = {"organization": pool.organization_id, "pool": pool.id, "learner": learner_id}
    STATEMENTS.execute("put_claim", where | {"kind": kind.value, "number": pool.last_place, "now": now, "reason": reason})
    return Claim(
        organization_id=pool.organization_id,
        pool_id=pool.id,
        learner_id=learner_id,
        kind=kind,
        number=pool.last_place,
        since=now,
        reason=reason,
    )


def refuse_who_is_suspended(pool: LicensePool, learner_id: int) -> None:
    """Raises LearnerSuspended."""
    of_learner = Learner.objects.filter(organization_id=pool.organization_id, id=learner_id)
    since = of_learner.values_list("suspended_at", flat=True).first()
    if since is not None:
        raise LearnerSuspended(since=since)


def refuse_who_cannot_claim(pool: LicensePool, learner_id: int) -> None:
    """Raises HasLicense, LicenseEnded."""
    license = License.objects.filter(organization_id=pool.organization_id, learner_id=learner_id, pool_id=pool.id).first()
    if license is None:
        return
    if license.status == Status.ACTIVE:
        raise HasLicense("has a seat")
    if license.status == Status.UNASSIGNED and license.operation_id:
        raise LicenseEnded(since=license.status_at, was_active=license.was_active)


@transaction.atomic
def leave_waitlist(*, organization_id: int, pool_id: int, learner_id: int, now: datetime) -> None:
    """Give up a place, an offer or a request. An offer goes to the next at once.

    Raises NoSuchClaim.
    """
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    claim = claim_of(organization_id=organization_id, pool_id=pool_id, learner_id=learner_id)
    if claim is None:
        raise NoSuchClaim("nothing to give up")
    _this(claim).delete()
    if claim.kind == ClaimKind.OFFER:
        pool.seats_held -= 1
        pool.save(update_fields=["seats_held"])
        _offer(pool, now, free=seats_to_offer(pool, now=now))


@transaction.atomic
def remove_claim(*, organization_id: int, pool_id: int, learner_id: int, actor: str, now: datetime) -> None:
    """`leave_waitlist` by an admin: in the audit log. Raises NoSuchClaim."""
    leave_waitlist(organization_id=organization_id, pool_id=pool_id, learner_id=learner_id, now=now)
    facts = {"pool": LicensePool.objects.get(organization_id=organization_id, id=pool_id).key, "learner": learner_id}
    log_act(organization_id=organization_id, actor=actor, action="waitlist.removed", now=now, **facts)


@transaction.atomic
def offer_now(*, organization_id: int, pool_id: int, actor: str, now: datetime) -> int:
    """Offer free seats that still rest, too, by an admin: in the audit log. How many."""
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    offers = _offer(pool, now, free=pool.seats_free)
    if offers:
        facts = {"pool": pool.key, "offers": offers}
        log_act(organization_id=organization_id, actor=actor, action="waitlist.offered", now=now, **facts)
    return offers


RULES = ("offer_hours", "rest_minutes", "rest_above")


def rules_of(organization_id: int) -> dict[str, int]:
    """How long offers stand, and how long the seats rest that so many were freed with."""
    return dict(Books.objects.values(*RULES).get(organization_id=organization_id))


@transaction.atomic
def change_rules(*, organization_id: int, actor: str, now: datetime, **wanted: int) -> None:
    """Those named of `RULES`; offers that were made stay as they are. In the audit log, where something changes."""
    before = rules_of(organization_id)
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if changed:
        Books.objects.filter(organization_id=organization_id).update(**changed)
        facts = {"before": {name: before[name] for name in changed}, "after": changed}
        log_act(organization_id=organization_id, actor=actor, action="waitlist.rules_changed", now=now, **facts)


def settle_pools(clock: Clock) -> None:
    """Wherever an offer has lapsed, or a seat is free and somebody waits for it."""
    is_suspended = STATEMENTS.compose("is_suspended")
    for organization_id, pool_id in STATEMENTS.rows("pools_to_settle", {"now": clock()}, is_suspended=is_suspended):
        while settle_pool(organization_id=organization_id, pool_id=pool_id, now=clock()) == settings.CHUNK_ROWS:
            pass


@transaction.atomic
def settle_pool(*, organization_id: int, pool_id: int, now: datetime) -> int:
    """Let lapsed offers pass on, and offer what is free to those who wait, in order; how many offers were made."""
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    if pool.seats_held:
        last = pool.last_place
        _pass_on(pool, now)
        _take_back(pool, now, last=last)
    return _offer(pool, now, free=seats_to_offer(pool, now=now))


def _pass_on(pool: LicensePool, now: datetime) -> None:
    last = pool.last_place
    lapsed = standing_claims(pool.organization_id, pool.id).filter(kind=ClaimKind.OFFER, expires_at__lte=now)
    tell_many(pool, Told.PLACE_ENDED, now=now)
    ended = lapsed.filter(lapses__gte=MOST_LAPSES - 1).order_by().delete()[0]
    again = STATEMENTS.execute("pass_on", _of(pool, now) | {"last": last})
    if ended + again:
        pool.last_place += again
        pool.seats_held -= ended + again
        pool.save(update_fields=["last_place", "seats_held"])
        tell_many(pool, Told.PASSED_ON, now=now, last=last)


def _take_back(pool: LicensePool, now: datetime, *, last: int) -> None:
    """`last`: the last number before offers passed on."""
    too_many = min(pool.seats_held, pool.seats_taken + pool.seats_held - pool.seats_in_force)
    if too_many > 0:
        pool.seats_held -= STATEMENTS.execute("take_offers_back", _of(pool, now) | {"offers": too_many})
        pool.save(update_fields=["seats_held"])
        tell_many(pool, Told.TAKEN_BACK, now=now, last=last)


def _offer(pool: LicensePool, now: datetime, *, free: int) -> int:
    seats = min(free, settings.CHUNK_ROWS)
    if seats <= 0:
        return 0
    hours = Books.objects.values_list("offer_hours", flat=True).get(organization_id=pool.organization_id)
    expires = {"expires": end_of_offer(now, hours=hours)}
    to_first = _of(pool, now) | expires | {"seats": seats}
    offers = STATEMENTS.execute("offer_to_first", to_first, is_suspended=STATEMENTS.compose("is_suspended"))
    pool.seats_held += offers
    pool.save(update_fields=["seats_held"])
    tell_many(pool, Told.OFFERED, now=now)
    return offers


def _of(pool: LicensePool, now: datetime) -> dict[str, int | datetime]:
    return {"organization": pool.organization_id, "pool": pool.id, "now": now}


def _this(claim: Claim) -> QuerySet[Claim]:
    return Claim.objects.filter(organization_id=claim.organization_id, pool_id=claim.pool_id, learner_id=claim.learner_id)
