"""Unassigning somebody who has no license ends what they have instead: a place in the waitlist, an offer, a request."""

from typing import Any

import pytest

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.invitations.claims import places_of
from seatkeeper.invitations.errors import LicenseEnded
from seatkeeper.invitations.services.requests import ask_for_license
from seatkeeper.invitations.services.take_seat import take_or_wait
from seatkeeper.invitations.services.waitlist import join_waitlist, settle_pools
from seatkeeper.invitations.standing import State, standings_of
from seatkeeper.licensing.history import history_of
from seatkeeper.licensing.models import License, LicensePool
from seatkeeper.licensing.services.choices import Choice, foresee, plan_choice
from tests import factories, steps
from tests.steps import email, emails
from tests.uploads.files import answers, table
from tests.uploads.test_round_trip import exported

pytestmark = pytest.mark.django_db


class World:
    """Two pools of one seat. The first person has one and is invited to the other; the others wait or ask for the first."""

    def __init__(self) -> None:
        self.acme: Organization = factories.organization()
        self.pool: LicensePool = factories.pool(self.acme, seats=1)
        self.other: LicensePool = factories.pool(self.acme, seats=1, license_type="Pro", activation="invite")
        self.people: list[Learner] = steps.people(self.acme, 6)
        self.clock = factories.SteppingClock()
        for pool in (self.pool, self.other):
            steps.do("assign", self.acme, [email(1)], pool=pool)
        for number in (4, 3, 2):
            self.wait(number)
        ask_for_license(**self.who(5), reason="Exam", now=self.clock())

    def who(self, number: int) -> dict[str, Any]:
        return {"organization_id": self.acme.id, "pool_id": self.pool.id, "learner_id": self.people[number - 1].id}

    def wait(self, number: int) -> None:
        join_waitlist(**self.who(number), now=self.clock())

    def has(self, number: int) -> tuple[str, int] | None:
        places = places_of(organization_id=self.acme.id, learner_id=self.people[number - 1].id)
        return (places[0].kind.value, places[0].place) if places else None

    def all_have(self) -> list[tuple[str, int] | None]:
        return [self.has(number) for number in range(2, 6)]

    def numbers(self) -> tuple[int, int]:
        self.pool.refresh_from_db()
        steps.assert_books_right(self.acme)
        return self.pool.seats_taken, self.pool.seats_held


BEFORE = [("waiting", 3), ("waiting", 2), ("waiting", 1), ("request", 1)]


@pytest.mark.parametrize("of_one_pool", [True, False])
def test_it_ends_is_counted_and_comes_back_in_order(of_one_pool: bool) -> None:
    world = World()
    assert world.all_have() == BEFORE

    plan = steps.plan("unassign", world.acme, emails(4, 2, 5, 6), pool=world.pool if of_one_pool else None)
    assert (plan.counts["claims_ended"], plan.counts["unassigned"], plan.counts["unchanged"]) == (3, 0, 1)
    assert world.all_have() == BEFORE
    ended = steps.apply(plan)

    assert world.all_have() == [None, ("waiting", 1), None, None]
    assert (ended.counts["claims_ended"], ended.counts["skipped"]) == (3, 0)
    assert world.numbers() == (1, 0)
    undone = steps.undo(ended)
    assert (undone.counts["claims_back"], undone.counts["unassigned"], world.all_have()) == (3, 0, BEFORE)
    assert not License.objects.filter(learner_id=world.people[1].id).exclude(operation_id=0).exists()
    again = steps.undo(undone)
    assert (again.counts["claims_ended"], world.all_have()) == (3, [None, ("waiting", 1), None, None])
    steps.undo(again)
    assert (world.all_have(), world.numbers()) == (BEFORE, (1, 0))


def test_another_pools_waitlist_is_left_alone() -> None:
    world = World()
    plan = steps.plan("unassign", world.acme, [email(4)], pool=world.other)
    assert (plan.planned_changes, steps.apply(plan).counts["unchanged"]) == (0, 1)
    assert steps.do("withdraw", world.acme, [email(4)]).counts["claims_ended"] == 0
    assert world.all_have() == BEFORE


def test_the_seat_that_an_offer_held_is_free_at_once() -> None:
    world = World()
    steps.do("unassign", world.acme, [email(1)], pool=world.pool)
    settle_pools(world.clock)
    assert (world.has(4), world.numbers()) == (("offer", 1), (0, 1))

    ended = steps.do("unassign", world.acme, [email(4)])

    assert (world.has(4), world.numbers()) == (None, (0, 0))
    steps.undo(ended)
    assert (world.has(4), world.numbers()) == (("waiting", 1), (0, 0))
    settle_pools(world.clock)
    assert (world.has(4), world.has(3), world.numbers()) == (("offer", 1), ("waiting", 1), (0, 1))


