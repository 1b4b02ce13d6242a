"""Keep the words by which people are found in step with the directory."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from seatkeeper.directory.folding import fold_each, sorts_as, text_of_folded
from seatkeeper.directory.indexes import Entry, index_in_use
from seatkeeper.directory.models import SearchEntry
from seatkeeper.directory.values import codes_of, has_codes
from seatkeeper.kernel.collector import collector_paused

Person = Sequence[Any]  # id, email, unique_user_id, attributes as JSON
ADDED = "added"
IDS_PER_STATEMENT = 10_000
PEOPLE_AT_A_TIME = 1_000
LONGEST_NAME = 80


def find_new(*, organization_id: int, people: Sequence[Person]) -> None:
    """Index people who were added: rows of (id, email, unique_user_id, attributes as JSON).

    Within the caller's transaction; a fixed number of statements.
    """
    with collector_paused():
        index_in_use().add(entries_of(organization_id, sorted(people, key=itemgetter(0))))


def find_anew(*, organization_id: int, people: Sequence[Person]) -> None:
    """Index people who are new or renamed: as above, and the kind of change.

    Within the caller's transaction; a fixed number of statements for each 10,000 people.
    """
    entries = entries_of(organization_id, [person for person in people if person[4] != ADDED])
    index = index_in_use()
    if changed := list(_changed(organization_id, sorted(entries))):
        index.change(changed)
    if new := [person for person in people if person[4] == ADDED]:
        find_new(organization_id=organization_id, people=new)


def forget(*, organization_id: int, leavers: str, parameters: Mapping[str, Any]) -> None:
    """Take people out of the index; `leavers` is SQL that selects their ids."""
    index_in_use().remove(leavers, parameters)


def tidy_after_bulk() -> None:
    """Bring the index into shape after an operation that added or changed thousands of people.

    To be called outside of a transaction. Takes seconds after a million; when nothing is
    to be done, milliseconds.
    """
    index_in_use().tidy()


def entries_of(organization_id: int, people: Sequence[Person]) -> Iterator[Entry]:
    """As they should be kept, in turn: the database takes some in while we work out the next.

    Values that were never met get their codes first.
    """
    profiles: list[dict[str, str]] = json.loads(f"[{','.join([person[3] for person in people])}]")
    codes = _codes(organization_id, profiles)
    return chain.from_iterable(
        _entries(organization_id, people[start:stop], profiles[start:stop], codes[start:stop])
        for start, stop in _slices(len(people))
    )


def _slices(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, PEOPLE_AT_A_TIME):
        yield start, start + PEOPLE_AT_A_TIME


def _entries(
    organization_id: int, people: Sequence[Person], profiles: Sequence[Mapping[str, str]], codes: Sequence[str]
) -> Iterator[Entry]:
    gets = [profile.get for profile in profiles]
    names = fold_each([f"{get('preferred_first_name', '')} {get('preferred_last_name', '')}" for get in gets])
    others = fold_each(
        [f"{person[1]} {person[2] or ''} {get('work_title', '')}" for person, get in zip(people, gets, strict=True)]
    )
    for person, name, other, held in zip(people, names, others, codes, strict=True):
        shown = (sorts_as(name.strip()) or person[1])[:LONGEST_NAME]
        yield Entry(person[0], organization_id, text_of_folded(name, other), shown, held)


def _codes(organization_id: int, profiles: Sequence[Mapping[str, str]]) -> Sequence[str]:
    """Of each profile the codes of its values, a blank before and after each."""
    keys = sorted(filter(has_codes, set().union(*profiles)))
    columns = [[profile.get(key) for profile in profiles] for key in keys]
    met = [(key, value) for key, column in zip(keys, columns, strict=True) for value in set(column) if value is not None]
    if not met:
        return [""] * len(profiles)
    coded = codes_of(organization_id, met)
    words: dict[str, dict[str | None, str]] = {key: {None: ""} for key in keys}
    for (key, value), code in coded.items():
        words[key][value] = f"{code} "
    found = [map(words[key].__getitem__, column) for key, column in zip(keys, columns, strict=True)]
    return [held and f" {held}" for held in map("".join, zip(*found, strict=True))]


def _changed(organization_id: int, entries: Sequence[Entry]) -> Iterable[tuple[Entry, Entry]]:
    """Those that are not what is kept: (kept, fresh)."""
    for start in range(0, len(entries), IDS_PER_STATEMENT):
        some = {entry.learner_id: entry for entry in entries[start : start + IDS_PER_STATEMENT]}
        kept = SearchEntry.objects.filter(organization_id=organization_id, learner_id__in=list(some))
        for row in kept.values_list(*Entry._fields).iterator():
            before = Entry(*row)
            if before != some[before.learner_id]:
                yield before, some[before.learner_id]
