"""Seats on past days: noted with every chunk, proved by a recount (docs/decisions/0021)."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from seatkeeper.kernel import bulk
from seatkeeper.licensing.models import LicensePool, PoolDay, Skipped
from seatkeeper.licensing.statements import LICENSE_NOT_SKIPPED, NOTHING_SKIPPED, PEOPLE_STEPS, STATEMENTS

MOST_FAULTS = 20


def note_pool_day(*, organization_id: int, now: datetime) -> None:
    """Write down what the pools have come to, in the caller's transaction. One statement, a row a pool."""
    STATEMENTS.execute("note_pool_day", {"organization": organization_id, "day": now.astimezone(UTC).date().isoformat()})


@transaction.atomic
def wrong_pool_days(*, organization_id: int) -> list[dict[str, Any]]:
    """Days whose seats taken are not what the ledger adds up to; time grows with the ledger."""
    bulk.prefer_index_lookups()
    has_skipped = Skipped.objects.filter(organization_id=organization_id).exists()
    not_skipped = LICENSE_NOT_SKIPPED if has_skipped else NOTHING_SKIPPED
    where = {"organization": organization_id}
    rows = STATEMENTS.rows("recount_pool_days", where, license_not_skipped=not_skipped, people_steps=PEOPLE_STEPS)
    recounted = {(pool_id, _as_date(day)): int(taken) for pool_id, day, taken in rows}
    keys = dict(LicensePool.objects.filter(organization_id=organization_id).values_list("id", "key"))
    noted = PoolDay.objects.filter(organization_id=organization_id).order_by("pool_id", "day")
    faults, ledger, pool = [], 0, None
    missing = dict(recounted)
    for pool_id, day, taken in noted.values_list("pool_id", "day", "seats_taken"):
        ledger = ledger if pool_id == pool else 0
        pool, ledger = pool_id, missing.pop((pool_id, day), ledger)
        if taken != ledger:
            faults.append({"pool": keys.get(pool_id, ""), "day": str(day), "noted": taken, "ledger": ledger})
    faults += [
        {"pool": keys.get(pool_id, ""), "day": str(day), "noted": "none", "ledger": taken}
        for (pool_id, day), taken in missing.items()
    ]
    return faults[:MOST_FAULTS]


def _as_date(value: Any) -> date:
    """SQLite answers text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
