"""What invented people did in their year: the same for the same numbers, told by the way that real usage is."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from seatkeeper.gate.models import Kind
from seatkeeper.sample.catalogue import BOTH, CATALOGUE, PLACE
from seatkeeper.sample.people import email_of
from seatkeeper.usage.models import FactKind, Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in

FACTS_AT_ONCE = 5_000
MOST_PEOPLE = 50_000  # of a larger organization, so many tell enough
DAYS_A_YEAR = 360
SATURDAY = 5
# How many days a person learns in a year: most a few, some many, some never.
DAYS_ACTIVE = ((0, 15), (2, 35), (4, 30), (8, 15), (24, 5))  # days, and of a hundred people how many
OPEN_TO_ALL = tuple(one for one in CATALOGUE if one[4] in ((), BOTH))


@dataclass(frozen=True, slots=True)
class Stay:
    """From which day of the year on somebody is there, and until which."""

    number: int
    since: int
    until: int


def live_and_learn(*, organization_id: int, stays: Iterable[Stay], ends_at: datetime) -> int:
    """Usage of people who are there; how many facts."""
    count = 0
    batch: list[Told] = []
    for stay in stays:
        batch += _facts_of(stay, ends_at)
        if len(batch) >= FACTS_AT_ONCE:
            count += take_in(organization_id=organization_id, facts=batch, source=Source.SAMPLE, now=ends_at).counted
            batch = []
    return count + take_in(organization_id=organization_id, facts=batch, source=Source.SAMPLE, now=ends_at).counted


def _facts_of(stay: Stay, ends_at: datetime) -> Iterator[Told]:
    chance = random.Random(f"usage of {stay.number}")  # noqa: S311  invented people, no secret
    wanted, shares = zip(*DAYS_ACTIVE, strict=True)
    days = chance.choices(wanted, shares)[0] * (stay.until - stay.since) // DAYS_A_YEAR
    for day in sorted(chance.sample(range(stay.since, stay.until), min(days, stay.until - stay.since))):
        at = ends_at - timedelta(days=DAYS_A_YEAR - day, minutes=chance.randrange(600))
        if at.weekday() < SATURDAY:
            yield _fact(stay, day, at, chance)


def _fact(stay: Stay, day: int, at: datetime, chance: random.Random) -> Told:
    _title, end, kind, minutes, _types = chance.choice(OPEN_TO_ALL)
    is_completed = chance.random() < (0.9 if minutes <= 15 else 0.2)
    seconds = int(60 * minutes * (1 if is_completed else chance.uniform(0.05, 0.6)))
    completed = FactKind.PASSED if kind == Kind.EXAM else FactKind.COMPLETED
    return Told(
        learner=email_of(stay.number),
        content=f"{PLACE}/{end}",
        kind=completed if is_completed else FactKind.VIEWED,
        at=at,
        seconds=seconds,
        views=1,
        completions=int(is_completed),
        id=f"sample {stay.number} {day}",
    )
