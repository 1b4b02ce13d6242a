"""The side bar: every page that has a place in it, shown to whom its view lets in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seatkeeper.accounts.permissions import Admin

# Address name, words, icon.
PLACES: tuple[tuple[str, Promise, str], ...] = (
    ("overview", _("Overview"), "overview"),
    ("users", _("Users"), "users"),
    ("groups", _("Groups"), "groups"),
    ("pools", _("Pools"), "pools"),
    ("contents", _("Content"), "content"),
    ("license_requests", _("Requests"), "requests"),
    ("uploads", _("Uploads"), "uploads"),
    ("operations", _("Operations"), "operations"),
    ("reports", _("Reports"), "reports"),
    ("deletions", _("Deletions"), "deletions"),
    ("admins", _("Admins"), "admins"),
    ("audit", _("Audit"), "audit"),
    ("settings", _("Settings"), "settings"),
    ("help", _("Help"), "help"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side bar."""

    url: str
    label: Promise
    icon: str
    is_current: bool


def entries(admin: Admin, path: str) -> Iterator[Entry]:
    """Those that this admin may open; `path` says which of them is open."""
    for name, label, icon in PLACES:
        url, lets_in = _place(name)
        if lets_in(admin):
            yield Entry(url, label, icon, path == url if name == "overview" else path.startswith(url))


@cache
def _place(name: str) -> tuple[str, Callable[[Admin], bool]]:
    """Its address, and whom its own view lets in: so the two never differ."""
    url = reverse(name)
    return url, resolve(url).func.lets_in  # type: ignore[attr-defined]
