"""From staged lines to a plan: people, what frees seats, what takes them, seats that are missing."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.sql import patch_alone
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Activation, Claim, LicensePool, Operation, Step
from seatkeeper.licensing.queries import PoolDemand, counts_planned, demand_on_pools
from seatkeeper.licensing.services.moves import pair_moves
from seatkeeper.licensing.services.operations import Progress, beat, finish_planning, ready_to_count
from seatkeeper.licensing.statements import ORDINALS, position_of
from seatkeeper.uploads.layout import Column, Layout
from seatkeeper.uploads.models import Phase, Upload, UploadLine, Verdict
from seatkeeper.uploads.queries import problems_by_code
from seatkeeper.uploads.statements import STATEMENTS

LATELY = timedelta(days=30)


def plan_upload(upload: Upload, operation: Operation, *, clock: Clock, progress: Progress) -> None:
    """Write the operation's changes from where an earlier run stopped, then close the plan."""
    layout = Layout.of_json(upload.layout)
    pools = {pool.id: pool for pool in LicensePool.objects.filter(organization_id=upload.organization_id)}
    licenses = [column for column in layout.columns if column.role == "license"]
    while upload.planned_through < upload.staged_through:
        _plan_chunk(upload, [(column, pools[column.pool_id]) for column in licenses])
        beat(operation, now=clock())
        progress("Planning", upload.planned_through, upload.staged_through)
        give_way()
    ready_to_count(upload.staged_through)
    with transaction.atomic():
        _refuse_without_seat(upload, operation, licenses)
        counts = counts_planned(operation) | _row_counts(upload) | _remarks(upload, layout, now=clock())
        finish_planning(operation, counts=counts, planned_changes=_planned_changes(counts), now=clock())
        upload.phase, upload.counts = Phase.PLANNED, upload.counts | counts
        if counts["problems"]:
            upload.counts["codes"] = [[found.code, found.lines, found.first] for found in problems_by_code(upload)]
        upload.save(update_fields=["phase", "counts"])


@transaction.atomic
def _plan_chunk(upload: Upload, licenses: list[tuple[Column, LicensePool]]) -> None:
    bulk.prefer_index_lookups()
    bulk.commit_without_waiting()
    through = min(upload.planned_through + settings.CHUNK_ROWS, upload.staged_through)
    parameters = _parameters(upload) | {"after": upload.planned_through, "through": through}
    added = STATEMENTS.execute("plan_added", parameters, patch_alone=patch_alone("patch"))
    has_known = added < through - upload.planned_through  # people whom something else than adding can happen to
    written = [added, STATEMENTS.execute("plan_updated", parameters) if has_known else 0, _plan_joined(upload, parameters)]
    of_pools = [_of_pool(parameters, place, pool) for place, (_, pool) in enumerate(licenses, start=1)]
    for of_pool in of_pools:
        frees = STATEMENTS.execute("plan_frees", of_pool) if has_known else 0
        written += [frees, STATEMENTS.execute("plan_takes", of_pool)]
    if len(licenses) > 1:
        pair_moves(parameters)
    if has_known:  # after the pairs: what is no license is not reassigned
        written += [_end_claims(of_pool) for of_pool in of_pools]
    upload.counts = upload.counts | {"changed": upload.counts.get("changed", 0) + _changed_lines(written, parameters)}
    upload.planned_through = through
    upload.save(update_fields=["planned_through", "counts"])


def _of_pool(parameters: dict[str, Any], place: int, pool: LicensePool) -> dict[str, Any]:
    return parameters | {"place": place, "pool": pool.id, "immediate": pool.activation == Activation.IMMEDIATE}


def _end_claims(of_pool: dict[str, Any]) -> int:
    """Not looked for line by line where nobody waits, or asks, at all."""
    standing = Claim.objects.filter(organization_id=of_pool["organization"], pool_id=of_pool["pool"], ended_by=0)
    return STATEMENTS.execute("plan_claims_to_end", of_pool) if standing.exists() else 0


def _plan_joined(upload: Upload, parameters: dict[str, Any]) -> int:
    group_id, all_join = upload.options.get("join_group_id"), upload.options.get("all_join", False)
    if group_id is None:
        return 0
    return STATEMENTS.execute("plan_joined", parameters | {"join_group": group_id, "all_join": all_join})


