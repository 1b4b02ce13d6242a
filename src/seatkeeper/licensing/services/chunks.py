"""Apply one chunk of a plan: all of its changes, the ledger and the cursor together, or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from seatkeeper.directory.models import Organization
from seatkeeper.directory.services.find import find_anew, find_new, forget
from seatkeeper.kernel import bulk
from seatkeeper.licensing.errors import ChunkAlreadyApplied, LedgerMismatch
from seatkeeper.licensing.models import LicensePool, Operation, OperationStatus, Step
from seatkeeper.licensing.services.claims import end_claims_of, settle_claims
from seatkeeper.licensing.services.pool_days import note_pool_day
from seatkeeper.licensing.statements import (
    LICENSE_NOT_SKIPPED,
    NOTHING_SKIPPED,
    PEOPLE_STEPS,
    PERSON_NOT_SKIPPED,
    STATEMENTS,
    position_of,
    step_of,
)

FEW = 10  # changes whose rows the database may find as it likes
FROM_ADDED_TO_TAKEN = position_of(Step.TAKE, 0) - position_of(Step.PEOPLE, 0)  # of the same line


@dataclass(frozen=True, slots=True)
class Chunk:
    """The changes at positions (after, through] of one operation, all of one step."""

    organization_id: int
    operation_id: int
    after: int
    through: int
    size: int  # how many changes
    following: int | None  # the position behind it; None: it is the last

    @property
    def is_last(self) -> bool:
        return self.following is None

    @property
    def ends_its_step(self) -> bool:
        return self.following is None or step_of(self.following) != self.step

    @property
    def step(self) -> Step:
        return Step(step_of(self.through))

    @property
    def is_about_people(self) -> bool:
        return self.step.is_about_people

    def parameters(self, **more: Any) -> dict[str, Any]:
        return {
            "organization": self.organization_id,
            "operation": self.operation_id,
            "after": self.after,
            "through": self.through,
        } | more


@dataclass(frozen=True, slots=True)
class Applied:
    """How many changes of a chunk took effect, and how many did not."""

    changed: int
    skipped: int
    firsts: int = 0  # of the changed, licenses that were not there before


def next_chunk(*, organization_id: int, operation_id: int, after: int, rows: int) -> Chunk | None:
    """The next chunk of about `rows` changes, or None at the end of the plan. One statement."""
    where = {"organization": organization_id, "operation": operation_id, "after": after, "rows": rows}
    step, through, size, following = STATEMENTS.row("next_chunk", where, people_steps=PEOPLE_STEPS)
    if step is None:
        return None
    return Chunk(organization_id, operation_id, after, through, size, following)


class SomeDoNotFit(Exception):
    """Some changes of a chunk no longer fit; it was rolled back."""


class SeatsComeLater(Exception):
    """A move finds no seat, but moves behind this chunk may free one; it was rolled back, to be taken together."""


def apply_chunk(chunk: Chunk, *, now: datetime) -> Applied:
    """Apply one chunk; say how many changes took effect and how many did not.

    A fixed number of statements whatever the chunk's length. Licenses and new people are written at once, as
    they usually fit; where the seats or the row count tell otherwise, anew and with a look at each first.

    Raises:
        ChunkAlreadyApplied: the cursor is elsewhere; nothing was changed.
        LedgerMismatch: changed and skipped do not add up; all is rolled back.
        SeatsComeLater: take a longer chunk.
    """
    try:
        return _apply(chunk, now, looks_first=False)
    except SomeDoNotFit:
        return _apply(chunk, now, looks_first=True)


@transaction.atomic
def _apply(chunk: Chunk, now: datetime, *, looks_first: bool) -> Applied:
    if chunk.size > FEW:
        bulk.prefer_index_lookups()
    _advance_cursor(chunk, now)
    if chunk.is_about_people:
        applied = _apply_people(chunk, looks_first=looks_first)
    else:
        applied = _apply_licenses(chunk, now, looks_first=looks_first)
    changed, skipped = applied.changed, applied.skipped
    if changed + skipped != chunk.size:
        raise LedgerMismatch(operation=chunk.operation_id, expected=chunk.size, changed=changed, skipped=skipped)
    STATEMENTS.execute("next_segment", chunk.parameters())  # from here to the commit, one chunk of an organization at a time
    if not chunk.is_about_people:
        # Behind that lock, so that chunks of two pools of the same person see each other's licenses.
        _set_standings(chunk, applied)
        note_pool_day(organization_id=chunk.organization_id, now=now)
    STATEMENTS.execute("add_segment", chunk.parameters(now=now, applied=changed, skipped=skipped))
    return applied


def _set_standings(chunk: Chunk, applied: Applied) -> None:
    """Of the people concerned. Whoever was added by the same operation to get a license has none yet."""
    nothing_skipped = "FALSE" if applied.skipped else "TRUE"
    strongest_status = STATEMENTS.compose("strongest_status", nothing_skipped=nothing_skipped)
    fragments = {"nothing_skipped": nothing_skipped, "strongest_status": strongest_status}
    given = STATEMENTS.execute("give_standings", chunk.parameters(), **fragments) if applied.firsts else 0
    if given < chunk.size:
        STATEMENTS.execute("set_standings", chunk.parameters(), **fragments)


def _advance_cursor(chunk: Chunk, now: datetime) -> None:
    moved = Operation.objects.filter(
        organization_id=chunk.organization_id,
        number=chunk.operation_id,
        cursor=chunk.after,
        status=OperationStatus.APPLYING,
    ).update(cursor=chunk.through, beat_at=now)
    if not moved:
        raise ChunkAlreadyApplied(f"operation {chunk.operation_id} is no longer at {chunk.after}")


def _apply_licenses(chunk: Chunk, now: datetime, *, looks_first: bool) -> Applied:
    parameters = chunk.parameters(now=now)
    if connection.features.has_select_for_update:  # SQLite: the transaction holds the only writer's lock
        STATEMENTS.rows("lock_pools", parameters)
    are_all_first = not looks_first and chunk.step is not Step.FREE and _are_all_first(chunk)
    skipped = _skip_licenses(chunk) if looks_first else 0
    not_skipped = LICENSE_NOT_SKIPPED if skipped else NOTHING_SKIPPED
    changed = 0 if are_all_first else STATEMENTS.execute("set_licenses", parameters, not_skipped=not_skipped)
    firsts = 0
    if changed + skipped < chunk.size:  # licenses of who never had one there; of the step that frees, claims that end
        firsts = STATEMENTS.execute("add_licenses", parameters, not_skipped=not_skipped)
    if not looks_first and changed + firsts != chunk.size:
        raise SomeDoNotFit
    if any(has_claims for (has_claims,) in STATEMENTS.rows("move_seats_taken", parameters, not_skipped=not_skipped)):
        settle_claims(parameters, not_skipped)
    return Applied(changed + firsts, skipped, firsts)


def _skip_licenses(chunk: Chunk) -> int:
    """Write what no longer fits into `skipped`. Takes that find no seat may take their other half along,
    which frees no seat then, so that others find none: look again until nobody is left without."""
    parameters = chunk.parameters()
    skipped = STATEMENTS.execute("skip_overtaken", parameters)
    if chunk.step is not Step.FREE:
        skipped += STATEMENTS.execute("skip_person_missing", parameters)
    if chunk.step is Step.MOVE and skipped:
        skipped += STATEMENTS.execute("skip_other_half", parameters)
    if chunk.step is Step.FREE:
        return skipped
    while without_seat := _skip_without_seat(chunk, LICENSE_NOT_SKIPPED if skipped else NOTHING_SKIPPED):
        if not chunk.ends_its_step and chunk.step is Step.MOVE:
            raise SeatsComeLater
        skipped += without_seat
        if chunk.step is Step.TAKE:
            break
        skipped += STATEMENTS.execute("skip_other_half", parameters)
    return skipped


def _are_all_first(chunk: Chunk) -> bool:
    """Whether none of the licenses was there before. Raises SomeDoNotFit: there are not seats enough."""
    wanted = STATEMENTS.rows("seats_wanted", chunk.parameters(), not_skipped=NOTHING_SKIPPED)
    if any(takes > free for _, takes, free, _ in wanted if takes):
        raise SomeDoNotFit
    return not any(licenses for _, _, _, licenses in wanted)


def _skip_without_seat(chunk: Chunk, not_skipped: str) -> int:
    """Skip takes beyond the free seats; usually there are none, and one statement sees it."""
    parameters = chunk.parameters()
    return sum(
        STATEMENTS.execute("skip_without_seat", parameters | {"pool": pool, "free": free}, not_skipped=not_skipped)
        for pool, takes, free, _ in STATEMENTS.rows("seats_wanted", parameters, not_skipped=not_skipped)
        if takes > free
    )


def _apply_people(chunk: Chunk, *, looks_first: bool) -> Applied:
    _lock_people(chunk)
    if chunk.step is Step.LEAVE:
        return _remove_people(chunk)
    if not looks_first and STATEMENTS.row("are_all_new", chunk.parameters())[0]:
        return _add_people(chunk)
    parameters = chunk.parameters()
    skipped = STATEMENTS.execute("skip_people", parameters, overtaker=STATEMENTS.compose("overtaker"))
    not_skipped = PERSON_NOT_SKIPPED if skipped else NOTHING_SKIPPED
    changed = len(STATEMENTS.rows("add_learners", parameters, not_skipped=not_skipped))
    if changed:
        _add_standings(chunk, not_skipped)
    for statement in ("update_learners", "join_groups", "leave_groups"):
        if changed + skipped < chunk.size:
            changed += STATEMENTS.execute(statement, parameters, not_skipped=not_skipped)
    find_anew(
        organization_id=chunk.organization_id,
        people=STATEMENTS.rows("people_to_find_anew", parameters, not_skipped=not_skipped),
    )
    return Applied(changed, skipped)


def _add_people(chunk: Chunk) -> Applied:
    try:
        people = STATEMENTS.rows("add_learners", chunk.parameters(), not_skipped=NOTHING_SKIPPED)
    except IntegrityError as error:  # a person, an address or an id is there by now
        raise SomeDoNotFit from error
    _add_standings(chunk, NOTHING_SKIPPED)
    find_new(organization_id=chunk.organization_id, people=people)
    return Applied(len(people), 0)


def _add_standings(chunk: Chunk, not_skipped: str) -> None:
    STATEMENTS.execute("add_standings", chunk.parameters(to_taken=FROM_ADDED_TO_TAKEN), not_skipped=not_skipped)


def _lock_people(chunk: Chunk) -> None:
    """One chunk at a time changes an organization's people: what it judges still holds when it writes.

    Who removes people locks the pools, too: nobody gives a license to somebody who is about to go.
    (SQLite: the transaction holds the only writer's lock.)
    """
    if not connection.features.has_select_for_update:
        return
    of_chunk = Organization.objects.filter(id=chunk.organization_id)
    of_chunk.select_for_update(no_key=True).values_list("id").get()
    if chunk.step is Step.LEAVE:
        pools = LicensePool.objects.filter(organization_id=chunk.organization_id)
        list(pools.select_for_update().order_by("id").values_list("id"))


def _remove_people(chunk: Chunk) -> Applied:
    parameters = chunk.parameters()
    pieces = {name: STATEMENTS.compose(name) for name in ("overtaker", "has_sign_in", "has_usage")}
    skipped = STATEMENTS.execute("skip_leavers", parameters, **pieces)
    leavers = STATEMENTS.compose("leavers", not_skipped=PERSON_NOT_SKIPPED)
    end_claims_of(leavers, parameters)
    forget(organization_id=chunk.organization_id, leavers=leavers, parameters=parameters)
    STATEMENTS.execute("remove_licenses", parameters, leavers=leavers)
    STATEMENTS.execute("remove_standings", parameters, leavers=leavers)
    return Applied(STATEMENTS.execute("remove_learners", parameters, leavers=leavers), skipped)
