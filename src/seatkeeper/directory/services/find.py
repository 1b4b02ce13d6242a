"""Keep the words by which people are found in step with the directory."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seatkeeper.directory.folding import text_of
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.models import SearchEntry

Person = tuple[int, str, str | None, str, str]
ADDED = "added"
IDS_PER_STATEMENT = 10_000


def find_anew(*, organization_id: int, people: Sequence[Person]) -> None:
    """Index people who are new or renamed: rows of (id, email, unique_user_id, attributes as JSON, kind of change).

    Within the caller's transaction; a fixed number of statements for each 10,000 people.
    """
    new = {person[0] for person in people if person[4] == ADDED}
    texts = {person[0]: _text(person) for person in people}
    known = texts.keys() - new
    changed = dict(_changed(organization_id, {learner_id: texts[learner_id] for learner_id in sorted(known)}))
    index = index_in_use()
    if changed:
        index.change(changed)
    if new:
        index.add([(learner_id, organization_id, texts[learner_id]) for learner_id in sorted(new)])


def forget(*, organization_id: int, leavers: str, parameters: Mapping[str, Any]) -> None:
    """Take people out of the index; `leavers` is SQL that selects their ids."""
    index_in_use().remove(leavers, parameters)


def tidy_after_bulk() -> None:
    """Bring the index into shape after an operation that added or changed thousands of people.

    To be called outside of a transaction. Takes seconds after a million; when nothing is
    to be done, milliseconds.
    """
    index_in_use().tidy()


def _text(person: Person) -> str:
    _, email, unique_user_id, attributes, _ = person
    values = json.loads(attributes)
    get = values.get
    return text_of(
        names=f"{get('preferred_first_name', '')} {get('preferred_last_name', '')}",
        others=f"{email} {unique_user_id or ''} {get('work_title', '')}",
    )


def _changed(organization_id: int, texts: Mapping[int, str]) -> Iterable[tuple[int, str]]:
    """Those of the texts that are not what the entry says."""
    ids = list(texts)
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        some = ids[start : start + IDS_PER_STATEMENT]
        entries = SearchEntry.objects.filter(organization_id=organization_id, learner_id__in=some)
        for learner_id, text in entries.values_list("learner_id", "text").iterator():
            if text != texts[learner_id]:
                yield learner_id, texts[learner_id]
