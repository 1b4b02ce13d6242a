"""Whom a form or an address means: people one by one, or all whom a filter finds but some."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach

FILTER, ALL, LEARNER, EXCEPT = "q", "all", "id", "except"
MOST_IDS = 5_000


@dataclass(frozen=True, slots=True)
class Selected:
    """As a form carries it: `q` with `all=1` and `except` again and again, or `id` again and again."""

    filter: str = ""
    is_all: bool = False
    ids: tuple[int, ...] = ()
    exceptions: tuple[int, ...] = ()

    @classmethod
    def parse(cls, data: QueryDict) -> "Selected":
        """What is no id is left out: it names nobody."""
        return cls(
            filter=data.get(FILTER, "").strip(),
            is_all=data.get(ALL) == "1",
            ids=_ids(data.getlist(LEARNER)),
            exceptions=_ids(data.getlist(EXCEPT)),
        )

    @property
    def is_empty(self) -> bool:
        return not self.is_all and not self.ids

    def learners(self, reach: Reach, *, today: date) -> QuerySet[Learner]:
        """As a query, within the asker's reach. Raises FilterRefused."""
        if not self.is_all:
            return reach.learners().filter(id__in=self.ids)
        people = learners_matching(reach.organization_id, self.filter, today=today, reach=reach)
        return people.exclude(id__in=self.exceptions) if self.exceptions else people

    def describe(self) -> str:
        """For the operation, without personal data."""
        if not self.is_all:
            return f"{len(self.ids)} selected"
        who = self.filter or "everyone"
        return f"{who}, except {len(self.exceptions)}" if self.exceptions else who

    def fields(self) -> list[tuple[str, Any]]:
        """Names and values for hidden inputs, to carry the selection on."""
        if not self.is_all:
            return [(LEARNER, learner_id) for learner_id in self.ids]
        return [(FILTER, self.filter), (ALL, "1"), *((EXCEPT, learner_id) for learner_id in self.exceptions)]


def _ids(values: list[str]) -> tuple[int, ...]:
    return tuple(
        dict.fromkeys(int(value) for value in values[:MOST_IDS] if value.isascii() and value.isdecimal() and len(value) < 19)
    )
