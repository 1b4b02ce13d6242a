"""What a filter means: who matches it, and what its asker should know."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.expressions import AttributeValue, WithoutCase, without_case
from seatkeeper.directory.filter_grammar import SEARCH, Filter, parse_filter
from seatkeeper.directory.models import Attribute, Group, GroupMember, Learner
from seatkeeper.directory.search import found_by
from seatkeeper.directory.terms import Notice, Scope, Term, license_terms, named_in

__all__ = ["Filter", "FilterRefused", "Notice", "learners_matching", "notices_on", "parse_filter"]

NAMES_SHOWN = 20


def learners_matching(organization_id: int, text: str, *, today: date) -> QuerySet[Learner]:
    """Everyone in the organization whom the filter finds; an empty one finds everyone.

    One row a person. Can stand in other statements: `.values("id")`.

    Raises:
        FilterRefused: malformed, or it names a group, an attribute or a pool that is not there.
    """
    scope = Scope(organization_id, today, text)
    people = Learner.objects.filter(organization_id=organization_id)
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
        case key:
            return _has_value(key, term, scope)


def _in_group(term: Term, scope: Scope) -> Q:
    groups = Group.objects.filter(organization_id=scope.organization_id)
    group = groups.filter(key=term.value.strip().casefold()).first()
    if group is None:
        known = list(groups.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        raise FilterRefused(f'no group is called "{term.value}"', text=scope.text, at=term.value_at, known=known)
    return named_in(GroupMember.objects.filter(organization_id=scope.organization_id, group_id=group.id))


def _has_value(key: str, term: Term, scope: Scope) -> Q:
    if key not in STANDARD:
        _refuse_unknown_attribute(key, term, scope)
    value = Coalesce(AttributeValue(key), Value(""))
    return Q(Exact(WithoutCase(value, like=term.value), Value(without_case(term.value))))


def _refuse_unknown_attribute(key: str, term: Term, scope: Scope) -> None:
    """A name misspelled under a minus would select everyone."""
    attributes = Attribute.objects.filter(organization_id=scope.organization_id)
    if not attributes.filter(key=key).exists():
        known = list(attributes.order_by("key").values_list("name", flat=True)[:NAMES_SHOWN])
        name = key.removeprefix(CUSTOM_PREFIX)
        raise FilterRefused(f'no attribute is called "{name}"', text=scope.text, at=term.at + term.is_negated, known=known)
