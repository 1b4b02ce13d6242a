"""What statements come to: which verbs count for what, and by what a statement is known again. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from seatkeeper.usage.models import FactKind
from seatkeeper.usage.rules import MOST_SECONDS, Told
from seatkeeper.usage.telling import time_of
from seatkeeper.usage.xapi import DURATION, Activity, Agent, Statement

ADL = "http://adlnet.gov/expapi/verbs/"
OPENING = frozenset(
    {
        *(ADL + word for word in ("launched", "initialized", "experienced", "attempted")),
        "http://activitystrea.ms/schema/1.0/open",
    }
)
LASTING = frozenset({ADL + "progressed", ADL + "terminated"})
COMPLETING = {ADL + "completed": FactKind.COMPLETED, ADL + "passed": FactKind.PASSED}
COUNTING = OPENING | LASTING | COMPLETING.keys()
OWN_CONTENT = "urn:seatkeeper:content:"  # before a content's number
UNIT_SECONDS = {
    "weeks": 604_800,
    "days": 86_400,
    "hours": 3_600,
    "minutes": 60,
    "seconds": 1,
    "months": 2_592_000,
    "years": 31_536_000,
}
# What may differ between two that are the same (2.3.1): what a server sets, and what is not part of a statement.
SET_BY_SERVERS = frozenset({"id", "stored", "authority", "version", "attachments"})


class NobodyKnown(ValueError):
    """The actor is identified by nothing that we know people by."""


def told_of_statement(statement: Statement, *, its_id: str, now: datetime) -> Told | None:
    """The fact in it; None where it is no one's use of a content. `its_id` as in Told. Raises NobodyKnown."""
    verb, about, actor = statement.verb.id, statement.object, statement.actor
    if verb not in COUNTING or not isinstance(about, Activity) or not isinstance(actor, Agent):
        return None
    seconds = seconds_of(statement.result.duration if statement.result else None) if verb in LASTING else 0
    return Told(
        learner=_learner(actor),
        content=about.id.removeprefix(OWN_CONTENT),
        kind=COMPLETING.get(verb, FactKind.OPENED if verb in OPENING else FactKind.VIEWED),
        at=(time_of(statement.timestamp) if statement.timestamp else None) or now,
        seconds=seconds,
        views=int(verb not in COMPLETING),
        completions=int(verb in COMPLETING),
        id=its_id,
    )


def seconds_of(duration: str | None) -> int:
    """At most a day: who leaves a page open over a weekend has not learned for so long."""
    found = DURATION.fullmatch(duration or "")
    if found is None:
        return 0
    parts = ((UNIT_SECONDS[unit], value) for unit, value in found.groupdict().items() if value)
    return int(min(sum(seconds * float(value.replace(",", ".")) for seconds, value in parts), MOST_SECONDS))


def digest_of_statement(sent: Mapping[str, Any]) -> str:
    """The same for two that match (2.3.1, statement comparison), another one for others."""
    kept = {name: _canonical(name, value) for name, value in sent.items() if name not in SET_BY_SERVERS}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _learner(actor: Agent) -> str:
    if actor.mbox:
        return actor.mbox.removeprefix("mailto:")
    if actor.account:
        return actor.account.name
    raise NobodyKnown(actor.identifiers()[0])


def _canonical(name: str, value: Any) -> Any:
    """Without what is not part of a statement, and lists without an order in one order."""
    match name, value:
        case "extensions", _:
            return value
        case "timestamp", str():
            at = time_of(value)
            return at.astimezone(UTC).isoformat() if at else value
        case "mbox", str():
            return value.lower()
        case ("verb", {"id": verb}):
            return verb
        case "contextActivities", dict():
            return {kind: [one["id"] for one in (some if isinstance(some, list) else [some])] for kind, some in value.items()}
        case "member", list():
            return sorted((_canonical("", one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
        case _, dict():
            parts = {key: _canonical(key, inner) for key, inner in value.items() if key not in ("definition", "attachments")}
            return parts | ({"objectType": "Activity"} if name == "object" and "objectType" not in parts else {})
        case _, list():
            return [_canonical("", one) for one in value]
    return value
