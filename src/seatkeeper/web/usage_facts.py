"""What a page shows of one learner's usage: to admins on the profile, and to learners of themselves."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from seatkeeper.directory.models import Learner
from seatkeeper.usage.history import Page, Place, long_days_of, totals_of, usage_by_content, usage_by_day
from seatkeeper.usage.history_elsewhere import history_in

CONTENTS, DAYS = "contents", "days"  # the parameters that lead to further pages


def usage_facts(learner: Learner, asked: Mapping[str, str]) -> dict[str, Any]:
    """Nine statements, however much there is."""
    contents = usage_by_content(learner, after=Place.parse(asked.get(CONTENTS, "")))
    days = usage_by_day(learner, after=Place.parse(asked.get(DAYS, "")))
    return {"totals": totals_of(learner), "long_days": long_days_of(learner)} | _pages(contents, days, asked)


def usage_facts_in(zone: ZoneInfo, learner: Learner, asked: Mapping[str, str]) -> dict[str, Any]:
    """The same on the days of another time zone than the organization's."""
    history = history_in(zone, learner)
    contents = history.by_content(after=Place.parse(asked.get(CONTENTS, "")))
    days = history.by_day(after=Place.parse(asked.get(DAYS, "")))
    return {"totals": history.totals(), "long_days": history.long_days()} | _pages(contents, days, asked)


def _pages(contents: Page, days: Page, asked: Mapping[str, str]) -> dict[str, Any]:
    return {
        "contents": contents,
        "days": days,
        "contents_from": asked.get(CONTENTS, ""),
        "days_from": asked.get(DAYS, ""),
        "older_contents": f"{CONTENTS}={contents.after}" if contents.after else "",
        "older_days": f"{DAYS}={days.after}" if days.after else "",
    }
