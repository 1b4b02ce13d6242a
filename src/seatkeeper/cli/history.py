"""One learner's licenses and history as lines that a person reads."""

from datetime import datetime
from typing import Any

VERBS = {
    ("unassigned", "active"): "Got a license",
    ("unassigned", "invited"): "Invited",
    ("invited", "active"): "Activated",
    ("invited", "unassigned"): "Invitation ended",
    ("active", "unassigned"): "License ended",
    ("active", "invited"): "Back to invited",
    ("claim", "unassigned"): "Place, offer or request ended",
    ("unassigned", "claim"): "Place or request given back",
}
PEOPLE = {"added": "Added", "updated": "Changed", "joined": "Joined", "left": "Left", "removed": "Removed"}


def license_line(entry: dict[str, Any]) -> dict[str, str]:
    """Pool, status, since when, and because of what."""
    since = _moment(entry["since"])
    return {"pool": entry["pool"], "status": entry["status"], "since": since, "by": _by(entry), "why": entry.get("reason", "")}


def history_line(entry: dict[str, Any]) -> dict[str, str]:
    """When, what, by whom, why."""
    return {"when": _moment(entry["at"]), "what": _what(entry), "by": _by(entry), "why": entry["reason"]}


def _what(entry: dict[str, Any]) -> str:
    if "pool" in entry:
        was, _, becomes = entry["what"].partition(" → ")
        return f"{VERBS.get((was, becomes), entry['what'])}: {entry['pool']}"
    if "group" in entry:
        return f"{PEOPLE[entry['what']]} {entry['group']}"
    if entry["what"] != "updated":
        return PEOPLE[entry["what"]]
    changes = (f"{key} {entry['before'].get(key) or '–'} → {value or '–'}" for key, value in entry["after"].items())
    return f"{PEOPLE['updated']}: {'; '.join(changes)}"


def _by(entry: dict[str, Any]) -> str:
    if "operation" not in entry:
        return ""
    where = f", {entry['file']} line {entry['line']}" if "file" in entry else ""
    return f"{entry['actor']}, {entry['verb']} {entry['operation']}{where}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
