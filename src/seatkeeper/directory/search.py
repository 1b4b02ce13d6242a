"""Finding people by words."""

from django.db.models import Q

from seatkeeper.directory.models import SearchEntry
from seatkeeper.directory.terms import Scope, Term, named_in


def found_by(term: Term, scope: Scope) -> Q:
    return named_in(SearchEntry.objects.filter(organization_id=scope.organization_id, text__icontains=term.value))
