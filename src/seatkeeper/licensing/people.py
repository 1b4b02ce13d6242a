"""The list of people that an admin turns the pages of: sorted, filtered, within a reach."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import IDS_PER_ORGANIZATION, GroupMember, Learner, SearchEntry
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.search import first_hits
from seatkeeper.licensing.models import License, LicensePool, Status

PAGE = 50
MANY = 10_000  # above, a page says "10,000+"
SUGGESTED = 8
HITS_LOOKED_AT = 200
LAST = "last"
SORTS = ("name", "email", "id")
ID_IN = {"name": "learner_id", "email": "id", "id": "id"}  # where each order's index has the learner
WINDOW = 2_000
WINDOWS = 8  # looked through before the database is left to walk

Cursor = tuple[Any, int]
Key = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which page of which list. `after` and `before` are cursors that a page gave, or nothing; `before` may be `last`."""

    filter: str = ""
    sort: str = "name"  # one of SORTS; with a minus the other way round
    after: str = ""
    before: str = ""

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-") if self.sort.removeprefix("-") in SORTS else "name"

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")


@dataclass(frozen=True, slots=True)
class Held:
    """A license of a person, active or invited."""

    pool: str
    status: Status


@dataclass(slots=True)
class Person:
    """One row of the list."""

    id: int
    email: str
    attributes: dict[str, str]
    status: Status
    last_activity_on: date | None
    licenses: list[Held] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        names = (self.attributes.get("preferred_first_name", ""), self.attributes.get("preferred_last_name", ""))
        return " ".join(name for name in names if name)

    @property
    def more_groups(self) -> int:
        """Besides the first one, which a row names."""
        return max(0, len(self.groups) - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of the pages beside them; empty where there is none."""

    people: list[Person]
    previous: str
    next: str


def page_of(listing: Listing, reach: Reach, *, today: date) -> Page:
    """At most 50 people. A fixed number of statements, besides those that read the filter.

    A cursor that is none counts as none: the first page. Raises FilterRefused.
    """
    after, before = _read(listing.after), None if listing.before == LAST else _read(listing.before)
    backwards = listing.before == LAST or (before is not None and after is None)
    keys = _keys(listing, reach, today, before if backwards else after, backwards)
    has_more = len(keys) > PAGE
    keys = keys[:PAGE]
    if backwards:
        keys.reverse()
    is_first = (backwards and not has_more) or (not backwards and after is None)
    is_last = (not backwards and not has_more) or (backwards and before is None)
    return Page(
        people=_people(reach, [learner_id for learner_id, _ in keys]),
        previous="" if is_first or not keys else _write(keys[0]),
        next="" if is_last or not keys else _write(keys[-1]),
    )


def count_people(text: str, reach: Reach, *, today: date, exactly: bool = False) -> int:
    """How many the filter finds: up to 10,001, or `exactly`. Raises FilterRefused."""
    people = _within_range(learners_matching(reach.organization_id, text, today=today, reach=reach), reach)
    people = people.order_by()
    return people.count() if exactly else people[: MANY + 1].count()


def people_suggested(words: str, reach: Reach, *, limit: int = SUGGESTED) -> list[Person]:
    """The first few who have all of the words, within reach."""
    hits = first_hits(reach.organization_id, words, limit=limit if reach.is_everyone else HITS_LOOKED_AT)
    if not reach.is_everyone and hits:
        hits = sorted(reach.learners().filter(id__in=hits).values_list("id", flat=True))
    return _people(reach, hits[:limit])


def _keys(listing: Listing, reach: Reach, today: date, cursor: Cursor | None, backwards: bool) -> list[Key]:
    """Of each row its id and what it is sorted by; one more than a page.

    A look along the list first, which is enough where many fit. Else all who fit are collected,
    if they are few, and sorted. Else the database walks along the list until the page is full.
    """
    people = _within_range(learners_matching(reach.organization_id, listing.filter, today=today, reach=reach), reach)
    is_descending = listing.is_descending != backwards
    everyone = _in_order(listing.column, reach, cursor, is_descending=is_descending)
    window = list(everyone[:WINDOW])
    if reach.is_everyone and not listing.filter:
        return window[: PAGE + 1]
    fitting = set(people.filter(id__in=[key[0] for key in window]).values_list("id", flat=True))
    keys = [key for key in window if key[0] in fitting][: PAGE + 1]
    if len(keys) > PAGE or len(window) < WINDOW:
        return keys
    few = list(people.order_by().values_list("id", flat=True)[: WINDOW + 1])
    if len(few) <= WINDOW:
        return list(everyone.filter(**{f"{ID_IN[listing.column]}__in": few})[: PAGE + 1])
    for start in range(WINDOW, WINDOW * WINDOWS, WINDOW):
        window = list(everyone[start : start + WINDOW])
        fitting = set(people.filter(id__in=[key[0] for key in window]).values_list("id", flat=True))
        keys = (keys + [key for key in window if key[0] in fitting])[: PAGE + 1]
        if len(keys) > PAGE or len(window) < WINDOW:
            return keys
    fits = people.order_by().values("id")
    return list(everyone.filter(**{f"{ID_IN[listing.column]}__in": fits})[: PAGE + 1])


def _in_order(column: str, reach: Reach, cursor: Cursor | None, *, is_descending: bool) -> QuerySet[Any, Key]:
    """Everyone's id and what they are sorted by, beyond the cursor, along the index that has them so."""
    first = reach.organization_id * IDS_PER_ORGANIZATION
    rows: QuerySet[Any]
    if column == "name":
        rows = SearchEntry.objects.filter(organization_id=reach.organization_id)
    elif column == "email":
        rows = Learner.objects.filter(organization_id=reach.organization_id)
    else:
        rows = Learner.objects.filter(id__gte=first, id__lt=first + IDS_PER_ORGANIZATION)
    learner_id = ID_IN[column]
    if cursor is not None:
        rows = rows.filter(_beyond(column, learner_id, cursor, is_descending=is_descending))
    order = dict.fromkeys((column, learner_id))
    return rows.order_by(*(F(name).desc() if is_descending else F(name).asc() for name in order)).values_list(
        learner_id, column
    )


def _beyond(column: str, id_column: str, cursor: Cursor, *, is_descending: bool) -> Q:
    value, learner_id = cursor
    way = "lt" if is_descending else "gt"
    if column == "id":
        return Q(**{f"id__{way}": learner_id})
    # The first condition is implied, but an index can begin there.
    beyond = Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"{id_column}__{way}": learner_id})
    return Q(**{f"{column}__{way}e": value}) & beyond


