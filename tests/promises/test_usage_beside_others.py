"""Usage taken in by several at once, while licenses change and profiles are merged: all of it counts, and once."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.licensing.services.operations import apply_operation
from seatkeeper.usage.models import Fact, Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.check import check_usage
from seatkeeper.usage.services.take_in import take_in
from tests import factories, steps
from tests.promises.test_never_oversold import race
from tests.usage.reckoning import kept, reckoned

PEOPLE, BATCHES, SIZE = 30, 8, 25


def telling(of: Organization, seed: int) -> Callable[[], Any]:
    """Batches of facts; the batches of all seeds are the same facts, in another order."""

    def tell() -> None:
        facts = [
            Told(
                steps.email(1 + number % PEOPLE),
                f"/courses/{number % 3}",
                day=factories.NOW.date() - timedelta(days=number % 11),
                seconds=number,
                views=number % 2,
                completions=int(number % 5 == 0),
                id=str(number),
            )
            for number in range(BATCHES * SIZE)
        ]
        random.Random(seed).shuffle(facts)  # noqa: S311  an order of its own
        for first in range(0, len(facts), SIZE):
            take_in(organization_id=of.id, facts=facts[first : first + SIZE], source=Source.API, now=factories.NOW)

    return tell


def unassigning_and_back(of: Organization, addresses: list[str]) -> Callable[[], Any]:
    def act() -> None:
        for _ in range(4):
            steps.do("unassign", of, addresses, clock=system_clock)
            steps.do("assign", of, addresses, clock=system_clock, pool=of.licensepool_set.get())

    return act


def merging(of: Organization, leaving: str, staying: str) -> Callable[[], Any]:
    def merge() -> None:
        outlook = outlook_of(leaving=factories.learner(of, leaving), staying=factories.learner(of, staying))
        planned = plan_merge(outlook, act=steps.act(of, "merge"), clock=system_clock)
        apply_operation(planned, clock=system_clock, actor="tester")

    return merge


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_all_of_it_counts_once() -> None:
    acme = factories.organization()
    factories.pool(acme, seats=PEOPLE)
    steps.people(acme, PEOPLE, "active")
    for number in range(3):
        words: dict[str, Any] = {"title": f"Course {number}", "address": f"/courses/{number}"}
        add_content(organization_id=acme.id, **words, license_types=["learning"], actor="tester", now=factories.NOW)

    raised = race(
        [
            *(telling(acme, seed) for seed in range(4)),
            unassigning_and_back(acme, steps.emails(*range(1, 20))),
            merging(acme, steps.email(25), steps.email(26)),
            merging(acme, steps.email(27), steps.email(28)),
        ]
    )

    assert raised == []
    assert Fact.objects.filter(organization_id=acme.id).count() == BATCHES * SIZE
    assert kept(acme.id) == reckoned(acme.id)
    assert check_usage(organization_id=acme.id) == []
    steps.assert_books_right(acme)
