"""Found an organization; have it to oneself."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.text import slugify

from seatkeeper.directory.errors import OrganizationExists
from seatkeeper.directory.models import IdRange, Organization


@transaction.atomic
def create_organization(*, name: str, now: datetime) -> Organization:
    """Raises OrganizationExists where the name gives the same slug as another's."""
    slug = slugify(name, allow_unicode=False) or f"organization-{Organization.objects.count() + 1}"
    if Organization.objects.filter(slug=slug).exists():
        raise OrganizationExists(slug=slug)
    organization = Organization.objects.create(slug=slug, name=name, created_at=now)
    IdRange.objects.create(organization=organization)
    return organization


def lock_organization(organization_id: int) -> None:
    """Until the transaction ends nobody else changes its people, groups or admins. (SQLite: the only writer.)"""
    if connection.features.has_select_for_update:
        Organization.objects.select_for_update(no_key=True).values_list("id").get(id=organization_id)