def _within_range(people: QuerySet[Learner], reach: Reach) -> QuerySet[Learner]:
    """The ids of an organization are a range, which lets the database walk along the table itself."""
    first = reach.organization_id * IDS_PER_ORGANIZATION
    return people.filter(id__gte=first, id__lt=first + IDS_PER_ORGANIZATION)


def _people(reach: Reach, ids: Sequence[int]) -> list[Person]:
    """In the order of the ids. Four statements."""
    if not ids:
        return []
    organization_id = reach.organization_id
    rows = Learner.objects.filter(organization_id=organization_id, id__in=ids).values_list(
        "id", "email", "attributes", "standing__status", "standing__last_activity_on"
    )
    people = {row[0]: Person(row[0], row[1], row[2], Status(row[3] or 0), row[4]) for row in rows}
    pools = dict(LicensePool.objects.filter(organization_id=organization_id).values_list("id", "key"))
    licenses = License.objects.filter(organization_id=organization_id, learner_id__in=ids, status__gt=Status.UNASSIGNED)
    for learner_id, pool_id, status in licenses.values_list("learner_id", "pool_id", "status"):
        people[learner_id].licenses.append(Held(pools[pool_id], Status(status)))
    groups = _groups(reach, ids)
    for person in people.values():
        person.licenses.sort(key=lambda held: held.pool)
        person.groups = groups[person.id]
    return [people[learner_id] for learner_id in ids if learner_id in people]


def _groups(reach: Reach, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the groups that the asker may know of, in order."""
    members = GroupMember.objects.filter(organization_id=reach.organization_id, learner_id__in=ids)
    if reach.group_ids is not None:
        members = members.filter(group_id__in=reach.group_ids)
    groups: dict[int, list[str]] = defaultdict(list)
    for learner_id, name in members.order_by("group__key").values_list("learner_id", "group__name"):
        groups[learner_id].append(name)
    return groups


def _write(key: tuple[int, Any]) -> str:
    learner_id, value = key
    return f"{learner_id}~{value}"


def _read(cursor: str) -> tuple[Any, int] | None:
    learner_id, mark, value = cursor.partition("~")
    if not mark or not (learner_id.isascii() and learner_id.isdecimal() and len(learner_id) < 19) or "\0" in value:
        return None
    return value, int(learner_id)
