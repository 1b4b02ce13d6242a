"""What the gate saw, as usage: in the transaction that loads it from the spool."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from seatkeeper.directory.models import Learner
from seatkeeper.gate.models import Content
from seatkeeper.usage.models import FactKind, Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.owners import owners_of
from seatkeeper.usage.services.take_in import take_in_known


def take_in_openings(rows: Sequence[tuple[int, int, int, datetime]]) -> None:
    """Organization, learner, content and time of each. Who was erased meanwhile left none."""
    by_home: dict[int, list[tuple[int, int, Told]]] = defaultdict(list)
    for organization_id, learner, content, at in rows:
        told = Told("", "", FactKind.OPENED, at=at, views=1)
        by_home[organization_id].append((learner, content, told))
    for organization_id, facts in by_home.items():
        there = _there(organization_id, {learner for learner, _, _ in facts})
        opened = Content.objects.filter(organization_id=organization_id, id__in={content for _, content, _ in facts})
        contents = set(opened.values_list("id", flat=True))
        known = [fact for fact in facts if fact[0] in there and fact[1] in contents]
        take_in_known(organization_id=organization_id, facts=known, source=Source.GATE)


def _there(organization_id: int, learners: set[int]) -> set[int]:
    here = Learner.objects.filter(organization_id=organization_id, id__in=learners)
    return set(here.values_list("id", flat=True)) | owners_of(organization_id, learners).keys()
