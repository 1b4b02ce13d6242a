"""Which groups of three letters an index is asked for, and a look at the texts that tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from seatkeeper.directory.models import SearchEntry
from seatkeeper.directory.ranges import owned_by

SAMPLE = 200  # learners at each end of an organization
COMMON = 8  # what more than one text of eight has is common
MOST_ASKED = 8  # the rest is left to the look at the text itself
MOST_WEIGHED = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """The texts of the first and the last learners of an organization, with their ids."""

    first: list[tuple[int, str]]
    last: list[tuple[int, str]]

    @property
    def is_whole(self) -> bool:
        """Whether the organization has no more learners than these."""
        return len(self.first) < SAMPLE

    def hits(self, terms: Sequence[str], limit: int) -> list[int]:
        return [learner_id for learner_id, text in self.first if all(term in text for term in terms)][:limit]


def sample_of(organization_id: int) -> Sample:
    texts = owned_by(organization_id, SearchEntry.objects.all(), "learner_id").values_list("learner_id", "text")
    return Sample(list(texts.order_by("learner_id")[:SAMPLE]), list(texts.order_by("-learner_id")[:SAMPLE]))


def rare_groups(terms: Sequence[str], sample: Sample) -> list[str]:
    """The rarest groups that the terms hold; [] where all of them are common.

    Both indexes walk along all they are asked for, however common it is. Common is only
    what is so at both ends: neighbours have running numbers in common.
    """
    counts = _counts(terms, sample)
    return [group for group, count in counts if count * COMMON <= len(sample.first)][:MOST_ASKED]


def telling_groups(terms: Sequence[str], sample: Sample) -> list[str]:
    """The rarest groups that the terms hold, but none that more than half of the texts have: they leave out few."""
    return [group for group, count in _counts(terms, sample) if count * 2 <= len(sample.first)][:MOST_ASKED]


def rarest_groups(terms: Sequence[str], sample: Sample) -> list[str]:
    """The same, but the rarest among the common ones rather than none."""
    return rare_groups(terms, sample) or [group for group, _ in _counts(terms, sample)][:MOST_ASKED]


def _counts(terms: Sequence[str], sample: Sample) -> list[tuple[str, int]]:
    groups = dict.fromkeys(term[at : at + 3] for term in terms for at in range(len(term) - 2))
    ends = [[text for _, text in end] for end in (sample.first, sample.last)]
    counts = {group: min(sum(group in text for text in texts) for texts in ends) for group in list(groups)[:MOST_WEIGHED]}
    return sorted(counts.items(), key=lambda counted: counted[1])
