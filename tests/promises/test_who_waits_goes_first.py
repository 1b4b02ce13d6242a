"""The waitlist is fair and loses no one: whatever comes, who came first is offered a seat first."""

import os
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from seatkeeper.directory.reach import Reach
from seatkeeper.invitations.errors import ClaimError
from seatkeeper.invitations.services import waitlist
from seatkeeper.invitations.services.requests import approve_requests, ask_for_license, requests_within
from seatkeeper.invitations.services.take_seat import Taken, accept_offer, take_or_wait
from seatkeeper.invitations.services.waitlist import leave_waitlist, settle_pools
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.errors import NothingSelected, NothingToUndo, SeatsBelowTaken, WrongStatus
from seatkeeper.licensing.models import Books, Claim, ClaimKind, License, LicensePool, Operation, Status
from seatkeeper.licensing.services import rests
from seatkeeper.licensing.services.pools import set_seats
from seatkeeper.licensing.services.rests import seats_to_offer
from tests import factories, steps
from tests.promises.test_never_oversold import race, wait_for_the_other
from tests.steps import emails

EXAMPLES = int(os.environ.get("SEATKEEPER_TEST_MIXES", "40"))
PEOPLE, INVITED = 9, 7  # the last two have no invitation
REFUSALS = (ClaimError, NothingSelected, NothingToUndo, WrongStatus, SeatsBelowTaken)

people = st.integers(1, PEOPLE)
several = st.lists(people, min_size=1, max_size=4, unique=True)
acts = st.one_of(
    st.tuples(st.just("click"), people),
    st.tuples(st.just("click"), people),
    st.tuples(st.just("accept"), people),
    st.tuples(st.just("leave"), people),
    st.tuples(st.just("ask"), people),
    st.tuples(st.just("approve")),
    st.tuples(st.sampled_from(["unassign", "activate"]), several),
    st.tuples(st.just("free_many")),
    st.tuples(st.just("undo")),
    st.tuples(st.sampled_from(["seats", "shrink"]), st.integers(0, 5)),
    st.tuples(st.just("settle")),
    st.tuples(st.just("settle")),
    st.tuples(st.just("wait"), st.sampled_from([10, 61, 60 * 24 * 6])),
)


