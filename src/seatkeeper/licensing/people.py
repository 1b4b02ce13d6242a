"""The list of people that an admin turns the pages of: sorted, filtered, within a reach."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from seatkeeper.directory.filters import conditions_of, learners_matching
from seatkeeper.directory.models import GroupMember, Learner
from seatkeeper.directory.ranges import owned_by
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.search import first_hits
from seatkeeper.directory.terms import Condition
from seatkeeper.licensing.models import License, LicensePool, Status
from seatkeeper.licensing.orders import SORTS, read, written
from seatkeeper.licensing.walks import next_keys, next_keys_among

PAGE = 50
MANY = 10_000  # above, a page says "10,000+"
SUGGESTED = 8
HITS_LOOKED_AT = 200
LAST = "last"


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
    is_suspended: bool = False
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


def page_of(
    listing: Listing,
    reach: Reach,
    *,
    today: date,
    holdings: bool = True,
    among: Sequence[int] | None = None,
    conditions: Sequence[Condition] | None = None,
) -> Page:
    """At most 50 people. A fixed number of statements, besides those that read the filter.

    `holdings`: with their licenses and groups. `among`: whom the filter finds, where they are few and known already.
    `conditions`: all that is asked of them, where the filter has been read.

    A cursor that is none counts as none: the first page. Raises FilterRefused.
    """
    after = read(listing.after, listing.column)
    before = None if listing.before == LAST else read(listing.before, listing.column)
    backwards = listing.before == LAST or (before is not None and after is None)
    where = (listing.column, reach.organization_id)
    order: dict[str, Any] = {"is_descending": listing.is_descending != backwards, "limit": PAGE + 1}
    cursor = before if backwards else after
    if among is None:
        if conditions is None:
            conditions = conditions_of(reach.organization_id, listing.filter, today=today, reach=reach)
        keys = next_keys(*where, conditions, cursor, **order)
    else:
        keys = next_keys_among(among, *where, cursor, **order)
    has_more = len(keys) > PAGE
    keys = keys[:PAGE]
    if backwards:
        keys.reverse()
    is_first = (backwards and not has_more) or (not backwards and after is None)
    is_last = (not backwards and not has_more) or (backwards and before is None)
    return Page(
        people=_people(reach, [learner_id for learner_id, _ in keys], holdings=holdings),
        previous="" if is_first or not keys else written(keys[0]),
        next="" if is_last or not keys else written(keys[-1]),
    )


def count_people(text: str, reach: Reach, *, today: date, exactly: bool = False) -> int:
    """How many the filter finds: up to 10,001, or `exactly`. Raises FilterRefused."""
    people = owned_by(reach.organization_id, learners_matching(reach.organization_id, text, today=today, reach=reach))
    return people.count() if exactly else people[: MANY + 1].count()


def people_suggested(words: str, reach: Reach, *, limit: int = SUGGESTED) -> list[Person]:
    """The first few who have all of the words, within reach."""
    hits = first_hits(reach.organization_id, words, limit=limit if reach.is_everyone else HITS_LOOKED_AT)
    if not reach.is_everyone and hits:
        hits = sorted(reach.learners().filter(id__in=hits).values_list("id", flat=True))
    return _people(reach, hits[:limit])


def _people(reach: Reach, ids: Sequence[int], *, holdings: bool = True) -> list[Person]:
    """In the order of the ids. Four statements, or one without their licenses and groups."""
    if not ids:
        return []
    organization_id = reach.organization_id
    rows = owned_by(organization_id, Learner.objects.filter(id__in=ids)).values_list(
        "id", "email", "attributes", "standing__status", "standing__last_activity_on", "suspended_at"
    )
    people = {row[0]: Person(row[0], row[1], row[2], Status(row[3] or 0), row[4], row[5] is not None) for row in rows}
    if holdings:
        _add_holdings(people, reach)
    return [people[learner_id] for learner_id in ids if learner_id in people]


def _add_holdings(people: dict[int, Person], reach: Reach) -> None:
    organization_id, ids = reach.organization_id, list(people)
    pools = dict(LicensePool.objects.filter(organization_id=organization_id).values_list("id", "key"))
    licenses = License.objects.filter(organization_id=organization_id, learner_id__in=ids, status__gt=Status.UNASSIGNED)
    for learner_id, pool_id, status in licenses.values_list("learner_id", "pool_id", "status"):
        people[learner_id].licenses.append(Held(pools[pool_id], Status(status)))
    groups = _groups(reach, ids)
    for person in people.values():
        person.licenses.sort(key=lambda held: held.pool)
        person.groups = groups[person.id]


def _groups(reach: Reach, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the groups that the asker may know of, in order."""
    members = GroupMember.objects.filter(organization_id=reach.organization_id, learner_id__in=ids)
    if reach.group_ids is not None:
        members = members.filter(group_id__in=reach.group_ids)
    groups: dict[int, list[str]] = defaultdict(list)
    for learner_id, name in members.order_by("group__key").values_list("learner_id", "group__name"):
        groups[learner_id].append(name)
    return groups
