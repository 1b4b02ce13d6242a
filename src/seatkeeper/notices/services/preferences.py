"""How an admin wants to hear of things."""

from collections.abc import Mapping

from django.db import transaction

from seatkeeper.notices.models import Kind, Preference


def preferences_of(membership_id: int) -> dict[Kind, Preference]:
    """Of every kind; both ways where nothing was chosen."""
    chosen = {row.kind: row for row in Preference.objects.filter(membership_id=membership_id)}
    return {kind: chosen.get(kind) or Preference(membership_id=membership_id, kind=kind) for kind in Kind}


@transaction.atomic
def choose(*, membership_id: int, ways: Mapping[Kind, tuple[bool, bool]]) -> None:
    """Of each kind: whether in the product, and whether by mail."""
    for kind, (in_product, by_mail) in ways.items():
        chosen = {"in_product": in_product, "by_mail": by_mail}
        Preference.objects.update_or_create(membership_id=membership_id, kind=kind, defaults=chosen)
