"""What is asked of a report: by whom, of whom and of which days. All of it stands in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.sql import embedded
from seatkeeper.reports.periods import Period, Step, read_period, read_step

LONGEST_FILTER = 2_000
IDLE_DAYS = ("30", "60", "90", "180", "365")
USUAL_IDLE_DAYS = "90"


@dataclass(frozen=True, slots=True)
class Asked:
    """`today`: in the organization's time zone. `after` and `before`: cursors that a page gave, or nothing."""

    reach: Reach
    today: date
    period: Period
    step: Step
    filter: str = ""
    idle_days: int = int(USUAL_IDLE_DAYS)
    sort: str = ""
    after: str = ""
    before: str = ""

    @property
    def organization_id(self) -> int:
        return self.reach.organization_id

    @property
    def is_of_everyone(self) -> bool:
        """Then totals are at hand that count who was erased, too."""
        return self.reach.is_everyone and not self.filter

    def learners(self) -> QuerySet[Learner]:
        """Raises FilterRefused."""
        return learners_matching(self.organization_id, self.filter, today=self.today, reach=self.reach)

    def selection(self) -> tuple[str, dict[str, Any]]:
        """SQL that selects their ids, and its values. Raises FilterRefused."""
        return embedded(self.learners().order_by().values("id"), "selected_")


def read(data: Mapping[str, str], reach: Reach, *, now: datetime, zone: ZoneInfo) -> Asked:
    """From the fields of an address: `q`, `period` or `from` and `to`, `by`, `days`, `sort`, `after`, `before`.

    What is none of their values counts as not written. A filter is not looked into.
    """
    today = now.astimezone(zone).date()
    period = read_period(data, today=today)
    days = data.get("days", "")
    return Asked(
        reach=reach,
        today=today,
        period=period,
        step=read_step(data, period),
        filter=data.get("q", "").strip()[:LONGEST_FILTER],
        idle_days=int(days if days in IDLE_DAYS else USUAL_IDLE_DAYS),
        sort=data.get("sort", ""),
        after=data.get("after", ""),
        before=data.get("before", ""),
    )


def utc_today(now: datetime) -> date:
    """The day by which seats are noted."""
    return now.astimezone(UTC).date()
