"""The filter terms about licenses: `pool:`, `type:`, `budget-group:`, `status:`, `idle:`, `invitation:`.

Terms standing together speak of one and the same license, invited or active. `status:`
alone speaks of the person: the strongest status they have. With a minus, `pool:`, `type:`
and `budget-group:` say that there is no license there, whatever stands beside them;
`status:` and `idle:` take away whom they would find together with the terms beside them.
`invitation:expired` speaks of a license that is none any more, in the pools named beside it.
docs/how-to/filters.md has examples of each.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filter_grammar import MOST_DAYS, is_number_of_days, parse_filter
from seatkeeper.directory.models import Standing
from seatkeeper.directory.ranges import owned_by
from seatkeeper.directory.terms import NO_IDS, Condition, LicenseTerms, Notice, Scope, Term, ids_in, rows_about
from seatkeeper.licensing.models import EXPIRE, License, LicenseChange, LicensePool, Operation, Status

POOL, TYPE, BUDGET_GROUP, STATUS, IDLE = "pool", "type", "budget-group", "status", "idle"
INVITATION, WAITING, EXPIRED = "invitation", "waiting", "expired"
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
    if term.name == INVITATION and value not in (WAITING, EXPIRED):
        raise FilterRefused("an invitation is one of", text=text, at=term.value_at, known=[WAITING, EXPIRED])
    if term.name == IDLE and not is_number_of_days(value):
        raise FilterRefused(f"idle: takes a number of days from 1 to {MOST_DAYS:,}", text=text, at=term.value_at)


def compile_group(group: Sequence[Term], scope: Scope) -> list[Condition]:
    """Who has (or has not) the license that the terms of a group describe. Raises FilterRefused."""
    if any(term.name == INVITATION for term in group):
        return _about_invitations(group, scope)
    nowhere = [term for term in group if term.is_negated and term.name in PLACES]
    group = [term for term in group if term not in nowhere]
    wanted = [term for term in group if not term.is_negated]
    beside = [] if any(map(_is_none, wanted)) else wanted
    conditions = [_who_has_none(term, scope) for term in nowhere]
    if wanted:
        conditions.append(_who_has(wanted, scope, is_alone=len(group) == 1))
    unwanted = [term for term in group if term.is_negated]
    return conditions + [_who_has_not([*beside, term], scope, is_alone=not beside) for term in unwanted]


def _about_invitations(group: Sequence[Term], scope: Scope) -> list[Condition]:
    """The places beside an invitation say where it was; what else stands there is asked as ever."""
    asked = [term for term in group if term.name == INVITATION]
    is_found = any(not term.is_negated for term in asked)
    places = [term for term in group if is_found and term.name in PLACES and not term.is_negated]
    others = [term for term in group if term not in asked and term not in places]
    conditions = [_invitation(term, places, scope) for term in asked]
    found = [~condition if term.is_negated else condition for term, condition in zip(asked, conditions, strict=True)]
    return found + (compile_group(others, scope) if others else [])


def _invitation(term: Term, places: Sequence[Term], scope: Scope) -> Condition:
    of_home = {"organization_id": scope.organization_id}
    pools = [pool.id for pool in _pools_meant(places, scope)] or [NO_POOL]
    licenses = License.objects.filter(**of_home, pool_id__in=pools)
    if _folded(term.value) == WAITING:
        return rows_about(licenses.filter(status=Status.INVITED))
    by = Operation.objects.filter(**of_home, verb=EXPIRE).values("number")
    over = licenses.filter(status=Status.UNASSIGNED, operation_id__in=by, learner_id=OuterRef("id"))
    # The ledger has an index by operation; whose license has changed since, the other half tells.
    return Condition(Q(Exists(over)), ids_in(LicenseChange.objects.filter(**of_home, operation_id__in=by)))


def notices_of(group: Sequence[Term], scope: Scope) -> list[Notice]:
    """Names the pools where `idle:` can find nobody."""
    if all(term.name != IDLE for term in group):
        return []
    pools = _pools_meant([term for term in group if not term.is_negated or term.name == IDLE], scope)
    return [Notice("no_usage", {"pool": pool.key}) for pool in pools if pool.first_used_on is None]


def pools_named(organization_id: int, text: str, *, only: bool = False) -> list[LicensePool] | None:
    """The pools that a filter speaks of by `pool:`, `type:` and `budget-group:`; None where it names none.

    Raises:
        FilterRefused: malformed, or a name is nobody's; with `only`, also for whatever is not about pools.
    """
    wanted = parse_filter(text)
    scope = Scope(organization_id, date.min, text)
    found: dict[int, LicensePool] = {}
    named = False
    for group in wanted.license_groups:
        places = [term for term in group if term.name in PLACES and not term.is_negated]
        named = named or bool(places)
        found |= {pool.id: pool for pool in _pools_meant(places, scope)} if places else {}
    others = [
        term
        for term in (*wanted.terms, *(term for group in wanted.license_groups for term in group))
        if term.name not in PLACES or term.is_negated
    ]
    if only and others:
        raise FilterRefused("only pools can be named here", text=text, at=others[0].at, known=[f"{name}:" for name in PLACES])
    return list(found.values()) if named else None


LICENSE_TERMS = LicenseTerms(
    names=(POOL, TYPE, BUDGET_GROUP, STATUS, IDLE, INVITATION), check=check, compile=compile_group, notices=notices_of
)


def _who_has(terms: Sequence[Term], scope: Scope, *, is_alone: bool = False) -> Condition:
    """Who has the license that the terms, all of them, describe."""
    if is_alone and terms[0].name == STATUS:
        return rows_about(_standings(scope).filter(status=STATUSES[_folded(terms[0].value)]))
    is_none, is_idle = any(map(_is_none, terms)), any(term.name == IDLE for term in terms)
    if is_idle and (is_none or not _pools_used(terms, scope)):
        return Condition(NOBODY, NO_IDS)  # who has no license is not idle in it
    if not is_none:
        return rows_about(_licenses(terms, scope))
    return _without(_licenses([term for term in terms if term.name != STATUS], scope), terms, scope)


def _who_has_not(terms: Sequence[Term], scope: Scope, *, is_alone: bool) -> Condition:
    if is_alone and terms[0].name == STATUS:
        return rows_about(_standings(scope).exclude(status=STATUSES[_folded(terms[0].value)]))
    return ~_who_has(terms, scope)


def _who_has_none(term: Term, scope: Scope) -> Condition:
    """Who has nothing in the pools that a term names."""
    return _without(_licenses([term], scope), [term], scope)


def _without(licenses: QuerySet[License], terms: Sequence[Term], scope: Scope) -> Condition:
    """Who has none of these licenses: they have none at all, or one in another pool."""
    meant = {pool.id for pool in _pools_meant(terms, scope)}
    others = LicensePool.objects.filter(organization_id=scope.organization_id).exclude(id__in=meant)
    elsewhere = License.objects.filter(
        organization_id=scope.organization_id,
        pool_id__in=list(others.values_list("id", flat=True)) or [NO_POOL],
        status__in=(Status.INVITED, Status.ACTIVE),
    )
    nowhere, nowhere_values = ids_in(_standings(scope).filter(status=Status.UNASSIGNED))
    sql, values = ids_in(elsewhere)
    return Condition(
        Q(~Exists(licenses.filter(learner_id=OuterRef("id")))), (f"{nowhere} UNION ALL {sql}", nowhere_values + values)
    )


def _standings(scope: Scope) -> QuerySet[Standing]:
    return owned_by(scope.organization_id, Standing.objects.all(), "learner_id")  # narrow rows, read along


def _licenses(terms: Sequence[Term], scope: Scope) -> QuerySet[License]:
    """Invited and active licenses that fit the terms."""
    found = License.objects.filter(organization_id=scope.organization_id)
    pools = _pools_meant(terms, scope)
    by_name = {term.name: _folded(term.value) for term in terms}
    status = STATUSES[by_name[STATUS]] if STATUS in by_name else None
    found = found.filter(status=status) if status else found.filter(status__in=(Status.INVITED, Status.ACTIVE))
    if IDLE in by_name:
        pools = _pools_used(terms, scope)
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


def _pools_used(terms: Sequence[Term], scope: Scope) -> list[LicensePool]:
    return [pool for pool in _pools_meant(terms, scope) if pool.first_used_on is not None]


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
