"""Who and what is meant by the words that were told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from seatkeeper.directory.models import Learner
from seatkeeper.gate.addresses import places_of
from seatkeeper.gate.models import Content
from seatkeeper.gate.titles import title_key
from seatkeeper.kernel import bulk
from seatkeeper.licensing.models import MergedProfile, ProfileChange, ProfileChangeKind
from seatkeeper.usage.places import is_address, is_number


def learners_named(organization_id: int, names: Iterable[str]) -> dict[str, int]:
    """Profiles by an address, a unique user ID or a number, each as it was told; unknown names are left out.

    What a merged profile was known by still leads to it.
    """
    folded = {name: name.strip().lower() if "@" in name else name.strip() for name in names}
    found = dict(_of_directory(organization_id, set(folded.values())))
    found = dict(_of_merged(organization_id, set(folded.values()) - found.keys())) | found
    return {name: found[word] for name, word in folded.items() if word in found}


def contents_named(organization_id: int, names: Iterable[str]) -> dict[str, int]:
    """Content by its number, an address within it, or its title; unknown names are left out.

    Only what the names may mean is read, however much content there is.
    """
    wanted = {name: name.strip() for name in names}
    here = Content.objects.filter(organization_id=organization_id)
    there = here.filter(removed_at=None)
    numbers = {word for word in wanted.values() if is_number(word)}
    words = set(wanted.values()) - numbers
    found = _numbered(here, numbers) | _at(there, {word for word in words if is_address(word)})
    found |= _titled(there, words - found.keys())
    return {name: found[word] for name, word in wanted.items() if word in found}


def _numbered(contents: QuerySet[Content], words: set[str]) -> dict[str, int]:
    """Removed content, too: the number is still its own."""
    numbers = {word: int(word) for word in words}
    known = set(contents.filter(id__in=numbers.values()).values_list("id", flat=True)) if numbers else set()
    return {word: number for word, number in numbers.items() if number in known}


def _at(contents: QuerySet[Content], words: set[str]) -> dict[str, int]:
    """The content with the longest path that begins each address."""
    asked = {word: places_of(word) for word in words}
    paths = {path for _, paths in asked.values() for path in paths}
    if not paths:
        return {}
    rows = contents.filter(path__in=_among(paths)).values_list("host", "path", "id")
    known = {(host, path): content for host, path, content in rows}
    found = {word: _longest(host, paths, known) for word, (host, paths) in asked.items()}
    return {word: content for word, content in found.items() if content is not None}


def _longest(host: str, paths: Sequence[str], known: Mapping[tuple[str, str], int]) -> int | None:
    for path in reversed(paths):
        for place in ((host, path), ("", path)):
            if place in known:
                return known[place]
    return None


def _titled(contents: QuerySet[Content], words: set[str]) -> dict[str, int]:
    """Of several with one title, the oldest."""
    keys = {title_key(word) for word in words}
    if not keys:
        return {}
    rows = contents.filter(title_key__in=_among(keys)).order_by("-id").values_list("title", "id")
    known = {title.lower(): content for title, content in rows}
    return {word: known[word.lower()] for word in words if word.lower() in known}


def _of_directory(organization_id: int, names: set[str]) -> Iterator[tuple[str, int]]:
    """A unique user ID that looks like a number comes after those whose number it is."""
    here = Learner.objects.filter(organization_id=organization_id)
    if numbers := {int(name) for name in names if is_number(name)}:
        yield from ((str(found), found) for found in here.filter(id__in=_among(numbers)).values_list("id", flat=True))
    if ids := {name for name in names if "@" not in name}:
        of_ids = here.filter(unique_user_id__in=_among(ids)).values_list("unique_user_id", "id")
        yield from ((str(name), found) for name, found in of_ids)
    if addresses := {name for name in names if "@" in name}:
        yield from here.filter(email__in=_among(addresses)).values_list("email", "id")


def _among(values: Iterable[Any]) -> RawSQL:
    """For an `__in` of Django: one value instead of hundreds, which take as long to be read as the rows to be found."""
    sql, value = bulk.listed(sorted(values), "%s")
    return RawSQL(sql, (value,))  # noqa: S611  our own text


def _of_merged(organization_id: int, names: set[str]) -> Iterator[tuple[str, int]]:
    """As the profiles were called that left by a merge which stands."""
    merged = MergedProfile.objects.filter(organization_id=organization_id, stands=True)
    if not names or not merged.exists():
        return
    left = ProfileChange.objects.filter(
        organization_id=organization_id,
        kind=ProfileChangeKind.REMOVED,
        operation_id__in=merged.values("operation_number"),
        learner_id__in=merged.values("learner_id"),
    )
    for learner, email, unique_user_id in left.values_list("learner_id", "from_email", "from_unique_user_id"):
        for word in (unique_user_id, email, str(learner)):
            if word in names:
                yield word, learner
