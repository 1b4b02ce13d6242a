"""What learners read of themselves: their licenses, what became of them, and all of it as data.

Reasons and who acted are the organization's own business: learners never see them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seatkeeper.directory.attributes import in_order
from seatkeeper.directory.models import Learner
from seatkeeper.directory.queries import groups_of
from seatkeeper.invitations.claims import claims_kept
from seatkeeper.licensing.history import history_of, licenses_of
from seatkeeper.licensing.queries import pool_titles, pools_of
from seatkeeper.usage.history import all_usage_of
from seatkeeper.usage.opened import opened_by
from seatkeeper.web.wording import happened

CSV_COLUMNS = ("what", "name", "value", "from", "to")
ALL = 1_000_000


def licenses_now(learner: Learner, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each with its pool in words; ended ones, too."""
    return [
        {"title": titles.get(one["pool"], one["pool"])} | {key: one[key] for key in ("status", "since", "was_active")}
        for one in licenses_of(learner)
        if one["since"]
    ]


def license_history(learner: Learner, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """The newest first: when, and what in words."""
    return [
        {"at": entry["at"], "what": happened(entry | {"pool": titles.get(entry["pool"], entry["pool"])}, {})}
        for entry in history_of(learner)
        if "pool" in entry
    ]


def claims(learner: Learner) -> list[dict[str, Any]]:
    """Places in waitlists, offers and requests, with the learner's own words."""
    names = {pool.id: pool.title for pool in pools_of(learner.organization_id).values()}
    return [
        {
            "title": names[claim.pool_id],
            "kind": claim.kind,
            "since": claim.since,
            "expires_at": claim.expires_at,
            "reason": claim.reason,
            "has_ended": claim.ended_by != 0,
        }
        for claim in claims_kept(organization_id=learner.organization_id, learner_id=learner.id)
    ]


def own_data(learner: Learner) -> dict[str, Any]:
    """All that is kept of a learner, in plain values."""
    titles = pool_titles(learner.organization_id)
    opened = opened_by(learner, most=ALL)
    return {
        "email": learner.email,
        "unique_user_id": learner.unique_user_id,
        "profile": in_order(learner.attributes),
        "groups": groups_of(learner),
        "suspended_since": learner.suspended_at,
        "licenses": licenses_now(learner, titles),
        "claims": claims(learner),
        "license_history": license_history(learner, titles),
        "opened": [{"title": one.title, "first_at": one.first_at, "last_at": one.last_at} for one in opened],
        "usage": [
            {"title": one.title, "day": one.day, "seconds": one.seconds, "completed": one.is_completed}
            for one in all_usage_of(learner)
        ],
    }


def csv_rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The same, a line for each."""
    for name in ("email", "unique_user_id"):
        yield "profile", name, _safe(data[name] or ""), "", ""
    if data["suspended_since"]:
        yield "suspended", "", "", data["suspended_since"].isoformat(), ""
    for name, value in data["profile"].items():
        yield "profile", _safe(name), _safe(value), "", ""
    for group in data["groups"]:
        yield "group", _safe(group), "", "", ""
    for license in data["licenses"]:
        yield "license", _safe(license["title"]), license["status"], license["since"].isoformat(), ""
    for claim in data["claims"]:
        until = claim["expires_at"].isoformat() if claim["expires_at"] else ""
        yield "claim", _safe(claim["title"]), _safe(_claimed(claim)), claim["since"].isoformat(), until
    for entry in data["license_history"]:
        yield "history", _safe(entry["what"]), "", entry["at"].isoformat(), ""
    for one in data["opened"]:
        yield "opened", _safe(one["title"]), "", one["first_at"].isoformat(), one["last_at"].isoformat()
    for one in data["usage"]:
        day, words = one["day"].isoformat(), "completed" if one["completed"] else ""
        yield "usage", _safe(one["title"]), f"{one['seconds']} seconds {words}".rstrip(), day, day


def _claimed(claim: Mapping[str, Any]) -> str:
    kind = f"{claim['kind']}, ended" if claim["has_ended"] else str(claim["kind"])
    return f"{kind}: {claim['reason']}" if claim["reason"] else kind


def _safe(value: Any) -> str:
    """No spreadsheet takes it for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
