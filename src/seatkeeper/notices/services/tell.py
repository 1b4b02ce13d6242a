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
    number = operation.number
    key = f"{operation.organization_id}.{number}.{kind}"
    tell_hearers(hearers, kind, about=number, facts=facts_of(operation, hearers), key=key, now=now, operation_number=number)


def tell_until_read(
    hearers: list[Membership], kind: Kind, *, about: int, facts: dict[str, Any], key: str, now: datetime
) -> None:
    """Of what is no operation, `about` standing in its place as 0 or below: one notice until it is read, and one mail a day."""
    Notice.objects.filter(membership__in=hearers, kind=kind, operation_number=about, read_at__isnull=False).delete()
    tell_hearers(hearers, kind, about=about, facts=facts, key=f"{key}.{now:%Y%m%d}", now=now)


def tell_hearers(
    hearers: list[Membership],
    kind: Kind,
    *,
    about: int,
    facts: dict[str, Any],
    key: str,
    now: datetime,
    operation_number: int | None = None,
) -> None:
    """A notice and a mail to each, as they chose. Of the same kind and `about` there is one notice, of a key one mail."""
    chosen = {row.membership_id: row for row in Preference.objects.filter(membership__in=hearers, kind=kind)}
    notices, mails = [], []
    for hearer in hearers:
        wish, organization_id = chosen.get(hearer.id) or Preference(), hearer.organization_id
        if wish.in_product:
            ours: dict[str, Any] = {"kind": kind, "operation_number": about, "facts": facts, "created_at": now}
            notices.append(Notice(organization_id=organization_id, membership=hearer, **ours))
        if wish.by_mail:
            told = facts | {"notice": str(kind), "membership": hearer.id}
            mail: dict[str, Any] = {
                "kind": MailKind.NOTICE,
                "organization_id": organization_id,
                "operation_number": operation_number,
            }
            mails.append(post(hearer.account.email, key=f"{key}.{hearer.id}", facts=told, now=now, **mail))
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
