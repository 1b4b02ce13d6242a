"""Keep the words by which people are found in step with the directory."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seatkeeper.directory.folding import fold, text_of_folded
from seatkeeper.directory.indexes import Entry, index_in_use
from seatkeeper.directory.models import SearchEntry
from seatkeeper.directory.values import codes_of, has_codes

Person = tuple[int, str, str | None, str, str]
ADDED = "added"
IDS_PER_STATEMENT = 10_000
LONGEST_NAME = 80


def find_anew(*, organization_id: int, people: Sequence[Person]) -> None:
    """Index people who are new or renamed: rows of (id, email, unique_user_id, attributes as JSON, kind of change).

    Within the caller's transaction; a fixed number of statements for each 10,000 people.
    """
    entries = {entry.learner_id: entry for entry in entries_of(organization_id, people)}
    new = {person[0] for person in people if person[4] == ADDED}
    index = index_in_use()
    if changed := list(_changed(organization_id, [entries[each] for each in sorted(entries.keys() - new)])):
        index.change(changed)
    if new:
        index.add([entries[learner_id] for learner_id in sorted(new)])


def forget(*, organization_id: int, leavers: str, parameters: Mapping[str, Any]) -> None:
    """Take people out of the index; `leavers` is SQL that selects their ids."""
    index_in_use().remove(leavers, parameters)


def tidy_after_bulk() -> None:
    """Bring the index into shape after an operation that added or changed thousands of people.

    To be called outside of a transaction. Takes seconds after a million; when nothing is
    to be done, milliseconds.
    """
    index_in_use().tidy()


def entries_of(organization_id: int, people: Sequence[Person]) -> list[Entry]:
    """As they should be kept; values that were never met get their codes."""
    profiles = [json.loads(person[3]) for person in people]
    pairs: set[tuple[str, str]] = set()
    for profile in profiles:
        pairs.update(profile.items())
    coded = codes_of(organization_id, [pair for pair in pairs if has_codes(pair[0])])
    codes = {pair: f"{code} " for pair, code in coded.items()}
    return [_entry(organization_id, person, profile, codes) for person, profile in zip(people, profiles, strict=True)]


def _entry(organization_id: int, person: Person, profile: Mapping[str, str], codes: Mapping[tuple[str, str], str]) -> Entry:
    learner_id, email, unique_user_id, _, _ = person
    get = profile.get
    name = fold(f"{get('preferred_first_name', '')} {get('preferred_last_name', '')}")
    text = text_of_folded(name=name, others=f"{email} {unique_user_id or ''} {get('work_title', '')}")
    held = "".join([codes[pair] for pair in profile.items() if pair in codes])
    return Entry(learner_id, organization_id, text, (name.strip() or email)[:LONGEST_NAME], held and f" {held}")


def _changed(organization_id: int, entries: Sequence[Entry]) -> Iterable[tuple[Entry, Entry]]:
    """Those that are not what is kept: (kept, fresh)."""
    for start in range(0, len(entries), IDS_PER_STATEMENT):
        some = {entry.learner_id: entry for entry in entries[start : start + IDS_PER_STATEMENT]}
        kept = SearchEntry.objects.filter(organization_id=organization_id, learner_id__in=list(some))
        for row in kept.values_list(*Entry._fields).iterator():
            before = Entry(*row)
            if before != some[before.learner_id]:
                yield before, some[before.learner_id]
