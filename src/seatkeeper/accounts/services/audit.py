"""Write the audit log."""

from datetime import datetime
from typing import Any

from seatkeeper.accounts.models import Account, AuditEntry


def log_act(*, organization_id: int, actor: str, action: str, now: datetime, **facts: Any) -> None:
    """One entry, in the caller's transaction: what is not logged is not done."""
    AuditEntry.objects.create(organization_id=organization_id, at=now, actor=actor, action=action, facts=facts)


def log_of_account(*, account: Account, action: str, now: datetime, **facts: Any) -> None:
    """One entry in each organization that the account is an admin of."""
    facts = {"account": account.pk, **facts}
    for organization_id in account.memberships.filter(is_admin=True).values_list("organization_id", flat=True):
        log_act(organization_id=organization_id, actor=account.email, action=action, now=now, **facts)
