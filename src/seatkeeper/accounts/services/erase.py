"""Part people who are erased from their sign-ins; sign-ins that are nobody else's go, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from seatkeeper.accounts.models import Account, AuditErasure, Membership, ProfileCode


def part_from_sign_ins(*, organization_id: int, learner_ids: QuerySet[Any, Any], addresses: QuerySet[Any, Any]) -> None:
    """Within the caller's transaction; a fixed number of statements, which ask for both themselves: lists are long to send.

    An admin's sign-in stays, without the profile; so does one that another organization knows.
    """
    ProfileCode.objects.filter(learner_id__in=learner_ids).delete()
    connected = Membership.objects.filter(organization_id=organization_id, learner_id__in=learner_ids)
    accounts = list(connected.filter(is_admin=False).values_list("account_id", flat=True))
    connected.filter(is_admin=True).update(learner=None)
    connected.filter(is_admin=False).delete()
    left = Account.objects.filter(memberships=None)
    left.filter(id__in=accounts).delete()
    left.filter(email__in=addresses).delete()


@contextmanager
def audit_log_opened(organization_id: int) -> Iterator[None]:
    """Inside, within the caller's transaction, who did something and with whom may be taken out of an organization's entries.

    Everything else of them stays refused; see docs/decisions/0025.
    """
    opening = AuditErasure.objects.create(organization_id=organization_id)
    yield
    opening.delete()
