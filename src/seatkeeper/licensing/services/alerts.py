"""At how many percent in use a pool makes itself heard, and when it has come to that (docs/decisions/0036).

Nothing is done for it where seats are moved. Who tells of it looks from time to time.
"""

from collections.abc import Collection

from django.db import transaction

from seatkeeper.licensing.models import LicensePool, PoolAlert
from seatkeeper.licensing.statements import STATEMENTS

USUAL_ALERTS = (75, 95)
MOST_ALERTS = 5


def alerts_of(organization_id: int) -> dict[int, list[int]]:
    """By pool: percents, the lowest first."""
    found: dict[int, list[int]] = {}
    alerts = PoolAlert.objects.filter(organization_id=organization_id).order_by("pool_id", "percent")
    for pool_id, percent in alerts.values_list("pool_id", "percent"):
        found.setdefault(pool_id, []).append(percent)
    return found


def set_alerts(pool: LicensePool, percents: Collection[int]) -> None:
    """Exactly these. What the pool has come to already is no news: it is told of when it falls below and rises again."""
    alerts = PoolAlert.objects.filter(organization_id=pool.organization_id, pool_id=pool.id)
    alerts.exclude(percent__in=percents).delete()
    new = [
        PoolAlert(organization_id=pool.organization_id, pool_id=pool.id, percent=percent, is_reached=_is_reached(pool, percent))
        for percent in percents
    ]
    PoolAlert.objects.bulk_create(new, ignore_conflicts=True)


def pools_beyond_alerts() -> list[tuple[int, int]]:
    """Organization and pool, where `note_alerts` has something to note. One statement."""
    return [(organization_id, pool_id) for organization_id, pool_id in STATEMENTS.rows("pools_beyond_alerts", {})]


@transaction.atomic
def note_alerts(pool: LicensePool) -> int | None:
    """Note what the pool has come to; the highest percentage that it rose to. None: to none.

    Of two who note the same, one gets the answer.
    """
    alerts = PoolAlert.objects.filter(organization_id=pool.organization_id, pool_id=pool.id)
    risen = []
    for alert in alerts:
        is_reached = _is_reached(pool, alert.percent)
        noted = alerts.filter(percent=alert.percent, is_reached=not is_reached).update(is_reached=is_reached)
        if noted and is_reached:
            risen.append(alert.percent)
    return max(risen, default=None)


def _is_reached(pool: LicensePool, percent: int) -> bool:
    in_use = pool.seats_taken + pool.seats_held
    return in_use > 0 and in_use * 100 >= percent * pool.seats_in_force
