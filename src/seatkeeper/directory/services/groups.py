"""Make groups."""

from django.db import transaction

from seatkeeper.directory.errors import GroupExists
from seatkeeper.directory.models import Group
from seatkeeper.directory.services.ids import reserve_ids


@transaction.atomic
def add_group(*, organization_id: int, name: str) -> Group:
    """Raises GroupExists where a name differs only in case."""
    key = name.strip().casefold()
    if Group.objects.filter(organization_id=organization_id, key=key).exists():
        raise GroupExists(name=name)
    new_id = reserve_ids(organization_id=organization_id)
    return Group.objects.create(id=new_id, organization_id=organization_id, key=key, name=name.strip())
