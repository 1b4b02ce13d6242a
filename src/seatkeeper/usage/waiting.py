"""What waits: facts of people and content unknown as yet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count

from seatkeeper.usage.models import WaitingFact
from seatkeeper.usage.services.known import contents_named, learners_named

LOOKED_AT = 500  # names with the most facts


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody or something that facts wait for, as it was told."""

    name: str
    facts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many facts wait; and for whom and what, those with the most facts first."""

    facts: int
    people: list[Unknown]
    contents: list[Unknown]


def waiting_of(organization_id: int, *, most: int) -> Waiting:
    """A fixed number of statements."""
    facts = WaitingFact.objects.filter(organization_id=organization_id)
    return Waiting(
        facts=facts.count(),
        people=_unknown(organization_id, "learner", learners_named)[:most],
        contents=_unknown(organization_id, "content", contents_named)[:most],
    )


def _unknown(organization_id: int, word: str, named: Callable[[int, Iterable[str]], dict[str, int]]) -> list[Unknown]:
    """A fact may wait for its learner, its content, or both: names that are known by now are left out."""
    facts = WaitingFact.objects.filter(organization_id=organization_id)
    counted = facts.values_list(word).annotate(facts=Count("id")).order_by("-facts", word)
    found = dict(counted[:LOOKED_AT])
    known = named(organization_id, found)
    return [Unknown(name, count) for name, count in found.items() if name not in known]
