"""Idle licenses: active ones that nobody used, which could be freed."""

from collections.abc import Sequence
from datetime import UTC, date
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import Count, QuerySet

from seatkeeper.directory.filter_grammar import parse_filter
from seatkeeper.directory.terms import Term
from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import embedded
from seatkeeper.licensing.filter_terms import PLACES, STATUS, idle_of, pools_named
from seatkeeper.licensing.models import License, LicensePool
from seatkeeper.licensing.queries import pools_of
from seatkeeper.reports.answers import Numbers, Page, Ranking, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.people import lines_of, moment, people_of, places, who
from seatkeeper.reports.wording import IDLE

BARS = 12


def filter_of(asked: Asked) -> str:
    """The filter that finds the people of this report, for other pages, too. Raises FilterRefused.

    Terms about licenses that stand together speak of one and the same: so it stands beside the first.
    """
    at = next((group[0].at for group in parse_filter(asked.filter).license_groups if _describes(group)), len(asked.filter))
    return f"{asked.filter[:at]} idle:{asked.idle_days} {asked.filter[at:]}".strip()


def numbers(asked: Asked) -> Numbers:
    """Looks at every active license within reach."""
    pools = _pools(asked)
    idle = idle_of(_licenses(asked, pools), days=asked.idle_days, today=asked.today)
    if not asked.is_of_everyone:
        idle = idle.filter(learner_id__in=asked.among())
    counts = dict(idle.order_by().values_list("pool_id").annotate(count=Count("*")))
    bars = sorted(((pool.title, counts.get(pool.id, 0)) for pool in pools), key=lambda row: (-row[1], row[0]))[:BARS]
    figures = {"idle": sum(counts.values()), "without_usage": sum(pool.first_used_on is None for pool in pools)}
    return Numbers(figures, Ranking("idle", bars) if counts else None)


def page(asked: Asked) -> Page:
    people, beside = people_of(asked, filter_of(asked))
    pools = {pool.id: pool for pool in _pools(asked)}
    licenses = _licenses(asked, list(pools.values())).filter(learner_id__in=[person.id for person in people])
    held: dict[int, list[License]] = {}
    for license in idle_of(licenses, days=asked.idle_days, today=asked.today):
        held.setdefault(license.learner_id, []).append(license)
    rows = [
        (who(person), pools[license.pool_id].title, license.status_at, license.last_used_on, _idle_days(license, asked.today))
        for person in people
        for license in sorted(held.get(person.id, ()), key=lambda license: pools[license.pool_id].key)
    ]
    return Page(rows, beside.previous, beside.next)


def write(asked: Asked, output: BinaryIO) -> int:
    sql, values = query(asked)
    return bulk.write_csv(sql, values, header=IDLE.headers, output=output)


def query(asked: Asked) -> tuple[str, dict[str, Any]]:
    """A line for each idle license. Raises FilterRefused."""
    text, values = ("", {}) if asked.is_of_everyone else asked.selection()
    idle = idle_of(_licenses(asked, _pools(asked)), days=asked.idle_days, today=asked.today)
    columns = idle.order_by().values("learner_id", "pool_id", "status_at", "last_used_on")
    license_sql, license_values = embedded(columns, "idle_")
    joins = (
        f" JOIN ({license_sql}) AS license ON license.learner_id = learner.id"
        " JOIN licensing_licensepool AS pool ON pool.id = license.pool_id"
    )
    cells = [
        ("pool.key", True),
        (moment("license.status_at"), False),
        ("license.last_used_on", False),
        (_idle_days_cell(), False),
    ]
    sql = lines_of(asked, cells, joins, text=text, order="learner.id, pool.key")
    return sql, values | license_values | places(asked) | {"today": asked.today.isoformat()}


def _describes(group: Sequence[Term]) -> bool:
    return any(term.name in (*PLACES, STATUS) and not term.is_negated for term in group)


def _pools(asked: Asked) -> list[LicensePool]:
    """Those that the filter names, else all. Raises FilterRefused."""
    named = pools_named(asked.organization_id, asked.filter)
    return named if named is not None else list(pools_of(asked.organization_id).values())


def pools_looked_at(asked: Asked) -> list[LicensePool]:
    """Where no usage ever came, nobody is idle. Raises FilterRefused."""
    return [pool for pool in _pools(asked) if pool.first_used_on is not None]


def _licenses(asked: Asked, pools: list[LicensePool]) -> QuerySet[License]:
    used = [pool.id for pool in pools if pool.first_used_on is not None]
    return License.objects.filter(organization_id=asked.organization_id, pool_id__in=used or (0,))


def _idle_days(license: License, today: date) -> int:
    """Days are counted in UTC, as whether it is idle is."""
    since = license.status_at.astimezone(UTC).date() if license.status_at else today
    return (today - max(since, license.last_used_on or since)).days


def _idle_days_cell() -> str:
    if connection.vendor == "postgresql":
        since = "GREATEST((license.status_at AT TIME ZONE 'UTC')::date, license.last_used_on)"
        return f"%(today)s::date - {since}"
    since = "max(date(license.status_at), COALESCE(license.last_used_on, ''))"
    return f"CAST(julianday(%(today)s) - julianday({since}) AS INTEGER)"


IDLE_REPORT = Report(IDLE, numbers, page, write)
