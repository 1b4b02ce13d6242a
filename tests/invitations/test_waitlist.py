"""No seat left: a place in the waitlist; what comes free is offered in order, and an offer holds its seat."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.invitations.claims import Place, places_of
from seatkeeper.invitations.errors import HasLicense, LicenseEnded, NoSuchClaim, OfferLapsed, PoolIsOver
from seatkeeper.invitations.rules import end_of_offer
from seatkeeper.invitations.services.join import ask_to_join, open_join_link, sweep_joinings
from seatkeeper.invitations.services.take_seat import Taken, accept_offer, take_or_wait
from seatkeeper.invitations.services.waitlist import join_waitlist, leave_waitlist, settle_pools
from seatkeeper.licensing import tasks
from seatkeeper.licensing.models import Books, Claim, LicensePool, Rest
from seatkeeper.licensing.services.claims import sweep_claims
from tests import factories, steps
from tests.factories import NOW
from tests.steps import email, emails

pytestmark = pytest.mark.django_db


class World:
    """A pool of so many seats, all taken, and people beyond them who are invited."""

    def __init__(self, *, seats: int = 2, people: int = 6) -> None:
        self.acme: Organization = factories.organization()
        self.pool: LicensePool = factories.pool(self.acme, seats=seats, activation="invite")
        self.people: list[Learner] = steps.people(self.acme, people, "active")
        self.clock = factories.SteppingClock()
        for number in range(1, seats + 1):
            assert isinstance(self.click(number), Taken)

    def who(self, number: int) -> dict[str, Any]:
        return {"organization_id": self.acme.id, "pool_id": self.pool.id, "learner_id": self.people[number - 1].id}

    def click(self, number: int) -> Taken | Place:
        return take_or_wait(**self.who(number), actor=email(number), clock=self.clock)

    def accept(self, number: int) -> Taken:
        return accept_offer(**self.who(number), actor=email(number), clock=self.clock)

    def leave(self, number: int) -> None:
        leave_waitlist(**self.who(number), now=self.clock())

    def place(self, number: int) -> tuple[str, int] | None:
        places = places_of(organization_id=self.acme.id, learner_id=self.people[number - 1].id)
        return (places[0].kind.value, places[0].place) if places else None

    def settle(self) -> None:
        settle_pools(self.clock)

    def numbers(self) -> tuple[int, int]:
        self.pool.refresh_from_db()
        steps.assert_books_right(self.acme)
        return self.pool.seats_taken, self.pool.seats_held


def test_who_finds_no_seat_waits_in_order_of_coming() -> None:
    world = World()

    assert [world.click(number).place for number in (5, 3, 4)] == [1, 2, 3]  # type: ignore[union-attr]
    assert world.click(3) == places_of(organization_id=world.acme.id, learner_id=world.people[2].id)[0]
    assert steps.statuses(world.acme)[email(3)] == "invited"
    with pytest.raises(HasLicense):
        world.click(1)
    assert world.numbers() == (2, 0)


def test_a_seat_that_comes_free_is_offered_to_the_first_and_held() -> None:
    world = World()
    for number in (5, 3, 4):
        world.click(number)
    steps.do("unassign", world.acme, [email(1)])

    assert world.click(6).place == 4  # type: ignore[union-attr]  # a seat is free, but others wait
    world.settle()

    assert [world.place(number) for number in (5, 3, 4, 6)] == [("offer", 1), ("waiting", 1), ("waiting", 2), ("waiting", 3)]
    assert world.numbers() == (1, 1)
    world.settle()
    assert world.numbers() == (1, 1)
    with pytest.raises(NoSuchClaim):
        world.accept(3)
    assert isinstance(world.accept(5), Taken)
    assert (world.numbers(), world.place(5), steps.statuses(world.acme)[email(5)]) == ((2, 0), None, "active")


def test_an_offer_that_lapses_passes_on_and_its_learner_waits_at_the_end() -> None:
    world = World()
    for number in (5, 3):
        world.click(number)
    steps.do("unassign", world.acme, [email(1)])
    world.settle()

    world.clock.forward(hours=71)
    world.settle()
    assert world.place(5) == ("offer", 1)
    world.clock.forward(hours=72)  # a weekend lies between
    with pytest.raises(OfferLapsed):
        world.accept(5)
    world.settle()
    assert (world.place(3), world.place(5), world.numbers()) == (("offer", 1), ("waiting", 1), (1, 1))

    world.clock.forward(days=7)
    world.settle()
    assert (world.place(5), world.place(3)) == (("offer", 1), ("waiting", 1))
    world.clock.forward(days=7)
    world.settle()  # a second one unanswered: the place ends
    assert (world.place(5), world.place(3), world.numbers()) == (None, ("offer", 1), (1, 1))


def test_who_leaves_gives_the_offer_to_the_next() -> None:
    world = World()
    for number in (5, 3, 4):
        world.click(number)
    steps.do("unassign", world.acme, [email(1)])
    world.settle()

    world.leave(3)
    world.leave(5)

    assert [world.place(number) for number in (5, 3, 4)] == [None, None, ("offer", 1)]
    assert world.numbers() == (1, 1)
    with pytest.raises(NoSuchClaim):
        world.leave(5)


@pytest.mark.parametrize("has_offer", [True, False])
def test_unassigning_ends_every_claim_and_nothing_but_an_admin_gives_it_back(has_offer: bool) -> None:
    world = World()
    world.click(5)
    if has_offer:
        steps.do("unassign", world.acme, [email(1)])
        world.settle()

    ended = steps.do("unassign", world.acme, [email(5)])

    assert world.place(5) is None
    assert world.numbers() == ((1, 0) if has_offer else (2, 0))
    for claim in (world.click, lambda number: join_waitlist(**world.who(number), now=world.clock())):
        with pytest.raises(LicenseEnded):
            claim(5)

    steps.undo(ended)
    assert world.place(5) == ("waiting", 1)
    assert world.numbers() == ((1, 0) if has_offer else (2, 0))


def test_who_is_given_a_license_by_an_admin_waits_no_longer() -> None:
    world = World(people=8)
    for number in (5, 3, 4):
        world.click(number)
    steps.do("unassign", world.acme, [email(1)])
    done = steps.do("activate", world.acme, [email(4)])  # a free seat: the admin's to give

    assert (world.place(4), world.numbers()) == (None, (2, 0))
    steps.undo(done)
    assert (world.place(4), world.numbers()) == (("waiting", 3), (1, 0))


def test_who_is_removed_leaves_no_claim() -> None:
    world = World()
    added = factories.import_csv(world.acme, steps.csv_of(["new@corp.example"]))
    new = factories.learner(world.acme, "new@corp.example")
    join_waitlist(**world.who(1) | {"learner_id": new.id}, now=world.clock())
    steps.do("unassign", world.acme, [email(1)])
    world.settle()
    assert world.numbers() == (1, 1)

    assert steps.undo(added).counts["removed"] == 1

    assert not Claim.objects.filter(organization_id=world.acme.id).exists()
    assert world.numbers() == (1, 0)


def test_seats_freed_by_many_rest_and_are_free_to_admins_and_to_who_is_invited() -> None:
    world = World(seats=12, people=16)
    Books.objects.filter(organization=world.acme).update(rest_above=10)
    world.click(13)
    freed = steps.do("unassign", world.acme, emails(*range(1, 12)), clock=world.clock)
    assert world.numbers() == (1, 0)

    world.settle()
    assert world.place(13) == ("waiting", 1)
    world.leave(13)
    assert isinstance(world.click(14), Taken)  # nobody waits, and they hold an invitation
    world.click(13)
    assert world.numbers() == (3, 0)
    steps.do("unassign", world.acme, [email(13)], clock=world.clock)
    world.clock.forward(minutes=59)
    for number in (15, 16):
        world.click(number)
    world.clock.forward(minutes=2)
    world.settle()
    assert freed.counts["seats_freed"] == 11
    assert world.numbers()[1] == 0  # who clicked found seats free


def test_what_is_undone_rests_no_longer() -> None:
    world = World(seats=12, people=16)
    Books.objects.filter(organization=world.acme).update(rest_above=10)
    world.click(13)
    freed = steps.do("unassign", world.acme, emails(*range(1, 12)), clock=world.clock)
    world.settle()
    assert world.numbers() == (1, 0)

    assert steps.undo(freed, clock=world.clock).counts["skipped"] == 0
    steps.do("unassign", world.acme, [email(12)], clock=world.clock)
    world.settle()
    assert (world.numbers(), world.place(13)) == ((11, 1), ("offer", 1))


def test_a_pool_that_shrinks_takes_offers_back_the_last_first() -> None:
    world = World()
    for number in (5, 3):
        world.click(number)
    steps.do("unassign", world.acme, emails(1, 2))
    world.settle()
    assert world.numbers() == (0, 2)
    LicensePool.objects.filter(id=world.pool.id).update(seats_in_force=1)
    with pytest.raises(PoolIsOver):
        world.accept(5)
    world.settle()

    assert (world.place(5), world.place(3), world.numbers()) == (("offer", 1), ("waiting", 1), (0, 1))
    assert isinstance(world.accept(5), Taken)


def test_whose_seat_is_held_goes_before_others_of_the_same_act() -> None:
    world = World()
    world.click(5)
    steps.do("unassign", world.acme, [email(1)])
    world.settle()

    done = steps.do("activate", world.acme, emails(3, 4, 5))

    assert set(steps.skipped(done)) == set(emails(3, 4))
    assert world.numbers() == (2, 0)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 5, 9, tzinfo=UTC)),  # Monday, Thursday
        (datetime(2026, 3, 5, 9, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)),  # Thursday, Tuesday
        (datetime(2026, 3, 7, 9, tzinfo=UTC), datetime(2026, 3, 12, tzinfo=UTC)),  # a Saturday counts from Monday on
        (datetime(2026, 3, 6, 23, tzinfo=UTC), datetime(2026, 3, 11, 23, tzinfo=UTC)),
    ],
)
def test_an_offer_stands_for_72_hours_without_weekends(start: datetime, end: datetime) -> None:
    assert end_of_offer(start, hours=72) == end
    assert end_of_offer(start, hours=0) - start == timedelta(0)


def test_claims_that_ended_are_kept_for_undo_then_go_and_what_stands_stays(settings: Settings) -> None:
    settings.CHUNK_ROWS = 2
    world = World(people=8)
    for number in range(3, 9):
        world.click(number)
    ended = steps.do("unassign", world.acme, emails(3, 4, 5), clock=world.clock)
    later = steps.do("unassign", world.acme, [email(6)], clock=lambda: NOW + timedelta(days=30))
    where = {"organization_id": world.acme.id}

    assert sweep_claims(**where, now=NOW + timedelta(days=89)) == 0
    assert sweep_claims(**where, now=NOW + timedelta(days=91)) == 3

    assert set(Claim.objects.values_list("learner_id", "ended_by")) == {
        (world.people[5].id, later.number),
        (world.people[6].id, 0),
        (world.people[7].id, 0),
    }
    steps.undo(ended)
    steps.undo(later)
    assert [world.place(number) for number in (3, 6, 7)] == [None, ("waiting", 1), ("waiting", 2)]
    assert steps.statuses(world.acme)[email(3)] == "invited"
    assert world.numbers() == (2, 0)


def test_a_rest_goes_a_day_after_it_is_over() -> None:
    world = World(seats=12, people=12)
    Books.objects.filter(organization=world.acme).update(rest_above=10, rest_minutes=120)
    steps.do("unassign", world.acme, emails(*range(1, 12)))

    tasks.tidy(lambda: NOW + timedelta(hours=25))
    assert Rest.objects.get().seats == 11
    tasks.tidy(lambda: NOW + timedelta(hours=27))
    assert not Rest.objects.exists()
    assert world.numbers() == (1, 0)


def test_an_address_that_nobody_confirmed_is_deleted_after_a_day() -> None:
    world = World()
    link = open_join_link(pool=world.pool, domains=["corp.example"], actor="tester", now=NOW)
    ask_to_join(link, email="new@corp.example", now=NOW)

    assert sweep_joinings(now=NOW + timedelta(hours=23)) == 0
    assert sweep_joinings(now=NOW + timedelta(hours=25)) == 1
