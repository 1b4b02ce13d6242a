"""Tell admins that a pool runs low on seats: once each time that it rises to one of its alerts."""

from django.db import transaction

from seatkeeper.accounts.models import Membership
from seatkeeper.accounts.permissions import EVERYONE, Permission
from seatkeeper.accounts.queries import role_of
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.services.alerts import note_alerts, pools_beyond_alerts
from seatkeeper.notices.models import Kind, Notice
from seatkeeper.notices.services.tell import tell_hearers


def tell_of_low_seats(clock: Clock) -> None:
    """Where nothing has come to an alert, one statement."""
    for organization_id, pool_id in pools_beyond_alerts():
        _look_at(clock, organization_id, pool_id)


@transaction.atomic
def _look_at(clock: Clock, organization_id: int, pool_id: int) -> None:
    """What is noted and what is told are there together or not at all."""
    pool = LicensePool.objects.select_related("license_type", "budget_group").get(organization_id=organization_id, id=pool_id)
    percent = note_alerts(pool)
    if percent is None:
        return
    now, hearers = clock(), _who_manages_licenses(organization_id)
    in_use = pool.seats_taken + pool.seats_held
    facts = {"pool": pool.title, "percent": percent, "in_use": in_use, "seats": pool.seats_in_force}
    # Behind the bell a pool has one such notice: what it has come to last.
    Notice.objects.filter(membership__in=hearers, kind=Kind.LOW_SEATS, operation_number=-pool.id).delete()
    key = f"{organization_id}.{Kind.LOW_SEATS}.{pool.id}.{percent}.{now:%Y%m%d%H%M%S%f}"
    tell_hearers(hearers, Kind.LOW_SEATS, about=-pool.id, facts=facts, key=key, now=now)


def _who_manages_licenses(organization_id: int) -> list[Membership]:
    """For everyone: a pool serves all."""
    admins = Membership.objects.select_related("account").prefetch_related("grants")
    admins = admins.filter(organization_id=organization_id, is_admin=True, account__is_active=True)
    return [admin for admin in admins if _manages_licenses(admin)]


def _manages_licenses(admin: Membership) -> bool:
    role = role_of(admin)
    return role.is_full or role.grants.get(Permission.MANAGE_USERS, ()) is EVERYONE
