"""What a filter means: who matches it, and what its asker should know."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import Exact, GreaterThan

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.expressions import AttributeValue, WithoutCase, without_case
from seatkeeper.directory.filter_grammar import SEARCH, Filter, parse_filter
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.models import Attribute, GroupMember, Learner, SearchEntry, Standing
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.search import found_by
from seatkeeper.directory.terms import FEW, Notice, Scope, Term, license_terms, named_in
from seatkeeper.directory.values import code_of, has_codes

__all__ = ["Filter", "FilterRefused", "Notice", "learners_matching", "notices_on", "parse_filter"]

NAMES_SHOWN = 20
NOBODY = 0  # an id that nothing has


def learners_matching(organization_id: int, text: str, *, today: date, reach: Reach | None = None) -> QuerySet[Learner]:
    """Everyone in the organization whom the filter finds; an empty one finds everyone.

    One row a person. Can stand in other statements: `.values("id")`. With a reach: nobody
    beyond it, and groups beyond it are not there.

    Raises:
        FilterRefused: malformed, or it names a group, an attribute or a pool that is not there.
    """
    scope = Scope(organization_id, today, text, reach.group_ids if reach else None)
    people = Learner.objects.filter(organization_id=organization_id)
    if scope.group_ids is not None:
        seen = GroupMember.objects.filter(organization_id=organization_id, group_id__in=scope.group_ids)
        people = people.filter(named_in(seen))
    for condition in _conditions(parse_filter(text), scope):
        people = people.filter(condition)
    return people


def notices_on(organization_id: int, text: str) -> list[Notice]:
    """What should be said along with the answer. Raises FilterRefused."""
    scope = Scope(organization_id, date.min, text)
    return [notice for group in parse_filter(text).license_groups for notice in license_terms().notices(group, scope)]


def _conditions(wanted: Filter, scope: Scope) -> Iterator[Q]:
    for term in wanted.terms:
        condition = _condition(term, scope)
        yield ~condition if term.is_negated else condition
    for group in wanted.license_groups:
        yield license_terms().compile(group, scope)


def _condition(term: Term, scope: Scope) -> Q:
    match term.name:
        case name if name == SEARCH:
            return found_by(term, scope)
        case "email":
            return Q(email=term.value.strip().lower())
        case "id":
            return Q(unique_user_id=term.value.strip())
        case "group":
            return _in_group(term, scope)
        case "active-within":
            return _active_within(term, scope)
        case key:
            return _has_value(key, term, scope)


def _in_group(term: Term, scope: Scope) -> Q:
    groups = Reach(scope.organization_id, scope.group_ids).groups()
    group = groups.filter(key=term.value.strip().casefold()).first()
    if group is None:
        known = list(groups.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        raise FilterRefused(f'no group is called "{term.value}"', text=scope.text, at=term.value_at, known=known)
    return named_in(GroupMember.objects.filter(organization_id=scope.organization_id, group_id=group.id))


def _has_value(key: str, term: Term, scope: Scope) -> Q:
    if key not in STANDARD:
        _refuse_unknown_attribute(key, term, scope)
    if has_codes(key):
        return _has_coded_value(key, term, scope)
    value = Coalesce(AttributeValue(key), Value(""))
    return Q(Exact(WithoutCase(value, like=term.value), Value(without_case(term.value))))


def _has_coded_value(key: str, term: Term, scope: Scope) -> Q:
    code = code_of(scope.organization_id, key, term.value)
    if code is None:
        return Q(id=NOBODY)
    by_index = RawSQL(*index_in_use().having(code))  # noqa: S611  our own text
    entries = SearchEntry.objects.filter(organization_id=scope.organization_id)
    if entries.filter(learner_id__in=by_index)[:FEW].count() < FEW:
        return Q(id__in=by_index)
    return Q(GreaterThan(StrIndex("searchentry__codes", Value(f" {code} ")), Value(0)))


def _active_within(term: Term, scope: Scope) -> Q:
    since = scope.today - timedelta(days=int(term.value))
    return named_in(Standing.objects.filter(organization_id=scope.organization_id, last_activity_on__gte=since))


def _refuse_unknown_attribute(key: str, term: Term, scope: Scope) -> None:
    """A name misspelled under a minus would select everyone."""
    attributes = Attribute.objects.filter(organization_id=scope.organization_id)
    if not attributes.filter(key=key).exists():
        known = list(attributes.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        name = key.removeprefix(CUSTOM_PREFIX)
        raise FilterRefused(f'no attribute is called "{name}"', text=scope.text, at=term.at + term.is_negated, known=known)