def _changed_lines(written: list[int], parameters: dict[str, Any]) -> int:
    """How many lines of a chunk change something: as many as a statement wrote that was alone, or wrote all, else counted."""
    kinds = [rows for rows in written if rows]
    lines = parameters["through"] - parameters["after"]
    if lines in kinds:  # no statement writes a line twice
        return int(lines)
    if len(kinds) > 1:
        (changed,) = STATEMENTS.row("count_changed_lines", parameters)
        return int(changed)
    return sum(kinds)


def _refuse_without_seat(upload: Upload, operation: Operation, licenses: list[Column]) -> None:
    """Rows that take seats beyond the free ones are problems, in file order, and nothing of them is done.

    Withdrawing a row also withdraws the seats it would have freed or taken elsewhere: look again until all fit,
    and each time only at the pool that runs out first, so that no row is refused a seat which another leaves.
    """
    names = {column.pool_id: column.name for column in licenses}
    parameters = _parameters(upload)
    lines = STATEMENTS.text("lines_without_seat")
    demands = demand_on_pools(operation)
    while short := [demand for demand in demands if demand.missing]:
        cutoffs = {demand: _line_without_seat(parameters, demand) for demand in short}
        first = min(short, key=cutoffs.__getitem__)
        of_pool = {"pool": first.pool_id, "column": names[first.pool_id], "cutoff": cutoffs[first]}
        refused = STATEMENTS.execute("report_without_seat", parameters | of_pool)
        missing = _sum(upload.counts.get("missing_seats", {}), {first.key: first.missing})
        without_seat = upload.counts.get("without_seat", 0) + refused
        upload.counts = upload.counts | {"missing_seats": missing, "without_seat": without_seat}
        for statement in ("withdraw_line_verdicts", "withdraw_licenses", "withdraw_people"):
            STATEMENTS.execute(statement, parameters, lines=lines)
        demands = demand_on_pools(operation)
    upload.counts = upload.counts | {"pools": [[one.key, one.free, one.takes, one.frees] for one in demands]}


def _line_without_seat(parameters: dict[str, Any], demand: PoolDemand) -> int:
    """The first line of the file that finds no seat in a pool."""
    seats = {"pool": demand.pool_id, "free": max(0, demand.free + demand.frees)}
    (line,) = STATEMENTS.row("seat_cutoff", parameters | seats)
    return int(line)


def _row_counts(upload: Upload) -> dict[str, int]:
    """How the file's rows fall out; `unchanged` holds what neither changes nor fails."""
    lines = UploadLine.objects.filter(organization_id=upload.organization_id, operation_id=upload.operation_id)
    # Not grouped by verdict: SQLite would sort all lines in memory.
    judged = lines.aggregate(
        problems=Count("line", filter=Q(verdict=Verdict.PROBLEM)), left_out=Count("line", filter=Q(verdict=Verdict.LEFT_OUT))
    )
    left_out, without_seat = judged["left_out"], upload.counts.get("without_seat", 0)
    problems = upload.counts["malformed"] + judged["problems"]
    rows, changed = upload.counts["rows"], upload.counts["changed"] - without_seat
    return {
        "rows": rows,
        "problems": problems,
        "skipped": left_out,
        "left_out": left_out,
        "unchanged": rows - problems - left_out - changed,
    }


def _remarks(upload: Upload, layout: Layout, *, now: datetime) -> dict[str, int]:
    """What the uploader should know before applying, beyond what changes."""
    parameters = _parameters(upload) | {"since": now - LATELY}
    remarks = ["added_without_license", "assigned_again"]
    if any(column.key == "worker_status" for column in layout.columns):
        remarks.append("inactive_workers")
    return {remark: STATEMENTS.row(f"count_{remark}", parameters)[0] for remark in remarks}


def _planned_changes(counts: dict[str, int]) -> int:
    return (
        sum(counts[name] for name in ("unassigned", "claims_ended", "invited", "activated", "added", "joined", "updated"))
        + 2 * counts["reassigned"]
    )


def _parameters(upload: Upload) -> dict[str, Any]:
    steps = {str(step.label): position_of(step, 0) for step in (Step.PEOPLE, Step.FREE, Step.MOVE, Step.TAKE)}
    return steps | {"organization": upload.organization_id, "operation": upload.operation_id, "ordinals": ORDINALS}


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one | other}
