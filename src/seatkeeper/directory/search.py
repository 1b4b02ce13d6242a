"""Find people by words in their name, address, id and title, without regard to case and accents.

Three letters or more are found anywhere (two of Chinese, Japanese and Korean), one or two
at the beginning of a word.
"""

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.folding import terms_of, terms_of_phrase
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.indexes.groups import rare_groups, sample_of
from seatkeeper.directory.models import SearchEntry
from seatkeeper.directory.terms import Scope, Term, named_in

MOST_LETTERS = 500


def first_hits(organization_id: int, words: str, *, limit: int = 20) -> list[int]:
    """The first learners, by id, who have all of the words; nobody where the words say nothing.

    At 1,000,000 learners p95 is a few milliseconds: docs/performance.md.
    """
    terms = terms_of(words[:MOST_LETTERS])
    return index_in_use().first_hits(organization_id, terms, limit) if terms else []


def found_by(term: Term, scope: Scope) -> Q:
    """Everyone who has a word or, in quotes, the words one after another.

    Raises:
        FilterRefused: there is no letter and no digit in it.
    """
    terms = terms_of_phrase(term.value) if term.is_quoted else terms_of(term.value)
    if not terms:
        raise FilterRefused("there is no letter and no digit to search for", text=scope.text, at=term.value_at)
    entries = SearchEntry.objects.filter(organization_id=scope.organization_id)
    for wanted in terms:
        entries = entries.filter(GreaterThan(StrIndex("text", Value(wanted)), Value(0)))
    groups = _worth_asking_for(terms, scope.organization_id)
    if groups:
        entries = entries.filter(index_in_use().holding(groups))
    return named_in(entries, are_counted=bool(groups))


def _worth_asking_for(terms: list[str], organization_id: int) -> list[str]:
    """Groups to ask the index for; [] where looking through all texts is as quick."""
    sample = sample_of(organization_id)
    return [] if sample.is_whole else rare_groups(terms, sample)
