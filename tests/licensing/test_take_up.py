"""What was being applied by a process that is gone is left to a worker: an act, a small file."""

from datetime import timedelta

import pytest

from seatkeeper.background.kinds import Lane, names_in
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.take_up import take_up_acts
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.services.take_up import take_up_files
from tests import factories, steps
from tests.factories import NOW, SteppingClock

LONG_AGO = NOW - timedelta(seconds=21)


@pytest.fixture
def acme(db: None) -> Organization:
    acme = factories.organization("Acme")
    factories.pool(acme, seats=100)
    steps.people(acme, 5, "active")
    return acme


def cut(operation: Operation, *, lease: str = "elsewhere:1", beat_at: object = LONG_AGO) -> Operation:
    """As a process leaves it that was killed when it had begun to apply."""
    found = Operation.objects.filter(number=operation.number)
    found.update(status=OperationStatus.APPLYING, started_at=LONG_AGO, lease=lease, beat_at=beat_at)
    return found.get()


def test_an_act_that_was_cut_off_is_gone_on_with(acme: Organization) -> None:
    operation = cut(steps.plan("unassign", acme, steps.emails(1, 2)))

    assert (take_up_files(now=NOW), take_up_acts(now=NOW)) == (0, 1)
    assert take_up_acts(now=NOW) == 0
    assert run_due(clock=SteppingClock()) == 1

    operation.refresh_from_db()
    assert (operation.status, operation.lease) == (OperationStatus.DONE, "")
    assert list(steps.statuses(acme).values()).count("unassigned") == 2
    assert check_books(organization_id=acme.id).ok


@pytest.mark.parametrize(("changes", "lane"), [(1_000, Lane.SHORT), (1_001, Lane.LONG)])
def test_a_small_act_does_not_wait_behind_long_work(acme: Organization, changes: int, lane: Lane) -> None:
    operation = cut(steps.plan("unassign", acme, steps.emails(1, 2)))
    Operation.objects.filter(number=operation.number).update(planned_changes=changes)

    take_up_acts(now=NOW)

    assert BackgroundTask.objects.get().kind in names_in(lane)


def test_a_file_that_was_cut_off_is_gone_on_with(acme: Organization) -> None:
    operation = cut(factories.import_csv(acme, steps.csv_of(steps.emails(1, 2), "inactive"), apply=False))
    Upload.objects.update(phase=Phase.APPLYING)

    assert (take_up_acts(now=NOW), take_up_files(now=NOW), take_up_files(now=NOW)) == (0, 1, 0)
    run_due(clock=SteppingClock())

    operation.refresh_from_db()
    assert operation.status == OperationStatus.DONE
    assert Upload.objects.get(operation_id=operation.number).phase == Phase.DONE
    assert check_books(organization_id=acme.id).ok


@pytest.mark.parametrize(
    ("lease", "beat_at"),
    [("elsewhere:1", NOW - timedelta(seconds=19)), ("", LONG_AGO)],
    ids=["its process may be alive", "who had it has let go"],
)
def test_what_somebody_has_or_has_left_is_let_be(acme: Organization, lease: str, beat_at: object) -> None:
    cut(steps.plan("unassign", acme, steps.emails(1)), lease=lease, beat_at=beat_at)

    assert take_up_acts(now=NOW) == 0


@pytest.mark.parametrize(("is_failed", "taken_up"), [(True, 0), (False, 1)])
def test_what_was_given_up_stays_so(acme: Organization, is_failed: bool, taken_up: int) -> None:
    operation = cut(steps.plan("unassign", acme, steps.emails(1)))
    BackgroundTask.objects.create(
        organization=acme,
        operation_id=operation.number,
        kind="licensing.carry_out",
        run_at=LONG_AGO,
        finished_at=LONG_AGO,
        failed=is_failed,
    )

    assert take_up_acts(now=NOW) == taken_up
