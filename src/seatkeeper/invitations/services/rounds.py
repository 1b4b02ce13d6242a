"""Mail to many who are invited: a round is written down at once, and its mails are queued by a worker, chunk by chunk."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from seatkeeper.invitations.models import InvitationRules, MailRound, RoundKind
from seatkeeper.invitations.rules import rest_of
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import LicenseChange, Operation, Step
from seatkeeper.licensing.statements import position_of
from seatkeeper.notices.models import MailState
from seatkeeper.notices.queries import is_confirmed
from seatkeeper.notices.services.outbox import mail_domain, wake

FIRST, LAST = position_of(Step.MOVE, 0), position_of(Step.LEAVE, 0)  # what gives licenses
FRAGMENTS = {
    "sqlite": {
        "key": "lower(hex(randomblob(16)))",
        "facts": """'{"pool":' || CAST(license.pool_id AS text) || '}'""",
    },
    "postgresql": {
        "key": "gen_random_uuid()",
        "facts": "jsonb_build_object('pool', license.pool_id)",
    },
}


def choose_invitation(*, organization_id: int, operation_number: int, actor: str, now: datetime, text_id: int | None) -> None:
    """Whom the operation invites gets a mail with these words of the organization's own; None: the default."""
    chosen = {"text_id": text_id, "actor": actor, "created_at": now}
    _round_of(organization_id, operation_number, chosen)


def heed_end(operation: Operation, end: End, now: datetime) -> None:
    """Whom an operation has invited is mailed from now on. Two statements; none where it has invited nobody."""
    invited = operation.counts.get("invited", 0) + operation.counts.get("reassigned", 0)
    if end is not End.APPLIED or not invited or operation.undoes is not None:
        return
    is_mailed = operation.options.get("invitations", True)
    made = _round_of(
        operation.organization_id,
        operation.number,
        {"actor": operation.actor, "created_at": now, "is_mailed": is_mailed},
    )
    MailRound.objects.filter(id=made.id, starts_at=None).update(starts_at=now + rest_of(invited))
    wake(now=now)


def _round_of(organization_id: int, operation_number: int, chosen: dict[str, Any]) -> MailRound:
    where = {"organization_id": organization_id, "operation_number": operation_number, "kind": RoundKind.INVITE}
    return MailRound.objects.get_or_create(**where, defaults=chosen | {"queued_through": FIRST})[0]


def carry_on_rounds(clock: Clock) -> None:
    """Queue, chunk by chunk, from where an earlier run stopped."""
    for round_ in MailRound.objects.filter(is_queued=False, starts_at__isnull=False).order_by("id"):
        while not round_.is_queued:
            _queue_chunk(round_, now=clock())
            give_way()


@transaction.atomic
def _queue_chunk(round_: MailRound, *, now: datetime) -> None:
    """A fixed number of statements. Compare-and-set: of two that work on a round, one goes on."""
    bulk.prefer_index_lookups()
    after, through = round_.queued_through, _next_end(round_)
    moved = MailRound.objects.filter(id=round_.id, queued_through=after, is_queued=False)
    if not moved.update(queued_through=through or LAST, is_queued=through is None):
        round_.refresh_from_db()
        return
    round_.queued_through, round_.is_queued = through or LAST, through is None
    parameters = _parameters(round_, now) | {"after": after, "through": round_.queued_through}
    fragments = FRAGMENTS[connection.vendor]
    STATEMENTS.execute("invite", parameters, key=fragments["key"])
    if round_.is_mailed:
        round_.queued += STATEMENTS.execute("queue_invitations", parameters, facts=fragments["facts"])
        MailRound.objects.filter(id=round_.id).update(queued=round_.queued)


def _next_end(round_: MailRound) -> int | None:
    """The position at which the next chunk ends; None: it is the last."""
    changes = LicenseChange.objects.filter(
        organization_id=round_.organization_id,
        operation_id=round_.operation_number or 0,
        position__gt=round_.queued_through,
        position__lt=LAST,
    ).order_by("position")
    return next(iter(changes.values_list("position", flat=True)[settings.CHUNK_ROWS - 1 : settings.CHUNK_ROWS]), None)


def _parameters(round_: MailRound, now: datetime) -> dict[str, Any]:
    rules = InvitationRules.objects.filter(organization_id=round_.organization_id).first() or InvitationRules()
    due = max(now, round_.starts_at or now)
    return {
        "organization": round_.organization_id,
        "operation": round_.operation_number,
        "text": round_.text_id,
        "is_mailed": round_.is_mailed,
        "mailed": due if round_.is_mailed else None,
        "expires": due + timedelta(days=rules.good_for_days) if round_.is_mailed else None,
        "now": now,
        "due": due,
        "key": f"<{round_.organization_id}.{round_.pk}.{round_.kind}.",
        "domain": f"@{mail_domain()}>",
        "state": MailState.DUE if is_confirmed(round_.organization_id) else MailState.WAITING,
    }
