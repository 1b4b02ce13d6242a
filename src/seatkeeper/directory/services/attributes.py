"""Custom attributes come into being on first use."""

from collections.abc import Mapping

from seatkeeper.directory.models import Attribute


def register_attributes(*, organization_id: int, keys: Mapping[str, str]) -> None:
    """Make what is not there yet. `keys`: the name as first spelled, by folded key. One statement."""
    Attribute.objects.bulk_create(
        [Attribute(organization_id=organization_id, key=key, name=name) for key, name in keys.items()],
        ignore_conflicts=True,
    )
