"""The figures of reports calculated from what was told, by another way than the product's: no roll-up, no SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from seatkeeper.usage.rules import Told


@dataclass
class World:
    """All that was told, in which time zone days are counted, and who turned out to be whom."""

    told: list[Told]
    zone: ZoneInfo
    same_as: Mapping[str, str]  # a profile that was merged: into which one

    def seen_from(self, zone: str) -> "World":
        """The same on the days of another time zone; empty: on those it has."""
        return replace(self, zone=ZoneInfo(zone)) if zone else self

    def events(self, people: Iterable[str] | None) -> list[tuple[str, str, date, Told]]:
        """Person, content, day; what was told twice is there once. None: everyone, whatever became of them."""
        among = None if people is None else set(people)
        found: dict[Any, tuple[str, str, date, Told]] = {}
        for one in self.told:
            who = self.same_as.get(one.learner, one.learner)
            day = one.at.astimezone(self.zone).date() if one.at else one.day
            assert day
            if among is None or who in among:
                found[one.id or (one.learner, one.content, one.at or day, one.seconds, one.views, one.completions)] = (
                    who,
                    one.content,
                    day,
                    one,
                )
        return list(found.values())

    def total(self, people: Iterable[str] | None, first: date, last: date) -> dict[str, int]:
        """As the figures above a table."""
        within = [event for event in self.events(people) if first <= event[2] <= last]
        return {
            "learners": len({who for who, *_ in within}),
            "hours": sum(told.seconds for *_, told in within),
            "views": len({(who, what, day) for who, what, day, told in within if told.views}),
            "completions": sum(first <= day <= last for day in self.firsts(people).values()),
        }

    def active(self, people: Iterable[str] | None, first: date, last: date) -> set[str]:
        """Who did anything."""
        return {who for who, _, day, _ in self.events(people) if first <= day <= last}

    def users_of(
        self, content: str, people: Iterable[str] | None, first: date, last: date
    ) -> dict[str, tuple[int, int, int, date | None, date]]:
        """By person: days with it, seconds, views, when it was first completed if that lies within, the last of the days."""
        events = [one for one in self.events(people) if one[1] == content and first <= one[2] <= last]
        firsts, found = self.firsts(people), {}
        for who in {who for who, *_ in events}:
            days = {day for one, _, day, _ in events if one == who}
            views = {day for one, _, day, told in events if one == who and told.views}
            seconds = sum(told.seconds for one, _, _, told in events if one == who)
            done = firsts.get((who, content))
            found[who] = (len(days), seconds, len(views), done if done and first <= done <= last else None, max(days))
        return found

    def firsts(self, people: Iterable[str] | None) -> dict[tuple[str, str], date]:
        """When who completed what for the first time."""
        found: dict[tuple[str, str], date] = {}
        for who, what, day, told in self.events(people):
            if told.completions:
                found[who, what] = min(day, found.get((who, what), date.max))
        return found

    def by_step(self, people: Iterable[str] | None, starts: Iterable[date], length: str) -> list[tuple[Any, ...]]:
        """Rows of the organization summary."""
        rows = []
        for start in starts:
            end = start if length == "day" else start + timedelta(days=6)
            if length == "month":
                end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            rows.append((start, *self.total(people, start, end).values()))
        return rows

    def of_person(self, who: str, first: date, last: date) -> tuple[int, int, int, int]:
        """Days, seconds, views and completions."""
        total = self.total([who], first, last)
        days = {day for _, _, day, _ in self.events([who]) if first <= day <= last}
        return len(days), total["hours"], total["views"], total["completions"]

    def last_day(self, who: str) -> date | None:
        return max((day for _, _, day, _ in self.events([who])), default=None)

    def by_content(self, people: Iterable[str] | None, first: date, last: date) -> list[tuple[str, int, int, int]]:
        """Title, views, seconds, completions: the most viewed first."""
        events, firsts = self.events(people), self.firsts(people)
        rows = []
        for content in {what for _, what, _, _ in events}:
            within = [event for event in events if event[1] == content and first <= event[2] <= last]
            views = len({(who, day) for who, _, day, told in within if told.views})
            seconds = sum(told.seconds for *_, told in within)
            done = sum(what == content and first <= day <= last for (_, what), day in firsts.items())
            if views or seconds or done:
                rows.append((content, views, seconds, done))
        return sorted(rows, key=lambda row: (-row[1], -row[2]))
