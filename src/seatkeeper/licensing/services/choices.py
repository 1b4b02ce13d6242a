"""Manage licenses: for a selection, No license at all or a choice per pool, in one operation; and what it will do."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.sql import embedded
from seatkeeper.licensing.models import Activation, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import ANY_POOL, ONE_POOL, plan_by_chunks, plan_end_claims
from seatkeeper.licensing.services.moves import pair_moves
from seatkeeper.licensing.services.operations import Act, Progress, no_progress
from seatkeeper.licensing.statements import ORDINALS, STATEMENTS

ENTRY = (
    "CAST(license.pool_id AS text) || ':' || CAST(license.status AS text) || ':'"
    " || CASE WHEN license.was_active THEN '1' ELSE '0' END"
)
HELD = {"sqlite": f"GROUP_CONCAT({ENTRY}, ',')", "postgresql": f"STRING_AGG({ENTRY}, ',' ORDER BY license.pool_id)"}

CLAIMS = {
    "sqlite": "GROUP_CONCAT(CAST(claim.pool_id AS text), ',')",
    "postgresql": "STRING_AGG(CAST(claim.pool_id AS text), ',' ORDER BY claim.pool_id)",
}
KINDS = ("unassigned", "claims_ended", "reassigned", "invited", "activated")  # of what a plan does to licenses

Holdings = dict[int, tuple[int, bool]]  # by pool: status, whether ever active


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of the licenses: all end, or those of some pools end and those of others are given."""

    is_none: bool = False
    ends: tuple[LicensePool, ...] = ()
    gives: tuple[LicensePool, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.is_none or self.ends or self.gives)


@dataclass(slots=True)
class PoolOutlook:
    """What a choice does to a pool."""

    key: str
    is_immediate: bool
    free: int
    frees: int = 0
    takes: int = 0
    invited: int = 0

    @property
    def missing(self) -> int:
        return max(0, self.takes - max(0, self.free + self.frees))

    @property
    def free_after(self) -> int:
        return self.free + self.frees - self.takes + self.missing

    @property
    def is_short(self) -> bool:
        """More people are invited than find a seat."""
        return self.invited > max(0, self.free_after)


@dataclass(slots=True)
class Outlook:
    """What a choice would do, in people and licenses, counted as the plan counts."""

    people: int = 0
    changed: int = 0  # people
    losing_active: int = 0  # people who lose an active license, and none begins instead
    losing_invited: int = 0  # people who lose invitations only
    without: int = 0  # people who have no license at all
    claims_ended: int = 0  # places in a waitlist, offers, requests of who has no license there
    unassigned: int = 0
    reassigned: int = 0
    invited: int = 0
    activated: int = 0
    pools: list[PoolOutlook] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(pool.missing for pool in self.pools)

    def is_what(self, operation: Operation) -> bool:
        """Whether a plan does just this."""
        return self.figures() == figures_of(operation)

    def figures(self) -> list[int]:
        """The numbers that an admin saw."""
        return [self.people, self.changed, *(getattr(self, kind) for kind in KINDS)]


def figures_of(operation: Operation) -> list[int]:
    """Those of a plan, in the same order."""
    counts = operation.counts
    return [counts["rows"], counts["rows"] - counts["unchanged"], *(counts[kind] for kind in KINDS)]


def plan_choice(
    learners: QuerySet[Learner], *, choice: Choice, act: Act | Operation, clock: Clock, progress: Progress = no_progress
) -> Operation:
    """Who loses one pool and gets another is reassigned: the license keeps its status. Raises NothingSelected."""

    def plan_chunk(parameters: dict[str, Any], selection: str) -> None:
        if choice.is_none:
            STATEMENTS.execute("plan_unassign", parameters, selection=selection, in_pool=ANY_POOL)
            plan_end_claims(parameters, selection, pool=None)
            return
        for pool in choice.ends:
            of_pool = parameters | {"from_pool": pool.id}
            STATEMENTS.execute("plan_unassign", of_pool, selection=selection, in_pool=ONE_POOL)
        for pool in choice.gives:
            of_pool = parameters | {"pool": pool.id, "immediate": pool.activation == Activation.IMMEDIATE}
            STATEMENTS.execute("plan_assign", of_pool, selection=selection)
        if choice.ends and choice.gives:
            ordinals = {name: parameters[name] & ORDINALS for name in ("after", "through")}
            pair_moves(parameters | ordinals)
        for pool in choice.ends:  # after the pairs: what is no license is not reassigned
            plan_end_claims(parameters, selection, pool=pool)

    return plan_by_chunks(learners, plan_chunk, act, clock, progress)


