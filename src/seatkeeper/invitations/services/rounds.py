"""Mail to many who are invited: a round is written down at once, and its mails are queued by a worker, chunk by chunk."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.chosen import learners_of_json
from seatkeeper.invitations.models import MailRound, RoundKind
from seatkeeper.invitations.queries import rules_of
from seatkeeper.invitations.rules import rest_of
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import LicenseChange, Operation, Step
from seatkeeper.licensing.statements import position_of
from seatkeeper.notices.models import MailKind, MailState
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
    """Whom an operation has invited is mailed from now on, also where it was cancelled midway.

    Two statements; none where it has invited nobody.
    """
    invited = operation.counts.get("invited", 0) + operation.counts.get("reassigned", 0)
    if end not in (End.APPLIED, End.CANCELLED) or not invited or operation.undoes is not None:
        return
    is_mailed = operation.options.get("invitations", True)
    made = _round_of(
        operation.organization_id,
        operation.number,
        {
            "actor": operation.actor,
            "created_at": now,
            "is_mailed": is_mailed,
            "text_id": operation.options.get("invitation_text"),
        },
    )
    MailRound.objects.filter(id=made.id, starts_at=None).update(starts_at=now + rest_of(invited))
    wake(now=now)


def _round_of(organization_id: int, operation_number: int, chosen: dict[str, Any]) -> MailRound:
    where = {"organization_id": organization_id, "operation_number": operation_number, "kind": RoundKind.INVITE}
    return MailRound.objects.get_or_create(**where, defaults=chosen | {"queued_through": FIRST})[0]


def mail_again(
    kind: RoundKind,
    *,
    organization_id: int,
    people: dict[str, Any],
    actor: str,
    now: datetime,
    pool_id: int | None = None,
    text_id: int | None = None,
) -> MailRound:
    """Resend to, or remind, whoever of these people is invited. `people`: see `Chosen.as_json`.

    Who is suspended is not reminded, and keeps the invitation.
    """
    round_ = MailRound.objects.create(
        organization_id=organization_id,
        kind=kind,
        people=people,
        pool_id=pool_id,
        text_id=text_id,
        actor=actor,
        created_at=now,
        starts_at=now,
    )
    of_round: dict[str, Any] = {"organization_id": organization_id, "actor": actor, "now": now, "round": round_.pk}
    if kind == RoundKind.REMIND:
        log_act(action="invitations.reminded", **of_round)
    else:
        log_act(action="invitations.resent", **of_round)
    wake(now=now)
    return round_


def carry_on_rounds(clock: Clock) -> None:
    """Queue, chunk by chunk, from where an earlier run stopped."""
    for round_ in MailRound.objects.filter(is_queued=False, starts_at__isnull=False).order_by("id"):
        carry_on_round(round_, clock=clock)


def carry_on_round(round_: MailRound, *, clock: Clock) -> MailRound:
    queue_chunk = _queue_invited if round_.kind == RoundKind.INVITE else _queue_again
    while not round_.is_queued:
        queue_chunk(round_, clock())
        give_way()
    return round_


@transaction.atomic
def _queue_invited(round_: MailRound, now: datetime) -> None:
    """Whom the operation invited at the next positions. A fixed number of statements."""
    bulk.prefer_index_lookups()
    positions = LicenseChange.objects.filter(
        organization_id=round_.organization_id,
        operation_id=round_.operation_number or 0,
        position__gt=round_.queued_through,
        position__lt=LAST,
    ).order_by("position")
    ends = positions.values_list("position", flat=True)[settings.CHUNK_ROWS - 1 : settings.CHUNK_ROWS]
    through = next(iter(ends), None)
    parameters = _parameters(round_, now) | {"after": round_.queued_through, "through": through or LAST}
    if not _move_on(round_, through):
        return
    STATEMENTS.execute("invite", parameters, key=_fragment("key"))
    if round_.is_mailed:
        _count(round_, STATEMENTS.execute("queue_invitations", parameters, facts=_fragment("facts")))


@transaction.atomic
def _queue_again(round_: MailRound, now: datetime) -> None:
    """The next of the people chosen. A fixed number of statements."""
    bulk.prefer_index_lookups()
    people = learners_of_json(round_.organization_id, round_.people or {}).filter(id__gt=round_.queued_through)
    ids = list(people.order_by("id").values_list("id", flat=True)[: settings.CHUNK_ROWS])
    if not _move_on(round_, ids[-1] if len(ids) == settings.CHUNK_ROWS else None) or not ids:
        return
    selection, selected = bulk.listed(ids, "%(selected)s")
    parameters = _parameters(round_, now) | {"selected": selected}
    mail = {"facts": _fragment("facts"), "selection": selection}
    if round_.kind == RoundKind.RESEND:
        STATEMENTS.execute("invite_again", parameters, key=_fragment("key"), selection=selection)
        _count(round_, STATEMENTS.execute("queue_again", parameters, may="TRUE", **mail))
    else:
        may = STATEMENTS.text("may_be_reminded")
        (suspended,) = STATEMENTS.row("suspended_invited", parameters, may=may, selection=selection)
        reminded = f"learner.suspended_at IS NULL AND {may}"
        _count(round_, STATEMENTS.execute("queue_again", parameters, may=reminded, **mail), suspended)
        STATEMENTS.execute("note_reminded", parameters | {"first": ids[0], "last": ids[-1]})


def _move_on(round_: MailRound, through: int | None) -> bool:
    """Compare-and-set: of two that work on a round, one goes on. None: it is the last chunk."""
    after, is_queued = round_.queued_through, through is None
    moved = MailRound.objects.filter(id=round_.pk, queued_through=after, is_queued=False)
    if not moved.update(queued_through=through or after, is_queued=is_queued):
        round_.refresh_from_db()
        return False
    round_.queued_through, round_.is_queued = through or after, is_queued
    return True


def _count(round_: MailRound, mails: int, suspended: int = 0) -> None:
    round_.queued += mails
    round_.suspended += suspended
    MailRound.objects.filter(id=round_.pk).update(queued=round_.queued, suspended=round_.suspended)


def _fragment(name: str) -> str:
    return FRAGMENTS[connection.vendor][name]


def _parameters(round_: MailRound, now: datetime) -> dict[str, Any]:
    rules = rules_of(round_.organization_id)
    due = max(now, round_.starts_at or now)
    return {
        "organization": round_.organization_id,
        "operation": round_.operation_number,
        "pool": round_.pool_id or 0,
        "text": round_.text_id,
        "is_mailed": round_.is_mailed,
        "mailed": due if round_.is_mailed else None,
        "mailed_before": now - timedelta(days=rules.remind_after_days),
        "expires": due + timedelta(days=rules.good_for_days) if round_.is_mailed else None,
        "now": now,
        "due": due,
        "kind": MailKind.REMINDER if round_.kind == RoundKind.REMIND else MailKind.INVITATION,
        "key": f"<{round_.organization_id}.{round_.pk}.{round_.kind}.",
        "domain": f"@{mail_domain()}>",
        "state": MailState.DUE if is_confirmed(round_.organization_id) else MailState.WAITING,
    }
