"""Promise 4, for licenses: the same people, licenses, statuses and dates come back."""

import pytest
from django.test import override_settings

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.errors import ChunkAlreadyApplied, NothingToUndo, WrongStatus
from seatkeeper.licensing.models import License, LicensePool, Operation, Skipped
from seatkeeper.licensing.services.chunks import apply_chunk, next_chunk
from seatkeeper.licensing.services.operations import cancel_operation, operation_of
from tests import factories, steps
from tests.steps import do, email, emails, state, undo

pytestmark = pytest.mark.django_db


def test_undo_of_an_unassignment_brings_back_every_row_as_it_was(
    acme: Organization, pool: LicensePool, clock: factories.SteppingClock
) -> None:
    steps.people(acme, 3, "active", clock=clock)
    before = state(acme)

    away = do("unassign", acme, emails(1, 2), clock=clock)
    assert steps.taken(pool) == 1
    undo(away, clock=clock)

    assert state(acme) == before
    steps.assert_books_right(acme)


def test_undo_after_seats_were_given_away_brings_back_who_fits_and_names_the_rest(
    acme: Organization, pool: LicensePool
) -> None:
    steps.people(acme, 5, "active")
    away = do("unassign", acme, emails(1, 2, 3))
    factories.import_csv(acme, steps.csv_of(["new@corp.example", "newer@corp.example"], "active"))

    back = undo(away)

    assert steps.taken(pool) == 5
    assert steps.statuses(acme) == {
        email(1): "active", email(2): "unassigned", email(3): "unassigned", email(4): "active", email(5): "active",
        "new@corp.example": "active", "newer@corp.example": "active",
    }  # fmt: skip
    assert steps.skipped(back) == {email(2): ("no_free_seat", None), email(3): ("no_free_seat", None)}
    assert (back.counts["activated"], back.counts["skipped"]) == (1, 2)
    steps.assert_books_right(acme)


def test_undo_leaves_alone_what_a_later_operation_did_and_says_which(acme: Organization, pool: LicensePool) -> None:
    """7 ends, 8 restores, 9 ends: undoing 7 leaves 9 alone."""
    steps.people(acme, 2, "active")
    seven = do("unassign", acme, emails(1, 2))
    do("assign", acme, [email(1)], pool=pool)
    nine = do("unassign", acme, [email(1)])
    before = License.objects.get(organization_id=acme.id, learner_id=factories.learner(acme, email(1)).id)

    back = undo(seven)

    assert steps.statuses(acme) == {email(1): "unassigned", email(2): "active"}
    assert steps.skipped(back) == {email(1): ("changed_since", nine.number)}
    after = License.objects.get(organization_id=acme.id, learner_id=before.learner_id)
    assert (after.operation_id, after.status_at) == (before.operation_id, before.status_at)
    steps.assert_books_right(acme)


def test_undo_of_an_undo_does_it_again(acme: Organization, pool: LicensePool, clock: factories.SteppingClock) -> None:
    steps.people(acme, 2, "active", clock=clock)
    away = do("unassign", acme, emails(1, 2), clock=clock)
    ended = state(acme)

    undo(undo(away, clock=clock), clock=clock)

    assert state(acme) == ended
    steps.assert_books_right(acme)


def test_undo_in_turn_goes_back_step_by_step(acme: Organization, pool: LicensePool, clock: factories.SteppingClock) -> None:
    steps.people(acme, 2, "active", clock=clock)
    first = state(acme)
    seven = do("unassign", acme, emails(1, 2), clock=clock)
    second = state(acme)
    eight = do("assign", acme, emails(1, 2), pool=pool, clock=clock)
    third = state(acme)
    nine = do("unassign", acme, emails(1, 2), clock=clock)

    seen = []
    for operation in (nine, eight, seven):
        undo(operation, clock=clock)
        seen.append(state(acme))

    assert seen == [third, second, first]
    steps.assert_books_right(acme)


def test_undo_of_a_reassignment(acme: Organization, pool: LicensePool, clock: factories.SteppingClock) -> None:
    other = factories.pool(acme, seats=5, license_type="Coding")
    steps.people(acme, 3, "active", clock=clock)
    before = state(acme)

    moved = do("reassign", acme, emails(1, 2), target=other, clock=clock)
    assert (steps.taken(pool), steps.taken(other), moved.counts["reassigned"]) == (1, 2, 2)
    back = undo(moved, clock=clock)

    assert back.counts["reassigned"] == 2
    after = state(acme)
    assert after["seats"] == before["seats"]
    assert after["Standing"] == before["Standing"]
    assert [row for row in after["License"] if row[2] == pool.id] == before["License"]
    never = License.objects.filter(organization_id=acme.id, pool_id=other.id)
    assert set(never.values_list("status", "operation_id", "status_at", "was_active")) == {(0, 0, None, False)}
    steps.assert_books_right(acme)


