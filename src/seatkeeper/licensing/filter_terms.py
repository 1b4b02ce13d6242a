"""The filter terms about licenses: `pool:`, `type:`, `budget-group:`, `status:`, `idle:`.

Terms standing together speak of one and the same license, invited or active. `status:`
alone speaks of the person: the strongest status they have. With a minus, `pool:`, `type:`
and `budget-group:` say that there is no license there, whatever stands beside them;
`status:` and `idle:` take away whom they would find together with the terms beside them.
docs/how-to/filters.md has examples of each.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filter_grammar import MOST_DAYS, is_number_of_days
from seatkeeper.directory.models import IDS_PER_ORGANIZATION, Standing
from seatkeeper.directory.terms import LicenseTerms, Notice, Scope, Term, named_in
from seatkeeper.licensing.models import License, LicensePool, Status

POOL, TYPE, BUDGET_GROUP, STATUS, IDLE = "pool", "type", "budget-group", "status", "idle"
PLACES = (POOL, TYPE, BUDGET_GROUP)
STATUSES = {
    "active": Status.ACTIVE,
    "invited": Status.INVITED,
    "none": Status.UNASSIGNED,
    "no license": Status.UNASSIGNED,
    "unassigned": Status.UNASSIGNED,
}

# Ids that nothing has. Not an empty list: Django makes no SQL of that, and a selection has to be SQL.
NO_POOL = 0
NOBODY = Q(id=0)


def check(term: Term, text: str) -> None:
    """Raises FilterRefused for a value that can never be one."""
    value = _folded(term.value)
    if term.name == STATUS and value not in STATUSES:
        raise FilterRefused("no such status", text=text, at=term.value_at, known=list(STATUSES))
    if term.name == IDLE and not is_number_of_days(value):
        raise FilterRefused(f"idle: takes a number of days from 1 to {MOST_DAYS:,}", text=text, at=term.value_at)


def compile_group(group: Sequence[Term], scope: Scope) -> Q:
    """Who has (or has not) the license that the terms of a group describe. Raises FilterRefused."""
    nowhere = [term for term in group if term.is_negated and term.name in PLACES]
    group = [term for term in group if term not in nowhere]
    wanted = [term for term in group if not term.is_negated]
    beside = [] if any(map(_is_none, wanted)) else wanted
    condition = Q()
    for term in nowhere:
        condition &= ~_who_has([term], scope)
    if wanted:
        condition &= _who_has(wanted, scope, is_alone=len(group) == 1)
    for term in group:
        if term.is_negated:
            condition &= ~_who_has([*beside, term], scope, is_alone=not beside)
    return condition


def notices_of(group: Sequence[Term], scope: Scope) -> list[Notice]:
    """Names the pools where `idle:` can find nobody."""
    if all(term.name != IDLE for term in group):
        return []
    pools = _pools_meant([term for term in group if not term.is_negated or term.name == IDLE], scope)
    return [Notice("no_usage", {"pool": pool.key}) for pool in pools if pool.first_used_on is None]


LICENSE_TERMS = LicenseTerms(
    names=(POOL, TYPE, BUDGET_GROUP, STATUS, IDLE), check=check, compile=compile_group, notices=notices_of
)


def _who_has(terms: Sequence[Term], scope: Scope, *, is_alone: bool = False) -> Q:
    """Who has the license that the terms, all of them, describe."""
    if is_alone and terms[0].name == STATUS:
        return _standing(STATUSES[_folded(terms[0].value)], scope)
    if not any(_is_none(term) for term in terms):
        is_quickly_counted = all(term.name != IDLE for term in terms)
        return named_in(_licenses(terms, scope), are_counted=is_quickly_counted)
    if any(term.name == IDLE for term in terms):
        return NOBODY  # who has no license is not idle in it
    held = _licenses([term for term in terms if term.name != STATUS], scope)
    return Q(~Exists(held.filter(learner_id=OuterRef("id"))))


def _standing(status: Status, scope: Scope) -> Q:
    first = scope.organization_id * IDS_PER_ORGANIZATION  # so that the narrow rows are read along, not looked up
    people = Standing.objects.filter(
        organization_id=scope.organization_id, learner_id__gte=first, learner_id__lt=first + IDS_PER_ORGANIZATION
    )
    return named_in(people.filter(status=status))


def _licenses(terms: Sequence[Term], scope: Scope) -> QuerySet[License]:
    """Invited and active licenses that fit the terms."""
    found = License.objects.filter(organization_id=scope.organization_id)
    pools = _pools_meant(terms, scope)
    by_name = {term.name: _folded(term.value) for term in terms}
    status = STATUSES[by_name[STATUS]] if STATUS in by_name else None
    found = found.filter(status=status) if status else found.filter(status__in=(Status.INVITED, Status.ACTIVE))
    if IDLE in by_name:
        pools = [pool for pool in pools if pool.first_used_on is not None]
        found = _idle(found, int(by_name[IDLE]), scope)
    if by_name.keys() & {*PLACES, IDLE}:
        found = found.filter(pool_id__in=[pool.id for pool in pools] or [NO_POOL])
    return found


def _idle(licenses: QuerySet[License], days: int, scope: Scope) -> QuerySet[License]:
    return idle_of(licenses, days=days, today=scope.today)


def idle_of(licenses: QuerySet[License], *, days: int, today: date) -> QuerySet[License]:
    """Active ones that were neither activated nor used for so many days."""
    last_day = today - timedelta(days=days)
    its_end = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    unused = Q(last_used_on__isnull=True) | Q(last_used_on__lte=last_day)
    return licenses.filter(unused, status=Status.ACTIVE, status_at__lt=its_end)


def _pools_meant(terms: Sequence[Term], scope: Scope) -> list[LicensePool]:
    """The organization's pools that fit the terms, in order of keys. Raises FilterRefused for an unknown name."""
    pools = list(
        LicensePool.objects.filter(organization_id=scope.organization_id)
        .select_related("license_type", "budget_group")
        .order_by("key")
    )
    names = {
        POOL: {pool.id: pool.key for pool in pools},
        TYPE: {pool.id: pool.license_type.key for pool in pools},
        BUDGET_GROUP: {pool.id: pool.budget_group.key for pool in pools},
    }
    for term in terms:
        if term.name in names:
            keys = names[term.name]
            if _folded(term.value) not in keys.values():
                _refuse_unknown(term, sorted(set(keys.values())), scope)
            pools = [pool for pool in pools if keys[pool.id] == _folded(term.value)]
    return pools


def _refuse_unknown(term: Term, known: list[str], scope: Scope) -> None:
    what = {POOL: "pool", TYPE: "license type", BUDGET_GROUP: "budget group"}[term.name]
    raise FilterRefused(f'no {what} is called "{term.value}"', text=scope.text, at=term.value_at, known=known)


def _is_none(term: Term) -> bool:
    return term.name == STATUS and STATUSES[_folded(term.value)] == Status.UNASSIGNED


def _folded(value: str) -> str:
    return " ".join(value.lower().split())
