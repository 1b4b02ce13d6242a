"""Change what an organization chose for itself."""

from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import OrganizationSettings


@transaction.atomic
def change_settings(*, organization_id: int, actor: str, now: datetime, **wanted: str | bool) -> list[str]:
    """Set the named fields of `OrganizationSettings`; which of them changed. Each change is in the audit log."""
    settings, _ = OrganizationSettings.objects.get_or_create(organization_id=organization_id)
    before = {name: getattr(settings, name) for name, value in wanted.items() if getattr(settings, name) != value}
    for name in before:
        setattr(settings, name, wanted[name])
    if before:
        settings.save(update_fields=list(before))
    for name, old in before.items():
        facts = {"before": old, "after": wanted[name]}
        log_act(organization_id=organization_id, actor=actor, action=f"settings.{name}_changed", now=now, **facts)
    return list(before)