def test_nothing_but_asking_and_an_admin_gives_it_back() -> None:
    world = World()
    ended = steps.do("unassign", world.acme, [email(4)], clock=world.clock)
    with pytest.raises(LicenseEnded):
        world.wait(4)
    with pytest.raises(LicenseEnded):
        take_or_wait(**world.who(4), actor="p4", clock=world.clock)
    found = standings_of(organization_id=world.acme.id, learner_id=world.people[3].id, now=world.clock())
    stands = {standing.pool.key: (standing.state, standing.was_active) for standing in found}
    assert stands[world.pool.key] == (State.ENDED, False)

    ask_for_license(**world.who(4), reason="", now=world.clock())
    undone = steps.undo(ended)  # what they asked for since stays
    assert (world.has(4), undone.counts["skipped"]) == (("request", 1), 0)
    assert world.numbers() == (1, 0)


def test_an_earlier_license_keeps_the_day_on_which_it_ended() -> None:
    world = World()
    steps.do("unassign", world.acme, [email(1)], pool=world.pool)
    before = License.objects.get(learner_id=world.people[0].id, pool_id=world.pool.id)
    ask_for_license(**world.who(1), reason="", now=world.clock())
    world.clock.forward(days=9)
    ended = steps.do("unassign", world.acme, [email(1)], pool=world.pool, clock=world.clock)
    after = License.objects.get(learner_id=world.people[0].id, pool_id=world.pool.id)
    assert (after.status_at, after.operation_id, world.has(1)) == (before.status_at, ended.number, None)
    steps.undo(ended)
    assert License.objects.get(learner_id=world.people[0].id, pool_id=world.pool.id).operation_id == before.operation_id
    assert world.numbers() == (0, 0)


def test_it_stands_in_the_history() -> None:
    world = World()
    steps.undo(steps.do("unassign", world.acme, [email(4)]))
    assert [entry["what"] for entry in history_of(world.people[3]) if "pool" in entry] == [
        "unassigned → claim",
        "claim → unassigned",
    ]


@pytest.mark.parametrize("gives", [True, False])
@pytest.mark.parametrize("ends", ["none", "pool", "other", "nothing"])
def test_the_dialog_foresees_it(gives: bool, ends: str) -> None:
    world = World()
    pools = {"pool": (world.pool,), "other": (world.other,)}.get(ends, ())
    given = (world.other,) if gives and ends in ("pool", "nothing") else ()
    choice = Choice(is_none=ends == "none", ends=pools, gives=given)
    people = steps.chosen(world.acme, emails(*range(1, 7)))
    outlook = foresee(people, choice=choice, organization_id=world.acme.id)
    plan = plan_choice(people, choice=choice, act=steps.act(world.acme, "manage"), clock=factories.frozen_clock)

    assert outlook.is_what(plan), (outlook, plan.counts)
    assert outlook.claims_ended == (4 if ends in ("none", "pool") else 0)
    assert plan.counts["reassigned"] == 0
    done = steps.apply(plan)
    assert world.all_have() == ([None] * 4 if outlook.claims_ended else BEFORE)
    steps.assert_books_right(world.acme)
    if done.planned_changes:
        steps.undo(done)
    assert (world.all_have(), world.numbers()) == (BEFORE, (1, 0))


def test_a_file_ends_it_and_an_old_download_does_not() -> None:
    world = World()
    column = "license_learning_status"
    join_waitlist(**world.who(1) | {"pool_id": world.other.id}, now=world.clock())  # invited there, too
    cells = [line.split(",") for line in exported(world.acme).decode().splitlines()]
    at = [cells[0].index(f"default_license_{name}_status") for name in ("learning", "pro")]
    assert [[row[place] for place in at] for row in cells[1:]] == [
        ["active", "active"],
        *[["", "inactive"]] * 4,
        ["inactive"] * 2,
    ]
    assert factories.import_csv(world.acme, exported(world.acme)).counts["claims_ended"] == 0
    assert world.all_have() == BEFORE
    assert len(places_of(organization_id=world.acme.id, learner_id=world.people[0].id)) == 1

    done = factories.import_csv(world.acme, table(["email", column], [email(4), "inactive"], [email(6), "inactive"]))
    assert answers(done) == [("unassigned", ""), ("unchanged", "")]
    assert (done.counts["claims_ended"], done.counts["unassigned"], done.counts["unchanged"]) == (1, 0, 1)
    assert world.all_have() == [("waiting", 2), ("waiting", 1), None, ("request", 1)]
    steps.undo(done)
    assert (world.all_have(), world.numbers()) == (BEFORE, (1, 0))


def test_in_a_file_who_only_waits_is_not_reassigned() -> None:
    world = World()
    columns = ["email", "license_learning_status", "license_pro_status"]
    done = factories.import_csv(world.acme, table(columns, [email(4), "inactive", "active"]))
    assert (done.counts["claims_ended"], done.counts["invited"], done.counts["reassigned"]) == (1, 1, 0)
    assert done.planned_changes == 2
    assert (world.has(4), world.numbers()) == (None, (1, 0))
