"""What filter terms are made of, and where a higher room puts the terms it knows about.

Licensing stands above the directory: it registers `pool:`, `status:` and the like at start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

FEW = 20_000


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a filter. `at`: where it begins in the text; `value_at`: where its value does."""

    name: str  # "" for words to search for; the attribute's key for an attribute
    value: str
    at: int
    value_at: int
    is_negated: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a filter is asked."""

    organization_id: int
    today: date
    text: str  # the whole filter, to show a fault in
    group_ids: tuple[int, ...] | None = None  # those the asker may know of; None: all


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the asker should know about a filter that is understood."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    SENTENCES: ClassVar[dict[str, str]] = {
        "no_usage": "No usage has ever come in for {pool}: nobody there is idle.",
    }

    @property
    def sentence(self) -> str:
        return self.SENTENCES[self.code].format(**self.facts)


@dataclass(frozen=True, slots=True)
class LicenseTerms:
    """The terms about licenses: their names and what they mean."""

    names: tuple[str, ...]
    check: Callable[[Term, str], None]  # raises FilterRefused for a value that can never be one
    compile: Callable[[Sequence[Term], Scope], Q]  # terms about one license -> who has it
    notices: Callable[[Sequence[Term], Scope], list[Notice]]


def _nothing(*_: Any) -> Any:
    raise NotImplementedError


_registered = [LicenseTerms(names=(), check=_nothing, compile=_nothing, notices=_nothing)]


def register_license_terms(terms: LicenseTerms) -> None:
    """Called once at start by the room that knows licenses."""
    _registered[0] = terms


def license_terms() -> LicenseTerms:
    return _registered[0]


def named_in(rows: QuerySet[Any], *, are_counted: bool = True) -> Q:
    """Learners whom `rows` name in `learner_id`.

    PostgreSQL chooses by itself how to join them. SQLite does as it is told: it makes a
    list of all the rows for IN, anew in each statement of an operation, and looks each
    learner up for EXISTS; so the first for few rows and the second for many.
    """
    if connection.vendor == "sqlite" and are_counted and rows.order_by()[:FEW].count() < FEW:
        return Q(id__in=rows.order_by().values("learner_id"))
    return Q(Exists(rows.filter(learner_id=OuterRef("id"))))
