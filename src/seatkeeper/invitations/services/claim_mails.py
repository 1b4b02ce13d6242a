"""Tell learners what became of their claims: in the transaction that moves them."""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from seatkeeper.invitations.rules import MOST_LAPSES, Told
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.notices.models import MailState
from seatkeeper.notices.queries import is_confirmed
from seatkeeper.notices.services.outbox import mail_domain, wake

FACTS = {"sqlite": "%(facts)s", "postgresql": "CAST(%(facts)s AS jsonb)"}
# Which claims a mail is about: as they stand right behind, or (the last) right before, they are moved.
STANDS = "claim.ended_by = 0 AND "
WHICH = {
    Told.OFFERED: "claim.kind = 'offer' AND claim.since = %(now)s",
    Told.PASSED_ON: "claim.kind = 'waiting' AND claim.since = %(now)s AND claim.number > %(last)s",
    Told.TAKEN_BACK: "claim.kind = 'waiting' AND claim.since = %(now)s AND claim.number <= %(last)s",
    Told.APPROVED_WAITING: "claim.kind = 'waiting' AND claim.since = %(now)s AND claim.number > %(last)s",
    Told.PLACE_ENDED: f"claim.kind = 'offer' AND claim.expires_at <= %(now)s AND claim.lapses >= {MOST_LAPSES - 1}",
}
ONE = STANDS + "claim.learner_id = %(learner)s"
ENDED_BY = "claim.ended_by = %(operation)s"
REQUESTED = STANDS + "claim.kind = 'request' AND claim.learner_id IN ({people})"


def tell_many(pool: LicensePool, told: Told, *, now: datetime, last: int = 0) -> None:
    """`last`: the number given last before claims were moved to the end. Three statements."""
    _queue(pool, told, STANDS + WHICH[told], {"now": now, "last": last})


def tell_approved(pool: LicensePool, operation: Operation, *, now: datetime) -> None:
    """Whose request the operation met."""
    _queue(pool, Told.APPROVED, ENDED_BY, {"now": now, "operation": operation.number})


def tell_declined(pool: LicensePool, learner_ids: list[int], *, now: datetime, text: str) -> None:
    """While the requests stand. `text`: an admin's own words."""
    people, listed = bulk.listed(learner_ids, "%(people)s")
    _queue(pool, Told.DECLINED, REQUESTED.replace("{people}", people), {"now": now, "people": listed}, text=text)


def tell_one(pool: LicensePool, told: Told, learner_id: int, *, now: datetime) -> None:
    """While the claim stands."""
    _queue(pool, told, ONE, {"now": now, "learner": learner_id})


def _queue(pool: LicensePool, told: Told, which: str, values: dict[str, Any], *, text: str = "") -> None:
    moment = int(values["now"].timestamp() * 1_000_000)
    parameters = values | {
        "organization": pool.organization_id,
        "pool": pool.id,
        "facts": json.dumps({"pool": pool.id, "told": told.value} | ({"text": text} if text else {})),
        "key": f"<{pool.organization_id}.{pool.id}.{told.value}.{moment}.",
        "domain": f"@{mail_domain()}>",
        "state": MailState.DUE if is_confirmed(pool.organization_id) else MailState.WAITING,
    }
    queued = STATEMENTS.execute("queue_claim_mails", parameters, which=which, facts=FACTS[connection.vendor])
    if queued:
        wake(now=values["now"])
