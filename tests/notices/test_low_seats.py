"""A pool that runs low is told of: once each time it rises to an alert, to who can do something about it."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from seatkeeper.accounts.models import Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.background.kinds import PERIODIC
from seatkeeper.directory.models import Group, Organization
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.services.alerts import alerts_of, note_alerts, set_alerts
from seatkeeper.licensing.services.pools import change_pool, set_seats
from seatkeeper.notices.models import Kind, Mail, Notice
from seatkeeper.notices.services.preferences import choose
from seatkeeper.notices.services.send import send_due
from seatkeeper.notices.services.tell_low_seats import tell_of_low_seats
from seatkeeper.notices.wording import sentence
from tests import factories, steps
from tests.notices.conftest import admin
from tests.notices.post_office import PostOffice


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    """20 seats: 15 are 75 percent, 19 are 95."""
    return factories.pool(acme, seats=20)


@pytest.fixture
def clock() -> factories.SteppingClock:
    return factories.SteppingClock()


def take(acme: Organization, *numbers: int) -> None:
    steps.do("assign", acme, steps.emails(*numbers), pool=LicensePool.objects.get(organization=acme))


def free(acme: Organization, *numbers: int) -> None:
    steps.do("unassign", acme, steps.emails(*numbers))


@pytest.fixture(autouse=True)
def _people(acme: Organization, pool: LicensePool) -> None:
    factories.import_csv(acme, steps.csv_of(steps.emails(*range(1, 21))))


def told(clock: factories.SteppingClock) -> list[tuple[str, int]]:
    """To whom, and of which percentage, since the last time."""
    before = set(Mail.objects.values_list("id", flat=True))
    for _again in range(2):
        tell_of_low_seats(clock)
    new = Mail.objects.filter(facts__notice="low_seats").exclude(id__in=before).order_by("recipient")
    return [(mail.recipient, (mail.facts or {})["percent"]) for mail in new]


KIM = "kim@acme.example"


def test_each_rise_to_an_alert_is_told_once(acme: Organization, kim: Membership, clock: factories.SteppingClock) -> None:
    take(acme, *range(1, 15))
    assert told(clock) == []
    take(acme, 15)
    assert told(clock) == [(KIM, 75)]
    take(acme, 16, 17)
    assert told(clock) == []
    take(acme, 18, 19)
    assert told(clock) == [(KIM, 95)]
    take(acme, 20)
    assert told(clock) == []
    (notice,) = Notice.objects.filter(kind=Kind.LOW_SEATS)
    words = "Learning · Default runs low: 95 % of its seats are in use, 19 of 20. 1 seat is free."
    assert sentence(notice.kind, notice.facts) == words


def test_rising_to_several_at_once_tells_of_the_highest(
    acme: Organization, kim: Membership, clock: factories.SteppingClock
) -> None:
    take(acme, *range(1, 21))
    assert told(clock) == [(KIM, 95)]


def test_it_is_told_again_only_after_it_fell(acme: Organization, kim: Membership, clock: factories.SteppingClock) -> None:
    take(acme, *range(1, 16))
    assert told(clock) == [(KIM, 75)]
    Notice.objects.update(read_at=factories.NOW)
    free(acme, 15)
    assert told(clock) == []
    take(acme, 15)
    assert told(clock) == [(KIM, 75)]
    (notice,) = Notice.objects.filter(kind=Kind.LOW_SEATS)
    assert notice.read_at is None


def test_fewer_seats_and_held_ones_count(
    acme: Organization, pool: LicensePool, kim: Membership, clock: factories.SteppingClock
) -> None:
    take(acme, *range(1, 11))
    set_seats(pool=pool, seats=13)
    assert told(clock) == [(KIM, 75)]
    LicensePool.objects.update(seats_held=3)
    assert told(clock) == [(KIM, 95)]


def test_who_manages_licenses_for_everyone_hears(acme: Organization, kim: Membership, clock: factories.SteppingClock) -> None:
    group = Group.objects.create(id=10**9, organization=acme, key="sales", name="Sales")
    for name, permission, limit in (
        ("for-all", Permission.MANAGE_USERS, None),
        ("for-sales", Permission.MANAGE_USERS, group),
        ("settings", Permission.MANAGE_IT_SETTINGS, None),
    ):
        sub = admin(acme, f"{name}@acme.example", is_full=False)
        Grant.objects.create(membership=sub, permission=permission, group=limit)
    admin(factories.organization("Other"), "other@other.example")
    take(acme, *range(1, 16))
    assert told(clock) == [("for-all@acme.example", 75), (KIM, 75)]
    assert {notice.membership.account.email for notice in Notice.objects.all()} == {"for-all@acme.example", KIM}


def test_each_admin_chooses_how(acme: Organization, kim: Membership, clock: factories.SteppingClock) -> None:
    choose(membership_id=kim.id, ways={Kind.LOW_SEATS: (True, False)})
    take(acme, *range(1, 16))
    assert told(clock) == []
    assert Notice.objects.filter(kind=Kind.LOW_SEATS).count() == 1


def test_a_pool_without_alerts_is_silent_and_a_new_alert_is_no_news(
    acme: Organization, pool: LicensePool, kim: Membership, clock: factories.SteppingClock
) -> None:
    set_alerts(pool, [])
    take(acme, *range(1, 16))
    assert told(clock) == []
    pool.refresh_from_db()
    change_pool(pool=pool, seats=20, activation=pool.activation, alerts=[50, 90], actor="kim", now=factories.NOW)
    assert alerts_of(acme.id) == {pool.id: [50, 90]}
    assert told(clock) == []
    take(acme, 16, 17, 18)
    assert told(clock) == [(KIM, 90)]


def test_what_is_noted_is_told_even_when_the_worker_dies_between(
    acme: Organization, kim: Membership, clock: factories.SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(acme, *range(1, 16))

    def die(*arguments: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("seatkeeper.notices.services.tell.put", die)
        with pytest.raises(KeyboardInterrupt):
            tell_of_low_seats(clock)
    assert Notice.objects.count() == 0
    assert told(clock) == [(KIM, 75)]


def test_of_two_workers_one_tells(acme: Organization, pool: LicensePool) -> None:
    take(acme, *range(1, 16))
    seen_by_both = LicensePool.objects.get(id=pool.id)
    assert [note_alerts(seen_by_both), note_alerts(seen_by_both)] == [75, None]


def test_looking_takes_one_statement_where_nothing_has_happened(
    acme: Organization, kim: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take(acme, 1)
    with django_assert_num_queries(1):
        PERIODIC["notices.low_seats"].run(factories.frozen_clock)


def test_the_mail_says_what_is_left_and_how_to_hear_no_more(
    acme: Organization, kim: Membership, clock: factories.SteppingClock, post_office: PostOffice
) -> None:
    take(acme, *range(1, 16))
    tell_of_low_seats(clock)
    send_due(clock=clock)
    (came,) = post_office.came
    assert came["Subject"] == "Acme: Learning · Default runs low on seats"
    for content in (post_office.text(), post_office.html()):
        assert "75 % of its seats are in use, 15 of 20. 5 seats are free." in content
        assert "https://seats.acme.example/admin-center/pools/" in content
        assert "https://seats.acme.example/me/notices/" in content
