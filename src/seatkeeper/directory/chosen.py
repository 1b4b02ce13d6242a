"""Whom an admin has chosen: people one by one, or all whom a filter finds but some. Kept as a description."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ids of people are no personal data."""

    filter: str = ""
    is_all: bool = False
    ids: tuple[int, ...] = ()
    exceptions: tuple[int, ...] = ()

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

    def as_json(self, reach: Reach, *, today: date) -> dict[str, Any]:
        """With the reach and the day of the choice, so that it means the same people later."""
        return {"chosen": asdict(self), "group_ids": reach.group_ids, "today": today.isoformat()}


def learners_of_json(organization_id: int, description: dict[str, Any]) -> QuerySet[Learner]:
    """Whom `Chosen.as_json` described. Raises FilterRefused."""
    group_ids = description["group_ids"]
    reach = Reach(organization_id, None if group_ids is None else tuple(group_ids))
    return Chosen(**description["chosen"]).learners(reach, today=date.fromisoformat(description["today"]))
