"""Suspended: access ends at once, while license, seat and place in the waitlist stay; resumed, all is as before."""

from typing import Any

import pytest
from django.test import Client

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate.catalogue import contents_open_to
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.invitations.claims import places_of
from seatkeeper.invitations.errors import LearnerSuspended
from seatkeeper.invitations.services.requests import approve_requests, ask_for_license
from seatkeeper.invitations.services.take_seat import Taken, accept_offer, take_or_wait
from seatkeeper.invitations.services.waitlist import join_waitlist, settle_pools
from seatkeeper.invitations.standing import standings_of
from seatkeeper.licensing.errors import MergeOfSuspended
from seatkeeper.licensing.models import Claim, LicensePool
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.licensing.services.suspend import resume_learner, suspend_learner
from tests import factories, steps
from tests.gate.asking import ask
from tests.gate.conftest import acme, ann, anns_account, anns_browser, course, learning  # noqa: F401  fixtures
from tests.steps import email, emails

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": "tester", "now": factories.NOW}


def suspend(*people: Learner, reason: str = "") -> None:
    for person in people:
        assert suspend_learner(learner=person, reason=reason, **BY)


def test_the_next_request_is_refused_and_resuming_opens_again(
    acme: Organization,  # noqa: F811
    course: Content,  # noqa: F811
    ann: Learner,  # noqa: F811
    anns_browser: Client,  # noqa: F811
    learning: LicensePool,  # noqa: F811
) -> None:
    before = steps.state(acme)
    free = add_content(organization_id=acme.id, title="Hello", address="/hello", is_free=True, **BY)
    assert ask(anns_browser) == (200, "active")

    suspend(ann, reason="on leave")
    ann.refresh_from_db()

    assert ask(anns_browser) == (403, "suspended")
    assert ask(anns_browser, "/hello") == (200, "free")
    assert ask(anns_browser, "/elsewhere") == (403, "unknown_content")
    assert list(contents_open_to(ann)) == [free]
    assert (steps.statuses(acme), steps.taken(learning)) == ({"ann@acme.example": "active"}, 1)
    assert not suspend_learner(learner=ann, **BY)
    assert resume_learner(learner=ann, **BY)
    assert not resume_learner(learner=ann, **BY)
    assert ask(anns_browser) == (200, "active")
    assert steps.state(acme) == before
    entries = AuditEntry.objects.filter(action__startswith="learner.").order_by("id").values_list("action", "facts")
    assert list(entries) == [
        ("learner.suspended", {"learner": ann.id, "reason": "on leave"}),
        ("learner.resumed", {"learner": ann.id}),
    ]


def test_who_has_no_license_reads_suspended_too(
    acme: Organization,  # noqa: F811
    course: Content,  # noqa: F811
    ann: Learner,  # noqa: F811
    anns_browser: Client,  # noqa: F811
) -> None:
    steps.do("unassign", acme, [ann.email])
    suspend(ann)
    assert ask(anns_browser) == (403, "suspended")


def test_a_filter_finds_them() -> None:
    home = factories.organization()
    people = steps.people(home, 3)
    suspend(people[1])

    def found(text: str) -> list[str]:
        return list(learners_matching(home.id, text, today=factories.NOW.date()).order_by("id").values_list("email", flat=True))

    assert found("suspended:yes") == found("-suspended:no") == [email(2)]
    assert found("suspended:NO") == found("-suspended:yes") == emails(1, 3)
    with pytest.raises(FilterRefused):
        found("suspended:perhaps")


class Waiting:
    """A pool of one seat, taken by the first; the others are invited and wait in order."""

    def __init__(self) -> None:
        self.home = factories.organization()
        self.pool = factories.pool(self.home, seats=1, activation="invite")
        self.people = steps.people(self.home, 5, "active")
        self.clock = factories.SteppingClock()
        assert isinstance(self.click(1), Taken)
        for number in (2, 3, 4):
            self.click(number)

    def who(self, number: int) -> dict[str, Any]:
        return {"organization_id": self.home.id, "pool_id": self.pool.id, "learner_id": self.people[number - 1].id}

    def click(self, number: int) -> Any:
        return take_or_wait(**self.who(number), actor=email(number), clock=self.clock)

    def has(self, number: int) -> tuple[str, int]:
        (place,) = places_of(organization_id=self.home.id, learner_id=self.people[number - 1].id)
        return place.kind.value, place.place

    def free_a_seat(self) -> None:
        steps.do("unassign", self.home, [email(1)])
        settle_pools(self.clock)

    def numbers(self) -> tuple[int, int]:
        self.pool.refresh_from_db()
        steps.assert_books_right(self.home)
        return self.pool.seats_taken, self.pool.seats_held


