"""What one learner did, on the days of another time zone than the organization's: from the facts, which are one person's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from seatkeeper.directory.models import Learner
from seatkeeper.usage.history import A_PAGE, LongDay, OfContent, OfDay, Page, Place, Totals, titles_of
from seatkeeper.usage.models import Fact
from seatkeeper.usage.rules import MOST_SECONDS
from seatkeeper.usage.services.owners import profiles_of


@dataclass(slots=True)
class History:
    """By day and content seconds and views, as the roll-ups of that time zone would have them; and first completions."""

    titles: Mapping[int, str] = field(default_factory=dict)
    days: dict[Place, tuple[int, int]] = field(default_factory=dict)
    completed: dict[int, date] = field(default_factory=dict)

    def totals(self) -> Totals:
        days = {place.day for place in self.days}
        return Totals(
            contents=len({place.content_id for place in self.days}),
            days=len(days),
            seconds=sum(seconds for seconds, _ in self.days.values()),
            views=sum(views for _, views in self.days.values()),
            completions=len(self.completed),
            first_on=min(days, default=None),
            last_on=max(days, default=None),
        )

    def long_days(self) -> list[LongDay]:
        """The latest first."""
        told: dict[date, int] = {}
        for place, (seconds, _) in self.days.items():
            told[place.day] = told.get(place.day, 0) + seconds
        return [LongDay(day, told[day]) for day in sorted(told, reverse=True) if told[day] > MOST_SECONDS]

    def by_content(self, *, after: Place | None, size: int = A_PAGE) -> Page:
        """The content used last first."""
        of_content: dict[int, list[Place]] = {}
        for place in sorted(self.days, key=_order):
            of_content.setdefault(place.content_id, []).append(place)
        last = [Place(places[-1].day, content_id) for content_id, places in of_content.items()]
        shown, end = _page(last, after, size)
        return Page([self._content(of_content[place.content_id]) for place in shown], end)

    def by_day(self, *, after: Place | None, size: int = A_PAGE) -> Page:
        """The newest day first."""
        shown, end = _page(self.days, after, size)
        rows = []
        for place in shown:
            is_completed = self.completed.get(place.content_id) == place.day
            rows.append(OfDay(place.day, self.titles.get(place.content_id, ""), self.days[place][0], is_completed))
        return Page(rows, end)

    def _content(self, places: list[Place]) -> OfContent:
        content_id = places[0].content_id
        return OfContent(
            title=self.titles.get(content_id, ""),
            first_on=places[0].day,
            last_on=places[-1].day,
            days=len(places),
            seconds=sum(self.days[place][0] for place in places),
            views=sum(self.days[place][1] for place in places),
            completed_on=self.completed.get(content_id),
        )


def history_in(zone: ZoneInfo, learner: Learner) -> History:
    """Three statements; as long as what is known of one person."""
    history = History()
    profiles = profiles_of(learner.organization_id, [learner.pk])
    facts = Fact.objects.filter(organization_id=learner.organization_id, learner_id__in=profiles)
    for content_id, day, at, seconds, views, completions in facts.values_list(
        "content_id", "day", "at", "seconds", "views", "completions"
    ).iterator():
        place = Place(at.astimezone(zone).date() if at else day, content_id)
        before = history.days.get(place, (0, 0))
        history.days[place] = (before[0] + seconds, max(before[1], views))
        if completions:
            history.completed[content_id] = min(place.day, history.completed.get(content_id, date.max))
    history.titles = titles_of(learner.organization_id, {place.content_id for place in history.days})
    return history


def _page(places: "Mapping[Place, object] | list[Place]", after: Place | None, size: int) -> tuple[list[Place], Place | None]:
    """The latest first; and where the next page begins."""
    further = sorted((place for place in places if after is None or _order(place) < _order(after)), key=_order, reverse=True)
    return further[:size], further[size - 1] if len(further) > size else None


def _order(place: Place) -> tuple[date, int]:
    return place.day, place.content_id
