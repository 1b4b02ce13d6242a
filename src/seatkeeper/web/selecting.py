"""Whom a form or an address means: people one by one, or all whom a filter finds but some."""

from typing import Any

from django.http import QueryDict

from seatkeeper.directory.chosen import Chosen

FILTER, ALL, LEARNER, EXCEPT = "q", "all", "id", "except"
MOST_IDS = 5_000


class Selected(Chosen):
    """As a form carries it: `q` with `all=1` and `except` again and again, or `id` again and again."""

    __slots__ = ()

    @classmethod
    def parse(cls, data: QueryDict) -> "Selected":
        """What is no id is left out: it names nobody."""
        return cls(
            filter=data.get(FILTER, "").strip(),
            is_all=data.get(ALL) == "1",
            ids=_ids(data.getlist(LEARNER)),
            exceptions=_ids(data.getlist(EXCEPT)),
        )

    def fields(self) -> list[tuple[str, Any]]:
        """Names and values for hidden inputs, to carry the selection on."""
        if not self.is_all:
            return [(LEARNER, learner_id) for learner_id in self.ids]
        return [(FILTER, self.filter), (ALL, "1"), *((EXCEPT, learner_id) for learner_id in self.exceptions)]


def _ids(values: list[str]) -> tuple[int, ...]:
    return tuple(
        dict.fromkeys(int(value) for value in values[:MOST_IDS] if value.isascii() and value.isdecimal() and len(value) < 19)
    )
