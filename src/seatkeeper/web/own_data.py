"""What learners read of themselves: their licenses, what became of them, and all of it as data.

Reasons and who acted are the organization's own business: learners never see them. What lets somebody in
is left out, as files lie around: keys of links and sessions, and what mails said, in which codes and links stand.
Of what they did as an admin there is when and what; with whom is about others.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from typing import Any

from seatkeeper.accounts.queries import entries_of_actor
from seatkeeper.accounts.sign_ins import sign_ins_of
from seatkeeper.directory.attributes import in_order
from seatkeeper.directory.models import Learner
from seatkeeper.directory.queries import groups_of
from seatkeeper.invitations.claims import claims_kept
from seatkeeper.invitations.queries import invitations_kept, reminders_refused_at
from seatkeeper.licensing.history import history_of, licenses_of
from seatkeeper.licensing.queries import operations_of_actor, pool_titles, pools_of
from seatkeeper.notices.queries import mails_to
from seatkeeper.usage.history import all_usage_of
from seatkeeper.usage.opened import opened_by
from seatkeeper.web.audit_wording import ACTS
from seatkeeper.web.wording import happened, in_words, title_of

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


def invitations(learner: Learner) -> list[dict[str, Any]]:
    """By mail or without one, those that ended, too."""
    names = {pool.id: pool.title for pool in pools_of(learner.organization_id).values()}
    return [
        {"title": names[one.pool_id], "mailed_at": one.mailed_at, "expires_at": one.expires_at}
        for one in invitations_kept(organization_id=learner.organization_id, learner_id=learner.id)
    ]


def mails(learner: Learner) -> list[dict[str, Any]]:
    """What was sent, or is to be: to which address, when, and what became of it."""
    return [
        {"kind": one.kind, "to": one.recipient, "state": one.state, "written_at": one.created_at, "ended_at": one.ended_at}
        for one in mails_to(learner)
    ]


def sign_ins(account_id: int) -> dict[str, Any]:
    """The account, the ways by which it is let in, and where it is signed in."""
    kept = sign_ins_of(account_id)
    account = kept.account
    return {
        "account": {
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "since": account.created_at,
            "last_sign_in_at": account.last_login,
        },
        "addresses": [{"email": one.email, "is_verified": one.verified} for one in kept.addresses],
        "identities": [
            {"provider": one.provider, "subject": one.uid, "since": one.date_joined, "last_used_at": one.last_login}
            for one in kept.identities
        ],
        "authenticators": [
            {"kind": one.type, "since": one.created_at, "last_used_at": one.last_used_at} for one in kept.authenticators
        ],
        "sessions": [
            {"browser": one.user_agent, "address": one.ip, "since": one.created_at, "last_seen_at": one.last_seen_at}
            for one in kept.sessions
        ],
    }


def acts(organization_id: int, actor: str) -> Iterator[dict[str, Any]]:
    """Operations and entries of the audit log that are one actor's, the oldest first. Of an admin there may be many."""
    operations = ({"at": one.planned_at, "what": title_of(one)} for one in operations_of_actor(organization_id, actor))
    entries = ({"at": one.at, "what": in_words(ACTS, one.action)} for one in entries_of_actor(organization_id, actor))
    return merge(operations, entries, key=lambda act: act["at"])


def own_data(learner: Learner, *, account_id: int) -> dict[str, Any]:
    """All that is kept of a learner, and of the account by which they are signed in, in plain values; `acts` come beside it."""
    titles = pool_titles(learner.organization_id)
    home = {"organization_id": learner.organization_id, "learner_id": learner.id}
    opened = opened_by(learner, most=ALL)
    return {
        "email": learner.email,
        "unique_user_id": learner.unique_user_id,
        "profile": in_order(learner.attributes),
        "groups": groups_of(learner),
        "suspended_since": learner.suspended_at,
        "licenses": licenses_now(learner, titles),
        "invitations": invitations(learner),
        "no_reminders_since": reminders_refused_at(**home),
        "claims": claims(learner),
        "license_history": license_history(learner, titles),
        "opened": [{"title": one.title, "first_at": one.first_at, "last_at": one.last_at} for one in opened],
        "usage": [
            {"title": one.title, "day": one.day, "seconds": one.seconds, "completed": one.is_completed}
            for one in all_usage_of(learner)
        ],
        "mails": mails(learner),
        "sign_ins": sign_ins(account_id),
    }


