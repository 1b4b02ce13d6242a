"""Promise 2 under concurrency: what two admins change at the same moment is skipped by one of them, never overwritten."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services import chunks, operations
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.undo import plan_undo
from seatkeeper.licensing.statements import STATEMENTS
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.run import carry_on
from tests import factories, steps
from tests.promises.test_never_oversold import race
from tests.steps import email

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HEADER = "invited_email_address,department_name\n"


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have two threads wait for each other behind a statement, so that both have judged before either writes."""

    def install(*statements: str, guarded: bool) -> None:
        """With the guard, the second comes only when the first is through: no use to wait long."""
        seconds = 1 if guarded else 30
        execute, both = STATEMENTS.execute, threading.Barrier(2)

        def execute_and_wait(name: str, parameters: Mapping[str, Any], **fragments: str) -> int:
            count = execute(name, parameters, **fragments)
            if name in statements:
                with suppress(threading.BrokenBarrierError):
                    both.wait(timeout=seconds)
            return count

        monkeypatch.setattr(STATEMENTS, "execute", execute_and_wait)

    return install


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(chunks, "_lock_people", lambda chunk: None)


def applying(upload: Upload) -> Callable[[], Operation]:
    return lambda: carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=True)


@pytest.mark.parametrize("guarded", [True, False])
def test_two_files_that_change_the_same_value(guarded: bool, meet: Callable[..., None], unlocked: Callable[[], None]) -> None:
    acme = factories.organization()
    factories.import_csv(acme, f"{HEADER}{email(1)},Sales\n")
    uploads = [factories.receive(acme, f"{HEADER}{email(1)},{word}\n") for word in ("Legal", "Finance")]
    for upload in uploads:
        carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=False)
    meet("skip_people", guarded=guarded)
    if not guarded:
        unlocked()

    raised = race([applying(upload) for upload in uploads])

    assert raised == []
    done = list(Operation.objects.filter(organization=acme, number__gt=1).order_by("number"))
    assert sum(len(steps.skipped(operation)) for operation in done) == (1 if guarded else 0)
    if guarded:
        (winner,) = [word for word, operation in zip(("Legal", "Finance"), done, strict=True) if not steps.skipped(operation)]
        assert steps.values(acme, email(1)) == {"department_name": winner}


@pytest.mark.parametrize("without", ["nothing", "lock", "second look"])
def test_two_files_that_add_the_same_person(
    without: str, unlocked: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """New people are written at once: who comes second is told by the address's index, and looks at each then."""
    acme = factories.organization()
    uploads = [factories.receive(acme, f"{HEADER}{email(1)},{word}\n") for word in ("Legal", "Finance")]
    for upload in uploads:
        carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=False)
    if without == "lock":
        unlocked()
    if without == "second look":
        monkeypatch.setattr(operations, "apply_chunk", partial(chunks._apply, looks_first=False))

    raised = race([applying(upload) for upload in uploads])

    assert [type(error).__name__ for error in raised] == (["SomeDoNotFit"] if without == "second look" else [])
    assert Learner.objects.filter(organization=acme).count() == 1
    done = Operation.objects.filter(organization=acme, status="done")
    assert sum(len(steps.skipped(operation)) for operation in done) == (0 if without == "second look" else 1)
    steps.assert_books_right(acme)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_license_for_somebody_who_is_being_removed(
    guarded: bool, meet: Callable[..., None], unlocked: Callable[[], None]
) -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    joined = factories.import_csv(acme, f"{HEADER}{email(1)},Sales\n")
    planned = steps.plan("assign", acme, [email(1)], pool=pool)
    back = plan_undo(joined, act=steps.act(acme, "undo"), clock=factories.frozen_clock)
    meet("skip_leavers", "add_licenses", guarded=guarded)
    if not guarded:
        unlocked()

    raised = race([lambda: steps.apply(planned), lambda: steps.apply(back)])

    assert (raised == [] and check_books(organization_id=acme.id).ok) == guarded
