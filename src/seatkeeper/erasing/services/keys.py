"""How the people of a deletion are named, some at a time: their number must not fill the memory."""

from seatkeeper.erasing.models import Deletion, DeletionKey
from seatkeeper.erasing.words import Words

KEYS_AT_A_TIME = 50_000


def words_of(deletion: Deletion, batch: int) -> Words | None:
    """None: there is no such batch."""
    keys = DeletionKey.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id)
    texts = keys.order_by("kind", "text").values_list("text", flat=True)
    some = list(texts[batch * KEYS_AT_A_TIME : (batch + 1) * KEYS_AT_A_TIME])
    return Words(some) if some else None