def json_parts(data: Mapping[str, Any], acts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Both as one object, written act by act."""
    yield _json(data).removesuffix("\n}") + ',\n  "acts": ['
    between = "\n"
    for act in acts:
        yield between + _json(act)
        between = ",\n"
    yield "\n]\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=lambda moment: str(moment.isoformat()))


def csv_rows(data: Mapping[str, Any], acts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """The same, a line for each."""
    yield from _profile_rows(data)
    yield from _license_rows(data)
    yield from _usage_rows(data)
    for one in data["mails"]:
        yield "mail", one["kind"], _safe(f"{one['to']}, {one['state']}"), _time(one["written_at"]), _time(one["ended_at"])
    yield from _sign_in_rows(data["sign_ins"])
    for act in acts:
        yield "act", _safe(act["what"]), "", _time(act["at"]), ""


def _profile_rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for name in ("email", "unique_user_id"):
        yield "profile", name, _safe(data[name] or ""), "", ""
    if data["suspended_since"]:
        yield "suspended", "", "", _time(data["suspended_since"]), ""
    for name, value in data["profile"].items():
        yield "profile", _safe(name), _safe(value), "", ""
    for group in data["groups"]:
        yield "group", _safe(group), "", "", ""


def _license_rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for license in data["licenses"]:
        yield "license", _safe(license["title"]), license["status"], license["since"].isoformat(), ""
    for one in data["invitations"]:
        yield "invitation", _safe(one["title"]), "", _time(one["mailed_at"]), _time(one["expires_at"])
    if data["no_reminders_since"]:
        yield "no reminders", "", "", _time(data["no_reminders_since"]), ""
    for claim in data["claims"]:
        until = _time(claim["expires_at"])
        yield "claim", _safe(claim["title"]), _safe(_claimed(claim)), claim["since"].isoformat(), until
    for entry in data["license_history"]:
        yield "history", _safe(entry["what"]), "", entry["at"].isoformat(), ""


def _usage_rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in data["opened"]:
        yield "opened", _safe(one["title"]), "", one["first_at"].isoformat(), one["last_at"].isoformat()
    for one in data["usage"]:
        day, words = one["day"].isoformat(), "completed" if one["completed"] else ""
        yield "usage", _safe(one["title"]), f"{one['seconds']} seconds {words}".rstrip(), day, day


def _sign_in_rows(data: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    account = data["account"]
    yield "account", "email", _safe(account["email"]), _time(account["since"]), _time(account["last_sign_in_at"])
    for name in ("name", "language"):
        yield "account", name, _safe(account[name]), "", ""
    for one in data["addresses"]:
        yield "address", _safe(one["email"]), "verified" if one["is_verified"] else "", "", ""
    for one in data["identities"]:
        yield "identity", _safe(one["provider"]), _safe(one["subject"]), _time(one["since"]), _time(one["last_used_at"])
    for one in data["authenticators"]:
        yield "authenticator", one["kind"], "", _time(one["since"]), _time(one["last_used_at"])
    for one in data["sessions"]:
        yield "session", _safe(one["browser"]), one["address"], _time(one["since"]), _time(one["last_seen_at"])


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _claimed(claim: Mapping[str, Any]) -> str:
    kind = f"{claim['kind']}, ended" if claim["has_ended"] else str(claim["kind"])
    return f"{kind}: {claim['reason']}" if claim["reason"] else kind


def _safe(value: Any) -> str:
    """No spreadsheet takes it for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
