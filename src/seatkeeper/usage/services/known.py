"""Who and what is meant by the words that were told."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models.expressions import RawSQL

from seatkeeper.directory.models import Learner
from seatkeeper.gate.addresses import Place, places_of
from seatkeeper.gate.models import Content
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
    """Content by its number, an address within it, or its title; unknown names are left out."""
    wanted = {name: name.strip() for name in names}
    here = Content.objects.filter(organization_id=organization_id)
    numbers = {int(word) for word in wanted.values() if is_number(word)}
    known = set(here.filter(id__in=numbers).values_list("id", flat=True)) if numbers else set()
    there = here.filter(removed_at=None)
    places: dict[tuple[str, str], int] = {}
    titles: dict[str, int] = {}
    if any(not is_number(word) for word in wanted.values()):
        for content_id, host, path, title in there.order_by("-id").values_list("id", "host", "path", "title"):
            places[host, path] = titles[title.lower()] = content_id
    found = {}
    for name, word in wanted.items():
        content = int(word) if is_number(word) else _at(word, places) or titles.get(word.lower())
        if content in known or (content and not is_number(word)):
            found[name] = content
    return found


def _at(word: str, places: dict[tuple[str, str], int]) -> int | None:
    """The content with the longest path that begins the address."""
    if not is_address(word):
        return None
    host, paths = places_of(word)
    for path in reversed(paths):
        for place in (Place(host, path), Place("", path)):
            if found := places.get((place.host, place.path)):
                return found
    return None


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
