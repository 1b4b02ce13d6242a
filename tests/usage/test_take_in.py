"""Facts count once, on their day, for the person they were told of; roll-ups always equal a recount."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from seatkeeper.accounts.services.settings import change_settings
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization, Standing
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicensePool, Operation
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.licensing.services.operations import apply_operation
from seatkeeper.usage.models import Completion, ContentDay, Fact, FactKind, LearnerDay, Source, SpanTotal, WaitingFact
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.attach import attach_waiting
from seatkeeper.usage.services.check import check_usage
from seatkeeper.usage.services.take_in import Taken, take_in
from tests import factories, steps
from tests.usage.reckoning import kept, reckoned

ANN, BOB, CLEO = "ann@corp.example", "bob@corp.example", "cleo@corp.example"
MONDAY = date(2026, 3, 2)


def told(learner: str = ANN, content: str = "Python", **more: Any) -> Told:
    when = {} if "at" in more else {"day": MONDAY}
    return Told(learner, content, **when | {"views": 1, "seconds": 60} | more)


def take(of: Organization, *facts: Told, source: Source = Source.FILE) -> Taken:
    return take_in(organization_id=of.id, facts=facts, source=source, now=factories.NOW)


def test_figures_are_those_of_a_recount_after_any_mix(acme: Organization, courses: list[Content]) -> None:
    chance = random.Random(7)  # noqa: S311  the same mix each time
    for _batch in range(12):
        facts = [
            told(
                chance.choice((ANN, BOB, CLEO, "A1")),
                chance.choice(("Python", "SQL", "/courses/sql/2.html", str(courses[0].id))),
                day=MONDAY + timedelta(days=chance.randrange(-40, 3)),
                seconds=chance.choice((0, 0, 30, 700)),
                views=chance.choice((0, 1)),
                completions=chance.choice((0, 0, 1)),
            )
            for _fact in range(chance.randrange(1, 30))
        ]
        take(acme, *facts)
        assert kept(acme.id) == reckoned(acme.id)
    assert check_usage(organization_id=acme.id) == []
    assert Completion.objects.count() == 6


def test_the_same_counts_once_within_a_batch_and_across(acme: Organization, courses: list[Content]) -> None:
    assert take(acme, told(), told("A1"), told(seconds=61)) == Taken(counted=2, known=1, waiting=0)
    assert take(acme, told(), told(id="x"), told(id="x", seconds=5)) == Taken(counted=1, known=2, waiting=0)
    assert take(acme, told(id="x", seconds=9)) == Taken(counted=0, known=1, waiting=0)
    total = SpanTotal.objects.get(organization_id=acme.id, span="day")
    assert (total.learners, total.views, total.seconds) == (1, 1, 60 + 61 + 60)


def test_a_completion_told_late_moves_to_its_day(acme: Organization, courses: list[Content]) -> None:
    take(acme, told(completions=1))
    take(acme, told(completions=1, day=MONDAY - timedelta(days=31)), told(completions=1, day=MONDAY + timedelta(days=1)))
    assert Completion.objects.get(organization_id=acme.id).completed_on == MONDAY - timedelta(days=31)
    assert kept(acme.id) == reckoned(acme.id)
    assert sum(ContentDay.objects.filter(organization_id=acme.id).values_list("completions", flat=True)) == 1


def test_who_and_what_is_unknown_waits_until_it_is_known(acme: Organization, courses: list[Content]) -> None:
    late, new = told("Dan@corp.example"), told(content="/videos/rust/1")
    assert take(acme, late, new, told("zoe@corp.example", id="1")) == Taken(counted=0, known=0, waiting=3)
    assert take(acme, late, new) == Taken(counted=0, known=2, waiting=0)
    assert attach_waiting() == 0

    factories.import_csv(acme, "invited_email_address\ndan@corp.example\n")
    assert attach_waiting() == 1
    add_content(organization_id=acme.id, title="Rust", address="/videos/rust", is_free=True, actor="tester", now=factories.NOW)
    assert attach_waiting() == 1
    assert list(WaitingFact.objects.values_list("learner", flat=True)) == ["zoe@corp.example"]
    assert take(acme, late, new) == Taken(counted=0, known=2, waiting=0)
    assert kept(acme.id) == reckoned(acme.id)
    assert LearnerDay.objects.count() == 2


def test_activity_is_seen_of_the_person_the_license_and_the_pool(acme: Organization, courses: list[Content]) -> None:
    pool = LicensePool.objects.get(organization_id=acme.id)
    take(acme, told(), told(BOB))
    assert LicensePool.objects.get(id=pool.id).first_used_on == MONDAY
    take(acme, told(day=MONDAY - timedelta(days=9)), told(day=MONDAY + timedelta(days=1), views=0, completions=1, seconds=0))
    assert LicensePool.objects.get(id=pool.id).first_used_on == MONDAY - timedelta(days=9)
    used = License.objects.filter(organization_id=acme.id).values_list("last_used_on", flat=True)
    assert list(used) == [MONDAY + timedelta(days=1)]
    seen = Standing.objects.filter(organization_id=acme.id).order_by("learner_id").values_list("last_activity_on", flat=True)
    assert list(seen) == [MONDAY + timedelta(days=1), MONDAY, None]


def test_openings_within_a_quarter_of_an_hour_are_one(acme: Organization, courses: list[Content]) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    times = (at, at + timedelta(minutes=14), at + timedelta(minutes=15))
    facts = [told(at=time, kind=FactKind.OPENED, seconds=0) for time in times]
    assert take(acme, *facts, source=Source.GATE).counted == 2
    assert SpanTotal.objects.get(organization_id=acme.id, span="week").views == 1


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 4, 11, 0, tzinfo=UTC), date(2026, 3, 5)),
        ("America/New_York", datetime(2026, 3, 8, 4, 59, tzinfo=UTC), date(2026, 3, 7)),  # the night clocks go forward
        ("America/New_York", datetime(2026, 3, 8, 5, 1, tzinfo=UTC), date(2026, 3, 8)),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),  # and back
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_fact_lands_on_its_day_in_the_organizations_zone(
    acme: Organization, courses: list[Content], zone: str, at: datetime, day: date
) -> None:
    take(acme, told(at=at, completions=1), told(BOB))
    change_settings(organization_id=acme.id, actor="tester", now=factories.NOW, time_zone=zone)
    run_due(clock=system_clock)
    assert Fact.objects.get(organization_id=acme.id, at__isnull=False).day == day
    assert kept(acme.id) == reckoned(acme.id)
    take(acme, told(CLEO, at=at))
    assert LearnerDay.objects.filter(organization_id=acme.id, day=day).count() == 2
    assert check_usage(organization_id=acme.id) == []


def merged(of: Organization, leaving: str, staying: str) -> Operation:
    outlook = outlook_of(leaving=factories.learner(of, leaving), staying=factories.learner(of, staying))
    planned = plan_merge(outlook, act=steps.act(of, "merge"), clock=factories.frozen_clock)
    return apply_operation(planned, clock=factories.frozen_clock, actor="tester")


def test_merged_people_have_one_history_and_two_again_after_the_undo(acme: Organization, courses: list[Content]) -> None:
    take(acme, told(completions=1), told(BOB), told(BOB, "SQL"), told(BOB, completions=1, day=MONDAY - timedelta(days=7)))
    apart, bob = kept(acme.id), factories.learner(acme, BOB)
    operation = merged(acme, BOB, ANN)
    together = kept(acme.id)
    assert together == reckoned(acme.id)
    assert together.spans["day", MONDAY] == (1, 180, 2, 0)
    assert {learner for learner, *_ in together.days} == {factories.learner(acme, ANN).id}

    assert take(acme, told(BOB), told("B2", day=MONDAY + timedelta(days=1))).counted == 1
    assert kept(acme.id) == reckoned(acme.id)
    steps.undo(operation)
    assert kept(acme.id) == reckoned(acme.id)
    assert {key: value for key, value in kept(acme.id).days.items() if key[1] <= MONDAY} == apart.days
    assert (bob.id, MONDAY + timedelta(days=1), courses[0].id) in kept(acme.id).days
    seen = dict(Standing.objects.filter(organization_id=acme.id).values_list("learner_id", "last_activity_on"))
    assert seen[bob.id] == MONDAY + timedelta(days=1)
    assert seen[factories.learner(acme, ANN).id] == MONDAY
    assert check_usage(organization_id=acme.id) == []


@pytest.mark.parametrize(
    ("table", "changes", "code"),
    [
        (LearnerDay, {"seconds": 1}, "usage_day_wrong"),
        (Completion, {"completed_on": date(2026, 1, 1)}, "usage_completion_wrong"),
        (ContentDay, {"views": 7}, "usage_content_wrong"),
        (SpanTotal, {"learners": 2}, "usage_total_wrong"),
        (Fact, {"seconds": 61}, "usage_day_wrong"),
    ],
)
def test_check_finds_what_was_tampered_with(
    acme: Organization, courses: list[Content], table: Any, changes: dict[str, Any], code: str
) -> None:
    take(acme, told(completions=1))
    assert check_usage(organization_id=acme.id) == []
    table.objects.filter(organization_id=acme.id).update(**changes)
    assert code in {gap.code for gap in check_usage(organization_id=acme.id)}
    table.objects.filter(organization_id=acme.id).delete()
    assert check_usage(organization_id=acme.id) != []
