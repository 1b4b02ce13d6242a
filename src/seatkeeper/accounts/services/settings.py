"""Change what an organization chose for itself."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import OrganizationSettings
from seatkeeper.directory.time_zones import refuse_unknown_time_zone, tell_time_zone_changed


@transaction.atomic
def change_settings(*, organization_id: int, actor: str, now: datetime, **wanted: str | bool) -> list[str]:
    """Set the named fields of `OrganizationSettings`; which of them changed. Each change is in the audit log.

    Raises UnknownTimeZone.
    """
    if "time_zone" in wanted:
        refuse_unknown_time_zone(str(wanted["time_zone"]))
    settings, _ = OrganizationSettings.objects.get_or_create(organization_id=organization_id)
    before = {name: getattr(settings, name) for name, value in wanted.items() if getattr(settings, name) != value}
    for name in before:
        setattr(settings, name, wanted[name])
    if before:
        settings.save(update_fields=list(before))
    for name, old in before.items():
        facts = {"before": old, "after": wanted[name]}
        log_act(organization_id=organization_id, actor=actor, action=f"settings.{name}_changed", now=now, **facts)
    if "time_zone" in before:
        tell_time_zone_changed(organization_id)
    return list(before)


def is_sound_contact(contact: str) -> bool:
    """Whether it is an e-mail address, a page, or empty: none."""
    check = URLValidator(schemes=("https", "http")) if "://" in contact else validate_email
    try:
        if contact:
            check(contact)
    except ValidationError:
        return False
    return True
