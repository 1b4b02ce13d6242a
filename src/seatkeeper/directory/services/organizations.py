"""Found an organization."""

from datetime import datetime

from django.db import transaction
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