def foresee(learners: QuerySet[Learner], *, choice: Choice, organization_id: int) -> Outlook:
    """Without a plan, in two statements: people who hold the same fare the same."""
    try:
        selection, values = embedded(learners.order_by().values("id"), "selected_")
    except EmptyResultSet:  # nobody can match, as with a list of no ids
        return Outlook()
    where = values | {"organization": organization_id}
    rows = STATEMENTS.rows(
        "count_holdings", where, selection=selection, held=HELD[connection.vendor], claims=CLAIMS[connection.vendor]
    )
    pools = {pool.id: pool for pool in LicensePool.objects.filter(organization_id=organization_id).order_by("key")}
    of_pools = {
        pool.id: PoolOutlook(
            key=pool.key,
            is_immediate=pool.activation == Activation.IMMEDIATE,
            free=pool.seats_free,
        )
        for pool in pools.values()
    }
    ends = set(pools) if choice.is_none else {pool.id for pool in choice.ends}
    gives = {pool.id for pool in choice.gives}
    outlook = Outlook()
    for held, claims, people in rows:
        holdings = _holdings(held)
        waits = {int(pool) for pool in claims.split(",")} if claims else set()
        ended = {pool for pool in waits & ends if not holdings.get(pool, (0, False))[0]}
        outlook.claims_ended += people * len(ended)
        _count(outlook, of_pools, holdings, people, ends, gives, ends_claims=bool(ended))
    outlook.pools = [
        of_pool
        for pool_id, of_pool in of_pools.items()
        if pool_id in gives or (pool_id in ends and not choice.is_none) or of_pool.frees
    ]
    return outlook


def _holdings(held: str | None) -> Holdings:
    entries = (entry.split(":") for entry in held.split(",")) if held else ()
    return {int(pool): (int(status), was_active == "1") for pool, status, was_active in entries}


def _count(
    outlook: Outlook,
    pools: dict[int, PoolOutlook],
    held: Holdings,
    people: int,
    ends: set[int],
    gives: set[int],
    *,
    ends_claims: bool,
) -> None:
    """Add what becomes of people who hold the same. The halves of a reassign are chosen as `find_moves` does."""
    having = {pool: status for pool, (status, _) in held.items() if status}
    ended = sorted((pool for pool in having if pool in ends), key=lambda pool: (-having[pool], pool))
    given = sorted(pool for pool in gives if pool not in having)
    became: dict[int, int] = {
        pool: Status.ACTIVE if pools[pool].is_immediate or held.get(pool, (0, False))[1] else Status.INVITED for pool in given
    }
    outlook.people += people
    outlook.without += 0 if having else people
    outlook.changed += people if ended or given or ends_claims else 0
    moved = bool(ended and given)
    if moved:
        outlook.reassigned += people
        became[given[0]] = having[ended[0]]
    lost = ended[1:] if moved else ended
    outlook.unassigned += people * len(lost)
    if any(having[pool] == Status.ACTIVE for pool in lost):
        outlook.losing_active += people
    elif lost:
        outlook.losing_invited += people
    for pool in ended:
        pools[pool].frees += people if having[pool] == Status.ACTIVE else 0
    for place, pool in enumerate(given):
        is_active = became[pool] == Status.ACTIVE
        pools[pool].takes += people if is_active else 0
        pools[pool].invited += 0 if is_active else people
        if moved and not place:
            continue
        outlook.activated += people if is_active else 0
        outlook.invited += 0 if is_active else people