class AnyMix(DjangoTestCase):
    """Hypothesis gives each example a transaction of its own, which is rolled back."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(st.lists(acts, min_size=4, max_size=25), st.sampled_from([1, 2, 50]))
    def test_the_order_is_kept_and_nobody_is_lost(self, mix: list[tuple[Any, ...]], chunk_rows: int) -> None:
        world = World()
        small = override_settings(CHUNK_ROWS=chunk_rows, IN_REQUEST_PEOPLE=chunk_rows)
        with small, mock.patch.object(rests, "LEAST_ABOVE", 0):  # few are many here
            for act in mix:
                world.do(*act)


class World:
    """A pool of two seats, both taken, three who wait, and what each of those who came to it is due."""

    def __init__(self) -> None:
        self.acme = factories.organization()
        self.pool = factories.pool(self.acme, seats=2, activation="invite")
        steps.people(self.acme, PEOPLE)
        steps.do("assign", self.acme, emails(*range(1, INVITED + 1)), pool=self.pool)
        self.ids = {n: factories.learner(self.acme, steps.email(n)).id for n in range(1, PEOPLE + 1)}
        Books.objects.filter(organization=self.acme).update(rest_above=1)
        self.clock = factories.SteppingClock()
        for number in (1, 2, 3, 4, 5):
            self._click(number)

    def do(self, verb: str, *arguments: Any) -> None:
        before, seats_before = self.claims(), self.free()
        with suppress(*REFUSALS):  # an answer, too
            getattr(self, f"_{verb}")(*arguments)
        steps.assert_books_right(self.acme)
        after = self.claims()
        self._no_seat_from_nowhere(verb, seats_before)
        self._nobody_is_lost(verb, before, after)
        self._in_order(verb, before, after)

    def _no_seat_from_nowhere(self, verb: str, seats_before: int) -> None:
        """Only a contract that shrinks leaves a pool over, and nothing takes or holds a seat then."""
        if verb != "shrink":
            assert self.free() >= min(0, seats_before), verb

    def _nobody_is_lost(self, verb: str, before: dict[int, Claim], after: dict[int, Claim]) -> None:
        """A claim goes when its learner has a seat, gave it up, lost the license, or left two offers unanswered."""
        for learner_id in before.keys() - after.keys():
            had = before[learner_id]
            is_over = had.expires_at is not None and had.expires_at <= self.clock.now
            is_lapsed = had.kind == ClaimKind.OFFER and had.lapses == 1 and is_over
            is_answered = had.kind == ClaimKind.REQUEST and self.status(learner_id) == Status.INVITED
            ended = verb in ("unassign", "free_many", "undo") and self.status(learner_id) == Status.UNASSIGNED
            assert self.status(learner_id) == Status.ACTIVE or verb == "leave" or is_lapsed or is_answered or ended, verb

    def _in_order(self, verb: str, before: dict[int, Claim], after: dict[int, Claim]) -> None:
        waiting = sorted(claim.number for claim in after.values() if claim.kind == ClaimKind.WAITING)
        for learner_id, claim in after.items():
            had = before.get(learner_id)
            newly_offered = claim.kind == ClaimKind.OFFER and (had is None or had.kind != ClaimKind.OFFER)
            if newly_offered and waiting:
                assert claim.number < waiting[0]
            if had and had.kind == claim.kind == ClaimKind.WAITING:
                assert claim.number == had.number
            if had is None and claim.kind == ClaimKind.WAITING and verb == "click":  # a newcomer
                assert claim.number == max(waiting)

    def claims(self) -> dict[int, Claim]:
        return {claim.learner_id: claim for claim in Claim.objects.filter(organization_id=self.acme.id, ended_by=0)}

    def free(self) -> int:
        self.pool.refresh_from_db()
        return self.pool.seats_in_force - self.pool.seats_taken - self.pool.seats_held

    def status(self, learner_id: int) -> int:
        found = License.objects.filter(organization_id=self.acme.id, learner_id=learner_id).values_list("status", flat=True)
        return found.first() or 0

    def who(self, number: int) -> dict[str, Any]:
        return {"organization_id": self.acme.id, "pool_id": self.pool.id, "learner_id": self.ids[number]}

    def _click(self, number: int) -> None:
        claims = self.claims()
        others_wait = any(c.kind == ClaimKind.WAITING and c.learner_id != self.ids[number] for c in claims.values())
        mine = claims.get(self.ids[number])
        done = take_or_wait(**self.who(number), actor="learner", clock=self.clock)
        if isinstance(done, Taken):
            assert not others_wait or (mine is not None and mine.kind == ClaimKind.OFFER)

    def _accept(self, number: int) -> None:
        accept_offer(**self.who(number), actor="learner", clock=self.clock)

    def _leave(self, number: int) -> None:
        leave_waitlist(**self.who(number), now=self.clock())

    def _ask(self, number: int) -> None:
        ask_for_license(**self.who(number), reason="", now=self.clock())

    def _approve(self) -> None:
        approve_requests(requests_within(Reach(self.acme.id)), actor="tester", source="page", clock=self.clock)

    def _unassign(self, who: list[int]) -> None:
        steps.do("unassign", self.acme, emails(*who), clock=self.clock)

    def _activate(self, who: list[int]) -> None:
        steps.do("activate", self.acme, emails(*who), clock=self.clock)

    def _free_many(self) -> None:
        """All who have a seat lose it, and the seats rest where they are many."""
        active = License.objects.filter(organization_id=self.acme.id, status=Status.ACTIVE).values_list("learner_id", flat=True)
        steps.do("unassign", self.acme, [steps.email(n) for n, one in self.ids.items() if one in set(active)], clock=self.clock)

    def _undo(self) -> None:
        steps.undo(Operation.objects.filter(organization=self.acme).latest("number"), clock=self.clock)

    def _seats(self, seats: int) -> None:
        set_seats(pool=self.pool, seats=seats)

    def _shrink(self, seats: int) -> None:
        """A contract that ends."""
        LicensePool.objects.filter(id=self.pool.id).update(seats_in_force=seats)

    def _settle(self) -> None:
        offers = len([claim for claim in self.claims().values() if claim.kind == ClaimKind.OFFER])
        to_offer = seats_to_offer(self.pool, now=self.clock()) if self.free() > 0 else 0
        settle_pools(self.clock)
        claims = self.claims().values()
        assert len([claim for claim in claims if claim.kind == ClaimKind.OFFER]) <= offers + max(0, to_offer)
        if self.free() > 0 and seats_to_offer(self.pool, now=self.clock()) > 0:
            assert not any(claim.kind == ClaimKind.WAITING for claim in claims)

    def _wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_forty_connections_click_while_seats_come_free() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=10, activation="invite")
    learners = steps.people(acme, 45, "active")
    steps.do("activate", acme, emails(1, 2, 3, 4, 5), clock=system_clock)

    def click(learner_id: int) -> None:
        take_or_wait(organization_id=acme.id, pool_id=pool.id, learner_id=learner_id, actor="learner", clock=system_clock)

    clicks = [partial(click, learner.id) for learner in learners[5:]]
    freed = [partial(steps.do, "unassign", acme, [steps.email(n)], clock=system_clock) for n in (1, 2, 3)]
    raised = race([*clicks, *freed, *[partial(settle_pools, system_clock)] * 4])

    assert raised == []
    settle_pools(system_clock)
    pool.refresh_from_db()
    assert pool.seats_taken + pool.seats_held == 10
    assert steps.counted(acme, "active") + Claim.objects.filter(ended_by=0).count() == 42
    steps.assert_books_right(acme)
    waiting = Claim.objects.filter(kind=ClaimKind.WAITING).values_list("number", flat=True)
    assert len(set(waiting)) == len(waiting)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_workers_offer_one_seat_with_the_pools_lock_and_without(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1, activation="invite")
    learners = steps.people(acme, 3, "active")
    steps.do("activate", acme, emails(1))
    for learner in learners[1:]:
        waitlist.join_waitlist(organization_id=acme.id, pool_id=pool.id, learner_id=learner.id, now=factories.NOW)
    steps.do("unassign", acme, emails(1))
    meet = wait_for_the_other(guarded=guarded)

    def look_and_wait(pool: LicensePool, *, now: datetime) -> int:
        found = seats_to_offer(pool, now=now)
        meet()
        return found

    monkeypatch.setattr(waitlist, "seats_to_offer", look_and_wait)
    if not guarded:
        monkeypatch.setattr(waitlist, "lock_pool", lambda **where: LicensePool.objects.get(id=where["pool_id"]))

    assert race([partial(settle_pools, system_clock)] * 2) == []

    pool.refresh_from_db()
    offers = Claim.objects.filter(kind=ClaimKind.OFFER).count()
    assert (pool.seats_held == offers == 1) is guarded
