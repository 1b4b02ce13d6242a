"""People in Berlin and what they did: a mix, and all that mixes miss."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from seatkeeper.accounts.services.settings import change_settings
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.erasing.services.ask import ask as ask_to_delete
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories, steps
from tests.factories import NOW
from tests.reports.reckoning import World

BERLIN = "Europe/Berlin"
TODAY = date(2026, 3, 31)
EVENING = datetime(2026, 3, 31, 18, tzinfo=UTC)
SALES, OTHERS = ("ann@corp.example", "bob@corp.example"), ("cleo@corp.example", "dan@corp.example")
ZORA, OLD_BOB = "zora@corp.example", "b.old@corp.example"
EVERYONE = (*SALES, *OTHERS, ZORA, OLD_BOB)
COURSES = ("Python", "SQL", "Rust")
ANGELES = "America/Los_Angeles"  # on 2 November 2025 the day has 25 hours, on 8 March 2026 it has 23
ELSEWHERE = (ANGELES, "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12")  # the last two are 26 hours apart


PERIODS: dict[str, dict[str, str]] = {
    "usual": {},
    "month": {"period": "month"},
    "30 days": {"period": "30"},
    "year": {"period": "365"},
    "February": {"from": "2026-02-01", "to": "2026-02-28"},
    "the short day": {"from": "2026-03-29", "to": "2026-03-29"},
    "a week": {"from": "2026-03-23", "to": "2026-03-29"},
}
WHOM: dict[str, tuple[dict[str, Any], tuple[str, ...] | None]] = {
    "everyone": ({}, None),
    "sales": ({"q": "group:Sales"}, SALES),
    "without a license": ({"q": "status:none"}, OTHERS),
    "one": ({"q": "email:cleo@corp.example"}, OTHERS[:1]),
    "nobody": ({"groups": ()}, ()),
}


def people_in_berlin(name: str = "Acme") -> Organization:
    """Of whom two are in Sales and have a license. On 29 March 2026 the night is an hour shorter."""
    acme = factories.organization(name)
    change_settings(organization_id=acme.id, actor="tester", now=NOW, time_zone=BERLIN)
    factories.pool(acme, seats=9)
    lines = "".join(f"{email},{'active' if email in SALES else ''}\n" for email in EVERYONE)
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{lines}")
    group = add_group(organization_id=acme.id, name="Sales")
    steps.membership(acme, SALES, group, joins=True)
    factories.courses(acme, *COURSES, "Go")
    return acme


def tell(acme: Organization) -> World:
    """A mix, and what mixes miss: around midnight, around the change of the clocks, late, twice; merged and erased people.

    Midnights are those of Berlin and of the zones elsewhere; so are the first completions of Go.
    """
    chance = random.Random(11)  # noqa: S311  the same mix each time
    told = [
        Told(
            chance.choice(EVERYONE),
            chance.choice(COURSES),
            at=EVENING - timedelta(minutes=chance.randrange(0, 120 * 24 * 60)),
            seconds=chance.choice((0, 30, 600, 5_400)),
            views=chance.choice((0, 1, 1)),
            completions=chance.choice((0, 0, 0, 1)),
        )
        for _ in range(300)
    ]
    for moment in (
        datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC),  # the last second of February in Berlin
        datetime(2026, 2, 28, 23, 0, tzinfo=UTC),  # the first of March
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # before the hour that is missing
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),  # a day of 23 hours ends at 22:00 UTC
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    ):
        told += [Told(email, "Python", at=moment, seconds=60, views=1) for email in (SALES[0], OTHERS[0])]
    for zone in (BERLIN, *ELSEWHERE):
        for day in (date(2025, 11, 2), date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 29), date(2026, 3, 30)):
            midnight = datetime.combine(day, time(), ZoneInfo(zone))
            for moment in (midnight - timedelta(seconds=1), midnight):
                told += [Told(email, "SQL", at=moment.astimezone(UTC), seconds=30, views=1) for email in (SALES[1], OLD_BOB)]
    told += [
        Told(OLD_BOB, "Go", at=datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC), completions=1),  # still the 10th in Berlin
        Told(SALES[1], "Go", at=datetime(2026, 3, 10, 23, 30, tzinfo=UTC), completions=1),
        Told(OTHERS[0], "Go", at=datetime(2026, 3, 29, 23, tzinfo=UTC), completions=1),
        Told(OTHERS[0], "Go", day=date(2026, 3, 29), completions=1),  # of a day alone
        Told(ZORA, "Go", at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC), views=1, completions=1),
        Told(OTHERS[1], "Go", at=EVENING - timedelta(minutes=1), seconds=90),  # where it is the day after, too
    ]
    told.append(Told(SALES[0], "Rust", day=date(2025, 12, 2), seconds=7, views=1, completions=1))  # late: told last
    for start in range(0, len(told), 40):
        take(acme, told[start : start + 40])
    take(acme, told[:80])  # twice
    merge(acme, OLD_BOB, SALES[1])
    erase(acme, ZORA)
    return World(told, ZoneInfo(BERLIN), {OLD_BOB: SALES[1]})


def take(acme: Organization, facts: list[Told]) -> None:
    take_in(organization_id=acme.id, facts=facts, source=Source.FILE, now=EVENING)


def merge(acme: Organization, leaving: str, staying: str) -> None:
    outlook = outlook_of(leaving=factories.learner(acme, leaving), staying=factories.learner(acme, staying))
    steps.apply(plan_merge(outlook, act=steps.act(acme, "merge"), clock=factories.frozen_clock))


def erase(acme: Organization, email: str) -> None:
    people = Learner.objects.filter(organization=acme, email=email)
    deletion = ask_to_delete(people, organization_id=acme.id, actor="tester", source="page", typed=1, now=NOW)
    clock = factories.SteppingClock(now=NOW + timedelta(days=8))
    carry_out_deletion(deletion, clock=clock)
