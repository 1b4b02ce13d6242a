"""Who is meant: a filter or addresses, less exceptions. A description, never a list of ids."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.errors import UnknownLearner
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner

EMAILS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Everyone a filter finds, or the people with these addresses, but not the exceptions."""

    filter: str = ""
    emails: tuple[str, ...] = ()
    everyone: bool = False
    exceptions: tuple[str, ...] = ()

    def describe(self) -> str:
        """In words for the operation, without personal data."""
        if self.emails:
            who = f"{len(self.emails)} by e-mail"
        elif self.everyone:
            who = "everyone"
        else:
            who = self.filter
        return f"{who}, except {len(self.exceptions)}" if self.exceptions else who

    def chosen(self, organization_id: int) -> Chosen:
        """The same as ids, for a worker. Raises UnknownLearner."""
        exceptions = tuple(ids_of(organization_id, self.exceptions)) if self.exceptions else ()
        if not self.emails:
            return Chosen(filter=self.filter, is_all=True, exceptions=exceptions)
        return Chosen(ids=tuple(one for one in ids_of(organization_id, self.emails) if one not in exceptions))

    def learners(self, organization_id: int, *, today: date) -> QuerySet[Learner]:
        """The people, as a query that is run when the plan is made.

        Raises:
            UnknownLearner: an address is nobody's.
            FilterRefused: the filter is malformed.
        """
        if self.emails:
            people = Learner.objects.filter(organization_id=organization_id, id__in=ids_of(organization_id, self.emails))
        else:
            people = learners_matching(organization_id, "" if self.everyone else self.filter, today=today)
        if self.exceptions:
            people = people.exclude(id__in=ids_of(organization_id, self.exceptions))
        return people


def ids_of(organization_id: int, emails: tuple[str, ...]) -> list[int]:
    """Raises UnknownLearner for the first address that is nobody's."""
    wanted = [email.strip().lower() for email in emails]
    found: dict[str, int] = {}
    for start in range(0, len(wanted), EMAILS_PER_STATEMENT):
        some = wanted[start : start + EMAILS_PER_STATEMENT]
        learners = Learner.objects.filter(organization_id=organization_id, email__in=some)
        found |= dict(learners.values_list("email", "id"))
    for email in wanted:
        if email not in found:
            raise UnknownLearner(email=email)
    return [found[email] for email in wanted]
