"""Write the audit log."""

from datetime import datetime
from typing import Any

from seatkeeper.accounts.models import AuditEntry


def log_act(*, organization_id: int, actor: str, action: str, now: datetime, **facts: Any) -> None:
    """One entry, in the caller's transaction: what is not logged is not done."""
    AuditEntry.objects.create(organization_id=organization_id, at=now, actor=actor, action=action, facts=facts)
