"""Unassigning as most programs do it: one license after the other, through the ORM."""

import time
from typing import Any

from benchmarks.files import email
from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicenseChange, LicensePool, Status
from seatkeeper.licensing.statements import position_of

OPERATION = 1_000_000


def unassign(*, licenses: int, of: int) -> dict[str, float]:
    """Look up, save, write a history row; each statement a transaction of its own, which is Django's default."""
    pool = LicensePool.objects.get()
    begun = time.perf_counter()
    for number in range(licenses):
        learner = Learner.objects.get(organization_id=pool.organization_id, email=email(number * of // licenses))
        _unassign(License.objects.get(organization_id=pool.organization_id, learner_id=learner.id, pool_id=pool.id), number)
    return {"per_second": licenses / (time.perf_counter() - begun)}


def _unassign(license: License, number: int) -> None:
    before: dict[str, Any] = {
        "from_status": license.status,
        "from_operation_id": license.operation_id,
        "from_status_at": license.status_at,
        "from_was_active": license.was_active,
    }
    license.status, license.operation_id, license.status_at = Status.UNASSIGNED, OPERATION, system_clock()
    license.save()
    LicenseChange.objects.create(
        organization_id=license.organization_id,
        operation_id=OPERATION,
        position=position_of(2, number),
        pool_id=license.pool_id,
        learner_id=license.learner_id,
        to_status=license.status,
        to_operation_id=OPERATION,
        to_was_active=license.was_active,
        **before,
    )
