"""Add pools, change their seats and how licenses begin there."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.services.ids import reserve_ids
from seatkeeper.licensing.errors import BadPoolKey, PoolExists, SeatsBelowTaken
from seatkeeper.licensing.models import Activation, Books, BudgetGroup, LicensePool, LicenseType
from seatkeeper.licensing.services.alerts import USUAL_ALERTS, alerts_of, set_alerts
from seatkeeper.licensing.services.pool_days import note_pool_day

# A key becomes part of a header of the user CSV: folded there, so folded here.
Named = TypeVar("Named", BudgetGroup, LicenseType)
KEY = re.compile(r"[^\W_](?:[\w .&-]*[^\W_])?")
OTHER_COLUMNS = ("attribute_", "permission_", "group_permission_")  # headers that begin so mean something else


def open_books(*, organization_id: int) -> None:
    """The counters and the brake of a new organization."""
    Books.objects.get_or_create(organization_id=organization_id)


@transaction.atomic
def open_pool(
    *,
    organization_id: int,
    budget_group: str,
    license_type: str,
    seats: int,
    activation: str,
    actor: str,
    now: datetime,
    alerts: Collection[int] = USUAL_ALERTS,
) -> LicensePool:
    """`add_pool` by an admin: in the audit log, and on the day's record. Raises what that raises."""
    pool = add_pool(
        organization_id=organization_id,
        budget_group=budget_group,
        license_type=license_type,
        seats=seats,
        activation=activation,
        alerts=alerts,
    )
    note_pool_day(organization_id=organization_id, now=now)
    facts = {"pool": pool.key, "seats": seats, "activation": activation}
    log_act(organization_id=organization_id, actor=actor, action="pool.added", now=now, **facts)
    return pool


@transaction.atomic
def change_pool(
    *,
    pool: LicensePool,
    seats: int,
    activation: str,
    actor: str,
    now: datetime,
    gives_at_sign_in: bool | None = None,
    alerts: Collection[int] | None = None,
) -> LicensePool:
    """Seats, how licenses begin, and at how many percent in use admins are told; what stays the same is not logged.

    Raises SeatsBelowTaken.
    """
    changed = set_seats(pool=pool, seats=seats)
    log = {"organization_id": pool.organization_id, "actor": actor, "now": now, "pool": pool.key}
    if seats != pool.seats_in_force:
        note_pool_day(organization_id=pool.organization_id, now=now)
        log_act(action="pool.seats_changed", before=pool.seats_in_force, after=seats, **log)
    if activation != pool.activation:
        changed.activation = activation
        changed.save(update_fields=["activation"])
        log_act(action="pool.activation_changed", before=pool.activation, after=activation, **log)
    if gives_at_sign_in not in (None, pool.gives_at_sign_in):
        changed.gives_at_sign_in = bool(gives_at_sign_in)
        changed.save(update_fields=["gives_at_sign_in"])
        log_act(action="pool.sign_in_changed", before=pool.gives_at_sign_in, after=gives_at_sign_in, **log)
    before = alerts_of(pool.organization_id).get(pool.id, [])
    if alerts is not None and sorted({*alerts}) != before:
        set_alerts(changed, alerts)
        log_act(action="pool.alerts_changed", before=before, after=sorted({*alerts}), **log)
    return changed


@transaction.atomic
def add_pool(
    *,
    organization_id: int,
    budget_group: str,
    license_type: str,
    seats: int,
    activation: str = Activation.INVITE,
    alerts: Collection[int] = USUAL_ALERTS,
) -> LicensePool:
    """A new pool; its budget group and license type are made where they are not there yet.

    Raises:
        PoolExists, BadPoolKey.
    """
    budget_key, type_key = _folded(budget_group), _folded(license_type)
    key = f"{budget_key}/{type_key}"
    if LicensePool.objects.filter(organization_id=organization_id, key=key).exists():
        raise PoolExists(key=key)
    pool = LicensePool.objects.create(
        id=reserve_ids(organization_id=organization_id),
        organization_id=organization_id,
        budget_group=_named(BudgetGroup, organization_id, budget_key, budget_group),
        license_type=_named(LicenseType, organization_id, type_key, license_type),
        key=key,
        seats_in_force=seats,
        activation=activation,
    )
    set_alerts(pool, alerts)
    return pool


@transaction.atomic
def set_seats(*, pool: LicensePool, seats: int) -> LicensePool:
    """Raises SeatsBelowTaken, by how much, and changes nothing."""
    current = lock_pool(organization_id=pool.organization_id, pool_id=pool.id)
    taken = current.seats_taken + current.seats_held
    if seats < taken:
        raise SeatsBelowTaken(key=current.key, seats=seats, taken=taken)
    current.seats_in_force = seats
    current.save(update_fields=["seats_in_force"])
    return current


def lock_pool(*, organization_id: int, pool_id: int) -> LicensePool:
    """As it stands; until the transaction ends, nobody else moves its seats. (SQLite: it holds the only lock.)"""
    pools = LicensePool.objects.select_for_update() if connection.features.has_select_for_update else LicensePool.objects
    return pools.get(organization_id=organization_id, id=pool_id)


def _named(model: type[Named], organization_id: int, key: str, name: str) -> Named:
    found = model._default_manager.filter(organization_id=organization_id, key=key).first()
    if found is not None:
        return found
    new_id = reserve_ids(organization_id=organization_id)
    return model._default_manager.create(id=new_id, organization_id=organization_id, key=key, name=name.strip())


def _folded(name: str) -> str:
    key = re.sub(r"\s+", " ", name.strip().lower())
    key = re.sub(r"\s*_\s*", "_", key)
    if not KEY.fullmatch(key) or "_license_" in f"_{key}_" or f"{key}_".startswith(OTHER_COLUMNS):
        raise BadPoolKey(key=name)
    return key
