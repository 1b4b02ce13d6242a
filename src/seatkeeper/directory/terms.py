"""What filter terms are made of, and where a higher room puts the terms it knows about.

Licensing stands above the directory: it registers `pool:`, `status:` and the like at start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

FEW = 20_000

Sql = tuple[str, tuple[Any, ...]]
NO_IDS: Sql = ("SELECT 0 AS learner_id WHERE 1 = 0", ())


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
class Condition:
    """What a term asks for, in two forms.

    A list that is walked along asks of one person after the other whether they fit; where few
    do, it begins with those whom an index names.
    """

    fits: Q  # of one learner
    among: Sql | None = None  # SQL that selects learners through an index: all who fit, perhaps more
    holds: tuple[str, ...] = ()  # what the search text of everyone who fits has in it

    def __invert__(self) -> "Condition":
        return Condition(~self.fits)

    def selecting(self) -> Q:
        """For a statement about everyone, which SQLite carries out as it is told.

        It makes a list of all whom an index names, anew in each statement of an operation; and it
        looks each learner up to see whether they fit. So the first for few and the second for many.
        """
        if self.among is None or not _are_few(self.among):
            return self.fits
        return Q(id__in=RawSQL(*self.among)) & self.fits  # noqa: S611  our own text


@dataclass(frozen=True, slots=True)
class LicenseTerms:
    """The terms about licenses: their names and what they mean."""

    names: tuple[str, ...]
    check: Callable[[Term, str], None]  # raises FilterRefused for a value that can never be one
    compile: Callable[[Sequence[Term], Scope], list[Condition]]  # terms about one license -> who has it, all of them
    notices: Callable[[Sequence[Term], Scope], list[Notice]]


def _nothing(*_: Any) -> Any:
    raise NotImplementedError


_registered = [LicenseTerms(names=(), check=_nothing, compile=_nothing, notices=_nothing)]


def register_license_terms(terms: LicenseTerms) -> None:
    """Called once at start by the room that knows licenses."""
    _registered[0] = terms


def license_terms() -> LicenseTerms:
    return _registered[0]


def rows_about(rows: QuerySet[Any]) -> Condition:
    """Learners whom `rows` name in `learner_id`; the database finds the rows through an index."""
    return Condition(Q(Exists(rows.filter(learner_id=OuterRef("id")))), ids_in(rows))


def ids_in(rows: QuerySet[Any]) -> Sql:
    """SQL that selects the learners whom `rows` name."""
    sql, values = rows.order_by().values("learner_id").query.sql_with_params()
    return sql, tuple(values)


def _are_few(ids: Sql) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({ids[0]} LIMIT {FEW}) AS found", ids[1])  # noqa: S608  our own text
        return bool(cursor.fetchone()[0] < FEW)
