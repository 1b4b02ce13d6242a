"""Whatever is done, in whatever order: the ledger adds up to the state, and no pool is oversold."""

import os
from contextlib import suppress
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from seatkeeper.directory.models import Group, Learner
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.errors import NothingSelected, NothingToUndo, SeatsBelowTaken, WrongStatus
from seatkeeper.licensing.models import LicensePool, Operation, OperationStatus, Skipped
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.chunks import apply_chunk, next_chunk
from seatkeeper.licensing.services.operations import apply_operation, cancel_operation
from seatkeeper.licensing.services.pools import set_seats
from seatkeeper.uploads.services.run import carry_on, upload_of
from tests import factories, steps
from tests.steps import emails

EXAMPLES = int(os.environ.get("SEATKEEPER_TEST_MIXES", "40"))
PEOPLE = 6
POOLS = ("learning", "coding")
REFUSALS = (NothingSelected, NothingToUndo, WrongStatus, SeatsBelowTaken)

people = st.lists(st.integers(1, PEOPLE + 2), min_size=1, max_size=4, unique=True)
pools = st.sampled_from(POOLS)
cells = st.sampled_from(["active", "inactive", "", " Inactive "])
rows = st.lists(
    st.tuples(st.integers(1, PEOPLE + 2), st.sampled_from(["Sales", "Legal", "REMOVE", ""]), cells, cells),
    min_size=1,
    max_size=6,
)
older = st.integers(0, 8)  # the last operation but so many
apply = st.booleans()

acts = st.one_of(
    st.tuples(st.just("import"), rows, apply),
    st.tuples(st.just("rename"), st.integers(1, PEOPLE), st.integers(1, PEOPLE + 2)),
    st.tuples(st.sampled_from(["assign", "unassign", "activate", "reassign"]), people, pools, apply),
    st.tuples(st.sampled_from(["join", "leave"]), people, apply),
    st.tuples(st.sampled_from(["apply", "undo", "undo", "undo", "cancel", "cut"]), older),
    st.tuples(st.just("seats"), pools, st.integers(0, 6)),
)


