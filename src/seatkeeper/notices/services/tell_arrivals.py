"""Tell full admins of what came of a sign-in: a pool was full, or two profiles are one person's."""

from datetime import datetime
from typing import Any

from django.db import transaction

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Learner
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.models import Kind
from seatkeeper.notices.services.tell import tell_until_read


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
    full_admins = Membership.objects.select_related("account").filter(
        organization_id=organization_id, is_admin=True, is_full_admin=True, account__is_active=True
    )
    tell_until_read(list(full_admins), kind, about=-about, facts=facts, key=f"{organization_id}.{kind}.{about}", now=now)
