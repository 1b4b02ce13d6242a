"""The filter of the users page: its parts as chips, and the menu that adds to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from seatkeeper.directory.attributes import CUSTOM_PREFIX
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filter_grammar import parts_of, written
from seatkeeper.directory.models import Attribute
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.errors import listed
from seatkeeper.licensing.queries import pools_of

ADD = "add."  # fields of the menu: add.status, add.group, …
VALUE = "value"  # beside add.attribute
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the filter, and the filter without it."""

    text: str
    without: str


def chips_of(text: str) -> list[Chip]:
    """Raises FilterRefused."""
    parts = parts_of(text)
    return [Chip(part, " ".join(parts[:number] + parts[number + 1 :])) for number, part in enumerate(parts)]


def narrowed(data: QueryDict, text: str) -> str | None:
    """The filter with what the menu adds to it; None where the menu adds nothing."""
    added = list(_added(data))
    return " ".join([text, *added]).strip() if added else None


def _added(data: QueryDict) -> Iterator[str]:
    for name in (
        "type",
        "budget-group",
        "pool",
        "status",
        "suspended",
        "group",
        "department",
        "location",
        "active-within",
        "idle",
    ):
        if value := data.get(ADD + name, "").strip():
            yield written(name, value)
    attribute, value = data.get(f"{ADD}attribute", "").strip(), data.get(VALUE, "").strip()
    if attribute and value:
        yield written(f"attribute.{attribute}", value)


def choices_of(reach: Reach) -> dict[str, Any]:
    """What the menu offers: nothing beyond the reach."""
    pools = pools_of(reach.organization_id).values()
    attributes = Attribute.objects.filter(organization_id=reach.organization_id).order_by("key")
    return {
        "statuses": [("active", _("Active")), ("invited", _("Invited")), ("none", _("No license"))],
        "license_types": sorted({(pool.license_type.key, pool.license_type.title) for pool in pools}),
        "budget_groups": sorted({(pool.budget_group.key, pool.budget_group.title) for pool in pools}),
        "groups": list(reach.groups().order_by("key").values_list("name", flat=True)[:MOST_CHOICES]),
        "attributes": [
            (key.removeprefix(CUSTOM_PREFIX), name) for key, name in attributes.values_list("key", "name")[:MOST_CHOICES]
        ],
    }


def refused_filter(error: FilterRefused) -> dict[str, Any]:
    """What a page shows of a filter that is not understood: why, and where in it."""
    known = " " + _("Known: %(known)s.") % {"known": listed(error.known)} if error.known else ""
    fault = _("The filter is not understood: %(fault)s.") % {"fault": error.fault} + known
    return {"refused": error, "fault": fault, "sound": error.text[: error.at], "faulty": error.text[error.at :]}