class AnyMix(DjangoTestCase):
    """Hypothesis gives each example a transaction of its own, which is rolled back."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(st.lists(acts, min_size=4, max_size=25), st.sampled_from([1, 2, 3, 50]), st.sampled_from(["immediate", "invite"]))
    def test_the_books_are_right_after_every_step(self, mix: list[tuple[Any, ...]], chunk_rows: int, activation: str) -> None:
        world = World(activation)
        with override_settings(CHUNK_ROWS=chunk_rows, STAGE_ROWS=chunk_rows):
            for act in mix:
                world.do(*act)
                world.assert_right()


class World:
    """An organization with two small pools, and a way to do each act to it."""

    def __init__(self, activation: str) -> None:
        self.acme = factories.organization()
        for license_type, kind in zip(POOLS, (activation, "immediate"), strict=True):
            factories.pool(self.acme, seats=3, license_type=license_type, activation=kind)
        self.group = add_group(organization_id=self.acme.id, name="Group")
        self.clock = factories.SteppingClock()
        header = "invited_email_address,unique_user_id\n"
        factories.import_csv(self.acme, header + "".join(f"{steps.email(n)},{n}\n" for n in range(1, PEOPLE + 1)))

    def do(self, verb: str, *arguments: Any) -> None:
        with suppress(*REFUSALS):  # an answer, too
            getattr(self, f"_{verb}", lambda *rest: self._act(verb, *rest))(*arguments)

    def assert_right(self) -> None:
        proof = check_books(organization_id=self.acme.id)
        assert proof.ok, proof.gaps
        for pool in LicensePool.objects.filter(organization=self.acme):
            assert pool.seats_taken <= pool.seats_in_force, pool.key
        for operation in Operation.objects.filter(organization=self.acme, status=OperationStatus.DONE):
            skipped = Skipped.objects.filter(organization_id=self.acme.id, operation_id=operation.number)
            assert bool(skipped) == bool(operation.counts["skipped"]) or operation.verb == "import"

    def _import(self, file: list[tuple[int, str, str, str]], apply: bool) -> None:
        header = "invited_email_address,department_name,license_learning_status,license_coding_status\n"
        content = "".join(f"{steps.email(n)},{department},{one},{other}\n" for n, department, one, other in file)
        factories.import_csv(self.acme, header + content, clock=self.clock, apply=apply)

    def _rename(self, user_id: int, to: int) -> None:
        header = "invited_email_address,unique_user_id\n"
        factories.import_csv(self.acme, f"{header}renamed{to}@corp.example,{user_id}\n", clock=self.clock)

    def _act(self, verb: str, who: list[int], license_type: str, apply: bool) -> None:
        pool = LicensePool.objects.get(organization=self.acme, key=f"default/{license_type}")
        named: dict[str, Any] = {"reassign": {"target": pool}}.get(verb, {"pool": pool})
        planned = steps.plan(verb, self.acme, emails(*who), clock=self.clock, **named)
        if apply:
            steps.apply(planned, clock=self.clock)

    def _join(self, who: list[int], apply: bool) -> None:
        self._change_membership(who, joins=True, apply=apply)

    def _leave(self, who: list[int], apply: bool) -> None:
        self._change_membership(who, joins=False, apply=apply)

    def _change_membership(self, who: list[int], *, joins: bool, apply: bool) -> None:
        group = Group.objects.get(id=self.group.id)
        planned = steps.plan("membership", self.acme, emails(*who), clock=self.clock, group=group, joins=joins)
        if apply:
            steps.apply(planned, clock=self.clock)

    def _apply(self, older: int) -> None:
        operation = self._operation(older)
        if upload := upload_of(operation):
            carry_on(upload, clock=self.clock, actor="tester", apply=True, release_brake=True)
        else:
            apply_operation(operation, clock=self.clock, actor="tester", release_brake=True)

    def _undo(self, older: int) -> None:
        steps.undo(self._operation(older), clock=self.clock)

    def _cancel(self, older: int) -> None:
        cancel_operation(self._operation(older), now=self.clock())

    def _cut(self, older: int) -> None:
        """Apply one chunk of a plan and stop there: as if killed."""
        operation = self._operation(older)
        planned = Operation.objects.filter(organization=self.acme, number=operation.number, status="planned")
        if planned.update(status="applying"):
            where = {"organization_id": self.acme.id, "operation_id": operation.number}
            chunk = next_chunk(after=operation.cursor, rows=1, **where)
            if chunk:
                apply_chunk(chunk, now=self.clock())

    def _seats(self, license_type: str, seats: int) -> None:
        set_seats(pool=LicensePool.objects.get(organization=self.acme, key=f"default/{license_type}"), seats=seats)

    def _operation(self, older: int) -> Operation:
        numbers = Operation.objects.filter(organization=self.acme).order_by("-number")
        return numbers[min(older, len(numbers) - 1)]


@pytest.mark.django_db
def test_going_back_step_by_step_ends_where_it_began() -> None:
    """Undo everything, the latest first: nobody and nothing is left but the first people."""
    world = World("immediate")
    before = steps.state(world.acme)
    rows = [(n, "Sales", "active" if n < 4 else "", "active" if n > 3 else "") for n in range(1, PEOPLE + 3)]
    done: list[Operation] = []
    for act in (
        ("import", rows, True),
        ("unassign", [1, 2], "learning", True),
        ("reassign", [4, 5], "learning", True),
        ("join", [1, 2, 3], True),
        ("rename", 1, 1),
        ("import", [(n, "Legal", "inactive", "") for n in (2, 3)], True),
        ("leave", [2], True),
    ):
        last = Operation.objects.filter(organization=world.acme).latest("number").number
        world.do(*act)
        done += Operation.objects.filter(organization=world.acme, number__gt=last).order_by("number")

    assert len(done) == 7
    for operation in reversed(done):
        assert steps.undo(operation, clock=world.clock).counts["skipped"] == 0, operation.verb

    after = steps.state(world.acme)
    ever_licensed = [row for row in after.pop("License") if row[3:6] != (0, 0, None)]
    assert ever_licensed == before.pop("License") == []
    assert after == before
    assert Learner.objects.filter(organization=world.acme).count() == PEOPLE
