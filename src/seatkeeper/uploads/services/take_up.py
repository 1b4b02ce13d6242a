"""Small files are applied at once; where the process that was at it died, a worker goes on."""

from datetime import datetime

from seatkeeper.licensing.services.take_up import IMPORT, cut_off
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.hand_over import hand_over


def take_up_files(*, now: datetime) -> int:
    """Leave to a worker what nobody goes on with; how many. A person has let it be applied already."""
    imports = [operation for operation in cut_off(now=now) if operation.verb == IMPORT]
    for operation in imports:
        upload = Upload.objects.get(organization_id=operation.organization_id, operation_id=operation.number)
        hand_over(upload, now=now, actor=operation.actor, apply=True)
    return len(imports)
