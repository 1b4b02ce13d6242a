"""Tell admins that an operation has come to an end, or waits for a person."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from seatkeeper.accounts.models import Membership
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import Operation
from seatkeeper.notices.models import Kind, MailKind, Notice, Preference
from seatkeeper.notices.rules import kind_of
from seatkeeper.notices.services.outbox import post, put


def tell_of_end(operation: Operation, end: End, now: datetime) -> None:
    """A notice and a mail to each admin whom it concerns, as they chose. A second call adds nothing.

    Four statements, in the transaction of the end; none where it is not worth a notice.
    """
    kind = kind_of(operation, end)
    if kind is None:
        return
    hearers = who_hears(operation, kind)
    chosen = {row.membership_id: row for row in Preference.objects.filter(membership__in=hearers, kind=kind)}
    facts = facts_of(operation, hearers)
    notices, mails = [], []
    for hearer in hearers:
        wish = chosen.get(hearer.id) or Preference()
        if wish.in_product:
            notices.append(_notice(operation, kind, hearer, facts, now))
        if wish.by_mail:
            key = f"{operation.organization_id}.{operation.number}.{kind}.{hearer.id}"
            ours: dict[str, Any] = {"kind": MailKind.NOTICE, "organization_id": operation.organization_id, "now": now}
            told = facts | {"notice": str(kind), "membership": hearer.id}
            mails.append(post(hearer.account.email, key=key, facts=told, operation_number=operation.number, **ours))
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    put(mails)


def who_hears(operation: Operation, kind: Kind) -> list[Membership]:
    """Who did it. Of what the brake holds, and of what no admin did, also every full admin."""
    admins = Membership.objects.select_related("account").filter(
        organization_id=operation.organization_id, is_admin=True, account__is_active=True
    )
    who_did = Q(account__email=operation.actor)
    if kind == Kind.HELD:
        return list(admins.filter(who_did | Q(is_full_admin=True)))
    return list(admins.filter(who_did)) or list(admins.filter(is_full_admin=True))


def facts_of(operation: Operation, hearers: list[Membership]) -> dict[str, Any]:
    """What the words are made of, whenever they are read."""
    names = {hearer.account.email: hearer.account.get_full_name() for hearer in hearers}
    counts = {name: count for name, count in operation.counts.items() if isinstance(count, int) and count}
    return {
        "number": operation.number,
        "verb": operation.verb,
        "about": operation.about,
        "who": names.get(operation.actor, operation.actor),
        "counts": counts,
    }


def _notice(operation: Operation, kind: Kind, hearer: Membership, facts: dict[str, Any], now: datetime) -> Notice:
    return Notice(
        organization_id=operation.organization_id,
        membership=hearer,
        kind=kind,
        operation_number=operation.number,
        facts=facts,
        created_at=now,
    )