def test_an_offer_skips_them_and_they_keep_their_place() -> None:
    world = Waiting()
    suspend(world.people[1])
    world.free_a_seat()
    assert [world.has(number) for number in (2, 3, 4)] == [("waiting", 1), ("offer", 1), ("waiting", 2)]
    resume_learner(learner=world.people[1], **BY)
    accept_offer(**world.who(3), actor="p3", clock=world.clock)
    steps.do("unassign", world.home, [email(3)])
    settle_pools(world.clock)
    assert (world.has(2), world.numbers()) == (("offer", 1), (0, 1))


def test_a_seat_held_for_them_goes_to_the_next() -> None:
    world = Waiting()
    world.free_a_seat()
    assert (world.has(2), world.numbers()) == (("offer", 1), (0, 1))
    suspend(world.people[1])
    assert (world.has(2), world.numbers()) == (("waiting", 1), (0, 0))
    settle_pools(world.clock)
    assert (world.has(2), world.has(3), world.numbers()) == (("waiting", 1), ("offer", 1), (0, 1))
    assert Claim.objects.get(learner_id=world.people[1].id).lapses == 0


def test_they_activate_nothing_and_nobody_waits_behind_them() -> None:
    world = Waiting()
    suspend(*world.people[1:4])
    world.free_a_seat()
    assert world.numbers() == (0, 0)
    for take in (take_or_wait, accept_offer):
        with pytest.raises(LearnerSuspended):
            take(**world.who(2), actor="p2", clock=world.clock)
    (standing,) = standings_of(organization_id=world.home.id, learner_id=world.people[1].id, now=world.clock())
    assert (standing.state, standing.suspended_at) == ("waiting", factories.NOW)
    assert isinstance(world.click(5), Taken)
    assert world.numbers() == (1, 0)


def test_a_request_is_approved_over_those_suspended() -> None:
    home = factories.organization()
    pool = factories.pool(home, seats=1)
    first, second = steps.people(home, 2)
    who: dict[str, Any] = {"organization_id": home.id, "pool_id": pool.id}
    join_waitlist(**who, learner_id=first.id, now=factories.NOW)
    ask_for_license(**who, learner_id=second.id, reason="", now=factories.NOW)
    suspend(first)
    requests = Claim.objects.filter(organization_id=home.id, kind="request")
    approved = approve_requests(requests, actor="tester", source="page", clock=factories.frozen_clock)
    assert (approved.active, approved.waiting) == (1, 0)


def test_a_merge_gives_no_access_back() -> None:
    home = factories.organization()
    factories.pool(home, seats=5)
    first, second = steps.people(home, 2, "active")
    planned = plan_merge(outlook_of(leaving=first, staying=second), act=steps.act(home, "merge"), clock=factories.frozen_clock)
    suspend(first)
    first.refresh_from_db()
    for pair in ({"leaving": first, "staying": second}, {"leaving": second, "staying": first}):
        with pytest.raises(MergeOfSuspended):
            outlook_of(**pair)
    steps.apply(planned)  # somebody was suspended between the look and the merge: their profile stays
    assert steps.skipped(planned)[email(1)][0] == "is_suspended"
    assert Learner.objects.get(id=first.id).suspended_at == factories.NOW
    steps.assert_books_right(home)


def test_whose_profiles_part_again_is_suspended_in_both() -> None:
    home = factories.organization()
    factories.pool(home, seats=5)
    first, second = steps.people(home, 2, "active")
    plan = plan_merge(outlook_of(leaving=first, staying=second), act=steps.act(home, "merge"), clock=factories.frozen_clock)
    merged = steps.apply(plan)
    suspend(second)
    steps.undo(merged)
    assert Learner.objects.filter(organization=home, suspended_at=factories.NOW).count() == 2


def test_an_undo_leaves_who_is_suspended() -> None:
    home = factories.organization()
    added = factories.import_csv(home, "email\n" + "\n".join(emails(1, 2)))
    suspend(factories.learner(home, email(1)))
    undone = steps.undo(added)
    assert list(steps.skipped(undone)) == [email(1)]
    assert list(Learner.objects.filter(organization=home).values_list("email", flat=True)) == [email(1)]
