"""What a filter means: who matches it, and what its asker should know."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import Exact, GreaterThan

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.expressions import AttributeValue, WithoutCase, without_case
from seatkeeper.directory.filter_grammar import SEARCH, YES, Filter, parse_filter
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.models import Attribute, GroupMember, Learner, Standing
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.search import found_by
from seatkeeper.directory.terms import NO_IDS, Condition, Notice, Scope, Term, license_terms, rows_about
from seatkeeper.directory.values import code_of, has_codes

__all__ = ["Filter", "FilterRefused", "Notice", "learners_matching", "learners_meeting", "notices_on", "parse_filter"]

NAMES_SHOWN = 20
NOBODY = 0  # an id that nothing has


def learners_matching(organization_id: int, text: str, *, today: date, reach: Reach | None = None) -> QuerySet[Learner]:
    """Everyone in the organization whom the filter finds; an empty one finds everyone.

    One row a person. Can stand in other statements: `.values("id")`. With a reach: nobody
    beyond it, and groups beyond it are not there.

    Raises:
        FilterRefused: malformed, or it names a group, an attribute or a pool that is not there.
    """
    return learners_meeting(organization_id, conditions_of(organization_id, text, today=today, reach=reach))


def learners_meeting(organization_id: int, conditions: Iterable[Condition]) -> QuerySet[Learner]:
    """The same where the filter has been read."""
    people = Learner.objects.filter(organization_id=organization_id)
    for condition in conditions:
        people = people.filter(condition.selecting())
    return people


def conditions_of(organization_id: int, text: str, *, today: date, reach: Reach | None = None) -> list[Condition]:
    """All that the filter and the reach ask of a learner of the organization. Raises FilterRefused."""
    scope = Scope(organization_id, today, text, reach.group_ids if reach else None)
    conditions = list(_conditions(parse_filter(text), scope))
    if scope.group_ids is not None:
        seen = GroupMember.objects.filter(organization_id=organization_id, group_id__in=scope.group_ids or (NOBODY,))
        conditions.append(rows_about(seen))
    return conditions


def notices_on(organization_id: int, text: str) -> list[Notice]:
    """What should be said along with the answer. Raises FilterRefused."""
    scope = Scope(organization_id, date.min, text)
    return [notice for group in parse_filter(text).license_groups for notice in license_terms().notices(group, scope)]


def _conditions(wanted: Filter, scope: Scope) -> Iterator[Condition]:
    """Words, and values with codes, are asked of their index together: it finds who has all of them at once."""
    together = [term for term in wanted.terms if not term.is_negated]
    words = [term for term in together if term.name == SEARCH]
    coded = [term for term in together if has_codes(term.name)]
    if coded:
        yield _has_coded_values(coded, scope)
    if words:
        yield found_by(words, scope)
    for term in wanted.terms:
        if term.is_negated:
            yield ~_condition(term, scope)
        elif term not in words and term not in coded:
            yield _condition(term, scope)
    for group in wanted.license_groups:
        yield from license_terms().compile(group, scope)


def _condition(term: Term, scope: Scope) -> Condition:
    match term.name:
        case name if name == SEARCH:
            return found_by([term], scope)
        case "email":
            return _one(scope, email=term.value.strip().lower())
        case "id":
            return _one(scope, unique_user_id=term.value.strip())
        case "group":
            return _in_group(term, scope)
        case "active-within":
            return _active_within(term, scope)
        case "suspended":
            return _is_suspended(scope) if term.value.strip().lower() == YES else ~_is_suspended(scope)
        case key:
            return _has_value(key, term, scope)


def _one(scope: Scope, **key: str) -> Condition:
    found = Learner.objects.filter(organization_id=scope.organization_id, **key).values("id")
    sql, values = found.query.sql_with_params()
    return Condition(Q(**key), (sql, tuple(values)))


def _in_group(term: Term, scope: Scope) -> Condition:
    groups = Reach(scope.organization_id, scope.group_ids).groups()
    group = groups.filter(key=term.value.strip().casefold()).first()
    if group is None:
        known = list(groups.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        raise FilterRefused(f'no group is called "{term.value}"', text=scope.text, at=term.value_at, known=known)
    return rows_about(GroupMember.objects.filter(organization_id=scope.organization_id, group_id=group.id))


def _has_value(key: str, term: Term, scope: Scope) -> Condition:
    if has_codes(key):
        return _has_coded_values([term], scope)
    value = Coalesce(AttributeValue(key), Value(""))
    return Condition(Q(Exact(WithoutCase(value, like=term.value), Value(without_case(term.value)))))


def _has_coded_values(terms: Sequence[Term], scope: Scope) -> Condition:
    codes = []
    for term in terms:
        if term.name not in STANDARD:
            _refuse_unknown_attribute(term.name, term, scope)
        codes.append(code_of(scope.organization_id, term.name, term.value))
    known = [code for code in codes if code is not None]
    if len(known) < len(codes):
        return Condition(Q(id=NOBODY), NO_IDS)
    has_all = Q(*(GreaterThan(StrIndex("searchentry__codes", Value(f" {code} ")), Value(0)) for code in known))
    return Condition(has_all, index_in_use().having(known))


def _active_within(term: Term, scope: Scope) -> Condition:
    since = scope.today - timedelta(days=int(term.value))
    return rows_about(Standing.objects.filter(organization_id=scope.organization_id, last_activity_on__gte=since))


def _is_suspended(scope: Scope) -> Condition:
    found = Learner.objects.filter(organization_id=scope.organization_id, suspended_at__isnull=False).order_by().values("id")
    sql, values = found.query.sql_with_params()
    return Condition(Q(suspended_at__isnull=False), (sql, tuple(values)))


def _refuse_unknown_attribute(key: str, term: Term, scope: Scope) -> None:
    """A name misspelled under a minus would select everyone."""
    attributes = Attribute.objects.filter(organization_id=scope.organization_id)
    if not attributes.filter(key=key).exists():
        known = list(attributes.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        name = key.removeprefix(CUSTOM_PREFIX)
        raise FilterRefused(f'no attribute is called "{name}"', text=scope.text, at=term.at + term.is_negated, known=known)