def test_undo_of_a_reassignment_of_which_one_half_was_overtaken_leaves_both(acme: Organization, pool: LicensePool) -> None:
    other = factories.pool(acme, seats=5, license_type="Coding")
    steps.people(acme, 2, "active")
    moved = do("reassign", acme, emails(1, 2), target=other)
    later = do("unassign", acme, [email(1)], pool=other)

    back = undo(moved)

    assert steps.statuses(acme, pool) == {email(1): "unassigned", email(2): "active"}
    assert steps.statuses(acme, other) == {email(1): "unassigned", email(2): "unassigned"}
    assert steps.skipped(back) == {email(1): ("changed_since", later.number)}
    assert Skipped.objects.filter(organization_id=acme.id, operation_id=back.number).count() == 2
    assert (back.counts["reassigned"], back.counts["skipped"]) == (1, 1)
    steps.assert_books_right(acme)


def test_undo_of_an_invitation_and_of_its_activation(acme: Organization, clock: factories.SteppingClock) -> None:
    pool = factories.pool(acme, seats=5, activation="invite")
    steps.people(acme, 2, clock=clock)
    invited = do("assign", acme, emails(1, 2), pool=pool, clock=clock)
    before = state(acme)
    activated = do("activate", acme, emails(1, 2), clock=clock)

    undo(activated, clock=clock)
    assert state(acme) == before
    undo(invited, clock=clock)

    licenses = License.objects.filter(organization_id=acme.id)
    assert set(licenses.values_list("status", "operation_id", "status_at", "was_active")) == {(0, 0, None, False)}
    steps.assert_books_right(acme)


def test_undo_of_a_cancelled_operation_takes_back_what_it_had_applied(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 5, "active")
    before = state(acme)
    with override_settings(CHUNK_ROWS=2):
        away = steps.plan("unassign", acme, emails(1, 2, 3, 4, 5))
        apply_one_chunk(away)
        cancelled = cancel_operation(away, now=factories.NOW)
    assert steps.taken(pool) == 3
    assert (cancelled.counts["unassigned"], cancelled.counts["skipped"]) == (2, 0)

    back = undo(away)

    assert back.counts["activated"] == 2
    assert state(acme) == before
    steps.assert_books_right(acme)


def apply_one_chunk(operation: Operation, rows: int = 2) -> None:
    Operation.objects.filter(organization_id=operation.organization_id, number=operation.number).update(status="applying")
    chunk = next_chunk(organization_id=operation.organization_id, operation_id=operation.number, after=0, rows=rows)
    assert chunk is not None
    apply_chunk(chunk, now=factories.NOW)
    with pytest.raises(ChunkAlreadyApplied):
        apply_chunk(chunk, now=factories.NOW)


def test_undo_twice_changes_nothing_the_second_time(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 2, "active")
    away = do("unassign", acme, emails(1, 2))
    first = undo(away)
    before = state(acme)

    second = undo(away)

    assert state(acme) == before
    assert set(steps.skipped(second).values()) == {("changed_since", steps_operation_before(away))}
    assert first.counts["activated"] == 2
    assert second.counts["activated"] == 0


def steps_operation_before(operation: Operation) -> int:
    """An undo writes the earlier operation's name back, so it is the one that the license names."""
    return operation.number - 1


def test_undo_of_what_is_not_done_or_did_nothing_is_refused(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 1, "active")
    planned = steps.plan("unassign", acme, [email(1)])
    with pytest.raises(WrongStatus):
        undo(planned)
    nothing = do("assign", acme, [email(1)], pool=pool)
    with pytest.raises(NothingToUndo):
        undo(nothing)
    assert operation_of(organization_id=acme.id, number=planned.number).status == "planned"


def test_the_cut_planning_of_an_undo_goes_on_from_the_segment_where_it_stopped(
    acme: Organization, pool: LicensePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seatkeeper.licensing.services import undo as undo_service

    steps.people(acme, 5, "active")
    before = state(acme)
    with override_settings(CHUNK_ROWS=2):
        away = do("unassign", acme, emails(1, 2, 3, 4, 5))
    mirror, calls = undo_service._mirror, []

    def cut(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        mirror(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(undo_service, "_mirror", cut)
    with pytest.raises(KeyboardInterrupt):
        undo(away)
    monkeypatch.undo()
    half = Operation.objects.get(organization_id=acme.id, undoes=away.number)
    assert half.options == {"planned_segments": 1}

    steps.apply(undo_service.carry_on_planning(half, away, clock=factories.frozen_clock))

    assert state(acme) == before
    steps.assert_books_right(acme)
