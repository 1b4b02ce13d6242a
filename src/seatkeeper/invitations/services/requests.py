"""Ask for a license; approve or decline, one or many."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.claims import Place, claim_of, place_of, standing_claims, waiting_now
from seatkeeper.invitations.errors import HasLicense
from seatkeeper.invitations.rules import Told
from seatkeeper.invitations.services.claim_mails import tell_approved, tell_declined, tell_many
from seatkeeper.invitations.services.waitlist import put_claim
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Claim, ClaimKind, License, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import plan_seat
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.pools import lock_pool
from seatkeeper.notices.services.tell_requests import tell_of_request

LONGEST_REASON = 1_000
REQUESTED = "requested"  # the reason that stands on the operation


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of requests: so many are active, and so many wait for a seat."""

    active: int
    waiting: int


@transaction.atomic
def ask_for_license(*, organization_id: int, pool_id: int, learner_id: int, reason: str, now: datetime) -> Place:
    """A request, for admins to answer; they are told. What the learner has already, stays.

    Raises HasLicense.
    """
    pool = lock_pool(organization_id=organization_id, pool_id=pool_id)
    licenses = License.objects.filter(organization_id=organization_id, learner_id=learner_id, pool_id=pool_id)
    if licenses.filter(status__gt=Status.UNASSIGNED).exists():
        raise HasLicense("nothing to ask for")
    claim = claim_of(organization_id=organization_id, pool_id=pool_id, learner_id=learner_id)
    if claim is None:
        claim = put_claim(pool, learner_id, ClaimKind.REQUEST, now=now, reason=reason.strip()[:LONGEST_REASON])
        tell_of_request(organization_id=organization_id, learner_id=learner_id, now=now)
    return place_of(claim)


def requests_within(reach: Reach) -> QuerySet[Claim]:
    """Open requests of people whom the asker may manage, in order."""
    requests = standing_claims(reach.organization_id).filter(kind=ClaimKind.REQUEST)
    return requests if reach.is_everyone else requests.filter(learner_id__in=reach.learners().values("id"))


def approve_requests(requests: QuerySet[Claim], *, actor: str, source: str, clock: Clock) -> Approved:
    """A seat for each, in order, where seats are free and nobody waits; a place in the waitlist for the rest.

    An operation for every so many, whatever their number; each is answered once.
    """
    active = waiting = 0
    for pool, learner_ids in _by_pool(requests):
        done = _approve(pool, learner_ids, actor=actor, source=source, clock=clock)
        active, waiting = active + done.active, waiting + done.waiting
        give_way()
    return Approved(active, waiting)


def decline_requests(requests: QuerySet[Claim], *, actor: str, now: datetime, text: str = "") -> int:
    """How many. Each learner is mailed, with `text`. In the audit log."""
    declined = 0
    for pool, learner_ids in _by_pool(requests):
        with transaction.atomic():
            lock_pool(organization_id=pool.organization_id, pool_id=pool.id)
            tell_declined(pool, learner_ids, now=now, text=text)
            people, listed = bulk.listed(learner_ids, "%(people)s")
            where = {"organization": pool.organization_id, "pool": pool.id, "people": listed}
            count = STATEMENTS.execute("remove_requests", where, people=people)
            facts = {"pool": pool.key, "requests": count}
            log_act(organization_id=pool.organization_id, actor=actor, action="requests.declined", now=now, **facts)
        declined += count
        give_way()
    return declined


def _by_pool(requests: QuerySet[Claim]) -> list[tuple[LicensePool, list[int]]]:
    """So many at a time, in order."""
    found: dict[int, list[int]] = {}
    for pool_id, learner_id in requests.order_by("number").values_list("pool_id", "learner_id"):
        found.setdefault(pool_id, []).append(learner_id)
    size = settings.IN_REQUEST_PEOPLE
    pools = LicensePool.objects.in_bulk(sorted(found))
    return [(pools[pool], ids[at : at + size]) for pool, ids in found.items() for at in range(0, len(ids), size)]


@transaction.atomic
def _approve(pool: LicensePool, learner_ids: list[int], *, actor: str, source: str, clock: Clock) -> Approved:
    pool = lock_pool(organization_id=pool.organization_id, pool_id=pool.id)
    claims = standing_claims(pool.organization_id, pool.id)
    asking = claims.filter(kind=ClaimKind.REQUEST, learner_id__in=learner_ids)
    free = 0 if waiting_now(pool).exists() else pool.seats_free
    first = list(asking.values_list("learner_id", flat=True)[: max(0, free)])
    active = 0
    if first:
        operation = _give(pool, first, actor=actor, source=source, clock=clock)
        active = operation.counts["activated"]
        tell_approved(pool, operation, now=clock())
        pool.refresh_from_db()
    people, listed = bulk.listed(learner_ids, "%(people)s")
    now, last = clock(), pool.last_place
    where = {"organization": pool.organization_id, "pool": pool.id, "people": listed, "now": now, "last": last}
    waiting = STATEMENTS.execute("approve_waiting", where, people=people)
    if waiting:
        pool.last_place += waiting
        pool.save(update_fields=["last_place"])
        tell_many(pool, Told.APPROVED_WAITING, now=now, last=last)
        facts = {"pool": pool.key, "requests": waiting}
        log_act(organization_id=pool.organization_id, actor=actor, action="requests.approved_waiting", now=now, **facts)
    return Approved(active, waiting)


def _give(pool: LicensePool, learner_ids: list[int], *, actor: str, source: str, clock: Clock) -> Operation:
    people = Learner.objects.filter(organization_id=pool.organization_id, id__in=learner_ids)
    act = Act(pool.organization_id, "assign", source, actor, reason=REQUESTED)
    plan = plan_seat(people, pool=pool, act=act, clock=clock)
    return apply_operation(plan, clock=clock, actor=actor)
