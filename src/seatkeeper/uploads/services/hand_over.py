"""Leave an upload to a worker, which carries it on."""

from datetime import datetime

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.uploads.models import Upload

KIND = "uploads.carry_on"


def hand_over(upload: Upload, *, now: datetime, actor: str, apply: bool, release_brake: bool = False) -> BackgroundTask:
    """In the caller's transaction. What comes of it, a refusal or the brake too, shows on the upload."""
    return enqueue(
        KIND,
        now=now,
        organization_id=upload.organization_id,
        operation_id=upload.operation_id,
        arguments={"actor": actor, "apply": apply, "release_brake": release_brake},
    )
