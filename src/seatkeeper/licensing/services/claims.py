"""What ends a claim with a license, or brings it back, called under the pools' locks; and what goes once it is old."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.models import Claim, LicensePool
from seatkeeper.licensing.statements import STATEMENTS


def settle_claims(chunk: Mapping[str, Any], not_skipped: str) -> None:
    """After the licenses of a chunk were changed: three statements."""
    gives_back = STATEMENTS.compose("gives_back")
    STATEMENTS.execute("free_held_seats", chunk, not_skipped=not_skipped, gives_back=gives_back)
    STATEMENTS.execute("end_claims", chunk, not_skipped=not_skipped, gives_back=gives_back)
    STATEMENTS.execute("bring_claims_back", chunk, not_skipped=not_skipped)


def end_claims_of(people: str, parameters: Mapping[str, Any]) -> None:
    """Of people who leave: `people` is SQL that finds their ids. Whose profile is merged waits on with the other one."""
    STATEMENTS.execute("take_claims_along", parameters, leavers=people)
    drop_claims_of(people, parameters)


def drop_claims_of(people: str, parameters: Mapping[str, Any]) -> None:
    """Of people of whom nobody waits on."""
    STATEMENTS.execute("free_held_seats_of_people", parameters, people=people)
    STATEMENTS.execute("remove_claims_of_people", parameters, people=people)


def sweep_claims(*, organization_id: int, now: datetime) -> int:
    """Delete claims that were ended long ago, up to a chunk a transaction; how many.

    They are kept for undo, which brings them back: of an older operation, licenses come back without their claims.
    """
    before = now - timedelta(days=settings.ENDED_CLAIMS_KEPT_DAYS)
    swept = 0
    for (operation,) in STATEMENTS.rows("operations_with_old_claims", {"organization": organization_id, "before": before}):
        while count := _forget_claims(organization_id, operation):
            swept += count
            give_way()
    return swept


@transaction.atomic
def _forget_claims(organization_id: int, operation: int) -> int:
    """Some of those that an operation ended. Under the locks of their pools: an undo may be about to bring them back."""
    if connection.features.has_select_for_update:
        ended = Claim.objects.filter(organization_id=organization_id, ended_by=operation)
        pools = LicensePool.objects.filter(organization_id=organization_id, id__in=ended.values("pool_id"))
        list(pools.select_for_update().order_by("id").values_list("id"))
    where = {"organization": organization_id, "operation": operation, "rows": settings.CHUNK_ROWS}
    return STATEMENTS.execute("forget_claims", where)
