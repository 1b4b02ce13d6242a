"""Tell full admins of what came of a sign-in: a pool was full, or two profiles are one person's."""

from datetime import datetime
from typing import Any

from django.db import transaction

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.models import Kind, MailKind, Notice, Preference
from seatkeeper.notices.services.outbox import post, put


def tell_of_full_pool(pool: LicensePool, *, now: datetime) -> None:
    """One notice until it is read, and one mail a day, of each pool."""
    _tell(pool.organization_id, Kind.POOL_FULL, about=pool.id, facts={"pool": pool.title}, now=now)


def tell_of_two_profiles(some: Learner, other: Learner, *, now: datetime) -> None:
    """One notice until it is read, and one mail a day, of each person."""
    first, second = sorted((some.id, other.id))
    facts = {"learner": first, "other": second}
    _tell(some.organization_id, Kind.TWO_PROFILES, about=first, facts=facts, now=now)


@transaction.atomic
def _tell(organization_id: int, kind: Kind, *, about: int, facts: dict[str, Any], now: datetime) -> None:
    """`about` stands in place of an operation, below 0: of the same there is but one unread."""
    hearers = list(
        Membership.objects.select_related("account").filter(
            organization_id=organization_id, is_admin=True, is_full_admin=True, account__is_active=True
        )
    )
    wishes = {row.membership_id: row for row in Preference.objects.filter(membership__in=hearers, kind=kind)}
    where = {"organization_id": organization_id, "kind": kind, "operation_number": -about}
    Notice.objects.filter(**where, read_at__isnull=False).delete()
    chosen = [(hearer, wishes.get(hearer.id) or Preference()) for hearer in hearers]
    notices = [Notice(**where, membership=hearer, facts=facts, created_at=now) for hearer, wish in chosen if wish.in_product]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    put(
        [
            post(
                hearer.account.email,
                kind=MailKind.NOTICE,
                now=now,
                organization_id=organization_id,
                key=f"{organization_id}.{kind}.{about}.{now:%Y%m%d}.{hearer.id}",
                facts=facts | {"notice": str(kind), "membership": hearer.id},
            )
            for hearer, wish in chosen
            if wish.by_mail
        ]
    )
