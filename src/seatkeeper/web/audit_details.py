"""The details of the audit log in words: who and which group, instead of their numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from seatkeeper.accounts.models import Account, AuditEntry
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, Learner

# A fact without words is shown under its own name.
FACTS: Mapping[str, Promise] = {
    "account": gettext_lazy("Whose"),
    "address": gettext_lazy("Address"),
    "after": gettext_lazy("After"),
    "before": gettext_lazy("Before"),
    "by": gettext_lazy("By"),
    "columns": gettext_lazy("Columns"),
    "content": gettext_lazy("Content"),
    "expires_at": gettext_lazy("Good until"),
    "facts": gettext_lazy("Lines"),
    "file": gettext_lazy("File"),
    "filter": gettext_lazy("Filter"),
    "good_for_days": gettext_lazy("Good for days"),
    "groups": gettext_lazy("Groups"),
    "kind": gettext_lazy("Kind"),
    "kinds": gettext_lazy("Kinds"),
    "learner": gettext_lazy("Learner"),
    "members": gettext_lazy("Members"),
    "name": gettext_lazy("Name"),
    "offer_hours": gettext_lazy("Hours that offers stand"),
    "offers": gettext_lazy("Offers"),
    "opened_by": gettext_lazy("Opened by"),
    "operation": gettext_lazy("Operation"),
    "people": gettext_lazy("People"),
    "pool": gettext_lazy("Pool"),
    "reason": gettext_lazy("Reason"),
    "remind_after_days": gettext_lazy("Reminders after days"),
    "requests": gettext_lazy("Requests"),
    "rest_above": gettext_lazy("Seats rest when more are freed than"),
    "rest_minutes": gettext_lazy("Minutes that seats rest"),
    "report": gettext_lazy("Report"),
    "rows": gettext_lazy("Rows"),
    "scopes": gettext_lazy("Good for"),
    "seats": gettext_lazy("Seats"),
    "taken_from": gettext_lazy("Taken over from"),
    "waited_for": gettext_lazy("Waited for"),
}
INTERNAL = {"group", "token", "deletion"}  # numbers; a name stands beside them
ROLES = ("before", "after")


@dataclass(frozen=True, slots=True)
class Names:
    """Of those whom some entries speak of, within one organization."""

    accounts: Mapping[int, str]
    learners: Mapping[int, str]
    groups: Mapping[int, str]


def names_in(entries: Iterable[AuditEntry], organization_id: int) -> Names:
    facts = [entry.facts for entry in entries]
    groups = {group for some in facts for role in ROLES for group in _groups_of(some.get(role))}
    here = {"organization_id": organization_id}
    ids = {some["account"] for some in facts if "account" in some} | {
        one for some in facts for one in some.get("taken_from", ())
    }
    accounts = Account.objects.filter(memberships__organization_id=organization_id, id__in=ids)
    learners = Learner.objects.filter(**here, id__in={some["learner"] for some in facts if "learner" in some})
    return Names(
        dict(accounts.values_list("id", "email")),
        dict(learners.values_list("id", "email")),
        dict(Group.objects.filter(**here, id__in=groups).values_list("id", "name")),
    )


def details_of(entry: AuditEntry, names: Names) -> list[tuple[str, Any]]:
    """What is known of an act, each with its word, by name; what was before and is after stand last."""
    told = [(name, _value(name, entry.facts[name], names)) for name in sorted(entry.facts, key=_place) if name not in INTERNAL]
    return [(str(FACTS.get(name, name)), value) for name, value in told if not (name == "account" and value == entry.actor)]


def _place(name: str) -> tuple[int, str]:
    return (ROLES.index(name) if name in ROLES else -1), name


def _value(name: str, value: Any, names: Names) -> Any:
    if name == "account":
        return names.accounts.get(value, gettext("somebody who is gone"))
    if name == "taken_from":
        return [names.accounts.get(account, gettext("somebody who is gone")) for account in value]
    if name == "learner":
        return names.learners.get(value, gettext("somebody who is gone"))
    if name in ROLES and value == "full":
        return gettext("Full admin")
    if name in ROLES and isinstance(value, dict):
        return {_permission(key): _for_whom(part, names) for key, part in sorted(value.items())}
    return value


def _permission(code: str) -> str:
    return str(Permission(code).label) if code in Permission else str(FACTS.get(code, code))


def _for_whom(part: Any, names: Names) -> Any:
    if part == "everyone":
        return gettext("everyone")
    if isinstance(part, list):
        return [names.groups.get(group, gettext("a deleted group")) for group in part]
    return part


def _groups_of(role: Any) -> Iterator[int]:
    for part in role.values() if isinstance(role, dict) else ():
        yield from part if isinstance(part, list) else ()
