"""License report: who has or had which license, since when, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.db.models import Count, QuerySet

from seatkeeper.kernel import bulk
from seatkeeper.licensing.filter_terms import pools_named
from seatkeeper.licensing.models import License, LicenseChange, LicensePool, Operation, Status
from seatkeeper.licensing.people import Person
from seatkeeper.licensing.queries import pools_of
from seatkeeper.reports.answers import Numbers, Page, Ranking, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.people import lines_of, moment, people_of, places, who
from seatkeeper.reports.sources import last_day_of, last_days_of, source_of
from seatkeeper.reports.wording import LICENSES

BARS = 12
NEVER = "no license"
STATUS_WORDS = {Status.ACTIVE: "active", Status.INVITED: "invited", Status.UNASSIGNED: NEVER}


@dataclass(frozen=True, slots=True)
class Dates:
    """Of a license, as the ledger has them: when it was invited, became active and ended."""

    invited_at: datetime | None = None
    activated_at: datetime | None = None
    unassigned_at: datetime | None = None


def numbers(asked: Asked) -> Numbers:
    pools = _pools(asked)
    counts = _counts(asked, pools)
    active = {pool.title: counts.get((pool.id, Status.ACTIVE), 0) for pool in pools}
    invited = sum(counts.get((pool.id, Status.INVITED), 0) for pool in pools)
    rows = sorted(active.items(), key=lambda row: (-row[1], row[0]))[:BARS]
    figures = {"active": sum(active.values()), "invited": invited}
    return Numbers(figures, Ranking("active", rows) if any(active.values()) else None)


def page(asked: Asked) -> Page:
    people, beside = people_of(asked)
    pools = {pool.id: pool for pool in _pools(asked)}
    ids = [person.id for person in people]
    licenses, last_days = _licenses(asked, list(pools), ids), last_days_of(asked, people)
    changes = _changes(asked, ids)
    numbers = {license.operation_id for some in licenses.values() for license in some}
    operations = {
        operation.number: operation
        for operation in Operation.objects.filter(organization_id=asked.organization_id, number__in=numbers)
    }
    rows = []
    for person in people:
        held = sorted(licenses.get(person.id, ()), key=lambda license: pools[license.pool_id].key)
        last = last_days.get(person.id)
        rows += [(*_row(person, license, pools[license.pool_id], changes, operations), last) for license in held]
        if not held:
            rows.append((who(person), "", NEVER, None, None, None, "", "", last))
    return Page(rows, beside.previous, beside.next)


def write(asked: Asked, output: BinaryIO) -> int:
    sql, values = query(asked)
    return bulk.write_csv(sql, values, header=LICENSES.headers, output=output)


def query(asked: Asked) -> tuple[str, dict[str, Any]]:
    """A line for each license, and one for each person who has and had none. Raises FilterRefused."""
    text, values = ("", {}) if asked.is_of_everyone else asked.selection()
    named, (seen, last_day) = pools_named(asked.organization_id, asked.filter), last_day_of(asked)
    in_pools = "" if named is None else f" AND license.pool_id IN ({', '.join(str(pool.id) for pool in named)})"
    joins = (
        " LEFT JOIN licensing_license AS license ON license.organization_id = learner.organization_id"
        f" AND license.learner_id = learner.id AND license.operation_id > 0{in_pools}"
        " LEFT JOIN licensing_licensepool AS pool ON pool.id = license.pool_id"
        " LEFT JOIN licensing_operation AS operation ON operation.organization_id = learner.organization_id"
        " AND operation.number = license.operation_id"
        f"{_change('last', 'license.operation_id')}{_change('earlier', 'last.from_operation_id')}"
        f" LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id{seen}"
    )
    status = "CASE license.status WHEN 2 THEN 'active' WHEN 1 THEN 'invited' ELSE 'no license' END"
    invited = (
        "CASE 1 WHEN license.status THEN license.status_at WHEN last.from_status THEN last.from_status_at"
        " WHEN earlier.from_status THEN earlier.from_status_at END"
    )
    activated = "CASE WHEN license.status = 2 THEN license.status_at WHEN last.from_status = 2 THEN last.from_status_at END"
    unassigned = "CASE WHEN license.status = 0 THEN license.status_at END"
    cells = [
        ("pool.key", True),
        (status, False),
        (moment(invited), False),
        (moment(activated), False),
        (moment(unassigned), False),
        ("operation.actor", True),
        ("operation.reason", True),
        (last_day, False),
    ]
    return lines_of(asked, cells, joins, text=text, order="learner.id, pool.key"), {
        **values,
        **source_of(asked).values,
        **places(asked),
    }


def _change(name: str, operation: str) -> str:
    """What an operation did to the license: how it was before."""
    return (
        f" LEFT JOIN licensing_licensechange AS {name} ON {name}.organization_id = learner.organization_id"
        f" AND {name}.learner_id = learner.id AND {name}.pool_id = license.pool_id AND {name}.operation_id = {operation}"
    )


def _pools(asked: Asked) -> list[LicensePool]:
    """Those that the filter names, else all."""
    named = pools_named(asked.organization_id, asked.filter)
    return named if named is not None else list(pools_of(asked.organization_id).values())


def _counts(asked: Asked, pools: Sequence[LicensePool]) -> dict[tuple[int, int], int]:
    """Licenses by pool and status. Of everyone, the pools themselves know how many are active."""
    ids = [pool.id for pool in pools]
    held = License.objects.filter(organization_id=asked.organization_id, pool_id__in=ids)
    if not asked.is_of_everyone:
        held = held.filter(learner_id__in=asked.among())
        return _counted(held.filter(status__in=(Status.INVITED, Status.ACTIVE)))
    active = {(pool.id, int(Status.ACTIVE)): pool.seats_taken for pool in pools}
    return active | _counted(held.filter(status=Status.INVITED))


def _counted(licenses: QuerySet[License]) -> dict[tuple[int, int], int]:
    rows = licenses.order_by().values_list("pool_id", "status").annotate(count=Count("*"))
    return {(pool_id, status): count for pool_id, status, count in rows}


def _licenses(asked: Asked, pools: Sequence[int], ids: Sequence[int]) -> dict[int, list[License]]:
    """By learner: all that they have or had in the pools."""
    found: dict[int, list[License]] = {}
    where = {"organization_id": asked.organization_id, "learner_id__in": ids, "pool_id__in": pools}
    for license in License.objects.filter(**where, operation_id__gt=0):
        found.setdefault(license.learner_id, []).append(license)
    return found


def _changes(asked: Asked, ids: Sequence[int]) -> dict[tuple[int, int, int], LicenseChange]:
    """By learner, pool and operation."""
    changes = LicenseChange.objects.filter(organization_id=asked.organization_id, learner_id__in=ids)
    return {(change.learner_id, change.pool_id, change.operation_id): change for change in changes}


def _row(
    person: Person,
    license: License,
    pool: LicensePool,
    changes: Mapping[tuple[int, int, int], LicenseChange],
    operations: Mapping[int, Operation],
) -> tuple[Any, ...]:
    dates, by = _dates(license, changes), operations.get(license.operation_id)
    return (
        who(person),
        pool.title,
        STATUS_WORDS[Status(license.status)],
        dates.invited_at,
        dates.activated_at,
        dates.unassigned_at,
        by.actor if by else "",
        by.reason if by else "",
    )


def _dates(license: License, changes: Mapping[tuple[int, int, int], LicenseChange]) -> Dates:
    """From change to change, back to what the first of them found. An operation that was undone set nothing."""
    dates: dict[int, datetime | None] = {license.status: license.status_at}
    operation = license.operation_id
    for _ in range(2):
        change = changes.get((license.learner_id, license.pool_id, operation))
        if change is None or change.from_status in dates:
            break
        dates[change.from_status] = change.from_status_at
        operation = change.from_operation_id
    ended = license.status_at if license.status == Status.UNASSIGNED else None
    return Dates(dates.get(Status.INVITED), dates.get(Status.ACTIVE), ended)


LICENSE_REPORT = Report(LICENSES, numbers, page, write)
