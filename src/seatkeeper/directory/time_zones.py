"""The time zone of an organization: by it pages show times, and days begin and end."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from seatkeeper.directory.errors import UnknownTimeZone
from seatkeeper.directory.models import OrganizationSettings

DEFAULT = "UTC"
NOT_ZONES = frozenset({"Factory", "localtime"})  # of some machines: no place, and whatever the machine is set to

Changed = Callable[[int], object]  # told the organization, in the transaction that changes its zone

_registered: list[Changed] = []


def on_time_zone_change(changed: Changed) -> None:
    """Called once at start by a room that keeps days."""
    _registered.append(changed)


def tell_time_zone_changed(organization_id: int) -> None:
    for changed in _registered:
        changed(organization_id)


@cache
def time_zones() -> tuple[str, ...]:
    """All names there are, in order."""
    return tuple(sorted(available_timezones() - NOT_ZONES))


def refuse_unknown_time_zone(name: str) -> None:
    """Raises UnknownTimeZone."""
    if name not in time_zones():
        raise UnknownTimeZone(name=name)


def zone_of(organization_id: int) -> ZoneInfo:
    """One statement."""
    chosen = OrganizationSettings.objects.filter(organization_id=organization_id).values_list("time_zone", flat=True).first()
    return ZoneInfo(chosen or DEFAULT)
