"""What is asked of a report: by whom, of whom and of which days. All of it stands in an address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from seatkeeper.directory.filter_grammar import is_number_of_days
from seatkeeper.directory.filters import conditions_of, learners_meeting
from seatkeeper.directory.models import Learner
from seatkeeper.directory.ranges import owned_by
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.terms import Condition
from seatkeeper.directory.time_zones import refuse_unknown_time_zone
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import embedded
from seatkeeper.reports.errors import NotSoManyDays
from seatkeeper.reports.periods import Period, Step, read_period, read_step

LONGEST_FILTER = 2_000
USUAL_IDLE_DAYS = 90
ACTIVE = "active"
AT_ONCE = 2_000
FEW = 20_000
LOOKED_FOR = "people looked for"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Asked:
    """`after` and `before`: cursors that a page gave, or nothing."""

    reach: Reach
    home: ZoneInfo  # the organization's
    zone: ZoneInfo  # in which days are counted: that one, unless another was chosen
    now: datetime
    period: Period
    step: Step
    chosen_zone: str = ""  # its name; empty: the organization's, whichever that is
    filter: str = ""
    idle_days: int = USUAL_IDLE_DAYS
    sort: str = ""
    after: str = ""
    before: str = ""
    only: Sequence[int] | None = None  # of those: a part of a large answer
    is_of_active: bool = False  # lists only who did anything in the period
    content_id: int | None = None  # of what was done with this one
    found: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what several parts of an answer need

    @property
    def organization_id(self) -> int:
        return self.reach.organization_id

    @property
    def today(self) -> date:
        """In the time zone in which days are counted."""
        return self.now.astimezone(self.zone).date()

    @property
    def today_at_home(self) -> date:
        """In the organization's, by which filters count days, whichever is chosen: they find the same people everywhere."""
        return self.now.astimezone(self.home).date()

    @property
    def is_elsewhere(self) -> bool:
        """Whether days are others than those of which roll-ups are kept."""
        return self.zone.key != self.home.key

    @property
    def is_of_everyone(self) -> bool:
        """Who was erased is counted then, too."""
        return self.reach.is_everyone and not self.filter and self.only is None

    @property
    def has_totals(self) -> bool:
        """Whether totals are kept of what is asked about."""
        return self.is_of_everyone and not self.is_elsewhere

    @property
    def lists_active_alone(self) -> bool:
        """Whether only people are listed who did anything in the period, with the content if it is about one."""
        return self.is_of_active or self.content_id is not None

    @cached_property
    def few(self) -> list[int] | None:
        """Ids of all who are asked about, where they are few: found once. Raises FilterRefused."""
        if self.only is not None:
            return list(self.only)
        return self._most(FEW)

    @property
    def is_added_up_at_once(self) -> bool:
        """Whether they are so few that a page has their figures before anybody waits. Raises FilterRefused."""
        return self.few_at_once is not None

    @cached_property
    def few_at_once(self) -> list[int] | None:
        """Their ids then. Raises FilterRefused."""
        return self._most(AT_ONCE)

    def _most(self, most: int) -> list[int] | None:
        """All of them; None for more than so many. A look that found all, or went as far, is not taken again."""
        looked_at, found = self.found.get(LOOKED_FOR, (None, []))
        if looked_at is None or looked_at < min(most, len(found)):
            found = list(self._learners.values_list("id", flat=True)[: most + 1])
            self.found[LOOKED_FOR] = (most, found)
        return found if len(found) <= most else None

    def parts(self, size: int) -> Iterator["Asked"]:
        """The same asked of so many people at a time, in the order of their ids. Raises FilterRefused."""
        return (replace(self, only=ids, found={}) for ids in bulk.id_chunks(self._learners, size))

    def once(self, name: str, find: Callable[["Asked"], Found]) -> Found:
        """What `find` finds, which is not looked for again."""
        if name not in self.found:
            self.found[name] = find(self)
        found: Found = self.found[name]
        return found

    def selection(self) -> tuple[str, dict[str, Any]]:
        """SQL that selects their ids, and its values. Raises FilterRefused."""
        if self.few is None:
            return embedded(self._learners.values("id"), "selected_")
        sql, value = bulk.listed(self.few, "%(selected)s")
        return sql, {"selected": value}

    def condition(self, column: str) -> tuple[str, dict[str, Any]]:
        """SQL that is true of who is asked about, and its values. Raises FilterRefused."""
        if self.few is not None:
            sql, value = bulk.is_one_of(column, self.few, "%(selected)s")
            return sql, {"selected": value}
        sql, values = self.selection()
        return f"{column} IN ({sql})", values

    def among(self) -> Any:
        """The same for an `__in` of Django. Raises FilterRefused."""
        if self.few is None:
            return self._learners.values("id")
        sql, value = bulk.listed(self.few, "%s")
        return RawSQL(sql, (value,))  # noqa: S611  our own text

    @cached_property
    def conditions(self) -> list[Condition]:
        """What the filter and the reach ask of a learner: read once. Raises FilterRefused."""
        return conditions_of(self.organization_id, self.filter, today=self.today_at_home, reach=self.reach)

    @cached_property
    def _learners(self) -> QuerySet[Learner]:
        return owned_by(self.organization_id, learners_meeting(self.organization_id, self.conditions)).order_by()


def read(data: Mapping[str, str], reach: Reach, *, now: datetime, zone: ZoneInfo) -> Asked:
    """From the fields of an address: `q`, `zone`, `period` or `from` and `to`, `by`, `days`, `who`, `content`, `sort`,
    `after`, `before`.

    `zone`: the organization's. What is none of their values counts as not written, with two exceptions: in a time
    zone that is none no day can be told (raises UnknownTimeZone), and who is idle goes by the days that were meant
    (raises NotSoManyDays). A filter is not looked into.
    """
    chosen = data.get("zone", "")
    if chosen:
        refuse_unknown_time_zone(chosen)
    there = ZoneInfo(chosen) if chosen else zone
    period = read_period(data, today=now.astimezone(there).date())
    return Asked(
        reach=reach,
        home=zone,
        zone=there,
        chosen_zone=chosen,
        now=now,
        period=period,
        step=read_step(data, period),
        filter=data.get("q", "").strip()[:LONGEST_FILTER],
        idle_days=_idle_days(data.get("days", "").strip()),
        is_of_active=data.get("who") == ACTIVE,
        content_id=_number(data.get("content", "")),
        sort=data.get("sort", ""),
        after=data.get("after", ""),
        before=data.get("before", ""),
    )


def _idle_days(text: str) -> int:
    """As many as `idle:` takes, so that the same people are found by either. Raises NotSoManyDays."""
    if not text:
        return USUAL_IDLE_DAYS
    if not is_number_of_days(text):
        raise NotSoManyDays(days=text)
    return int(text)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
