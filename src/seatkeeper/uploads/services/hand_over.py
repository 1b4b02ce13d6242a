"""Who carries an upload on once its page or form asked for it."""

from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.errors import BrakeHeld, ChunkAlreadyApplied, OperationBusy
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.run import carry_on


def hand_over(upload: Upload, *, clock: Clock, actor: str, apply: bool, release_brake: bool = False) -> None:
    """See that the upload is carried on. Where the brake holds it, or somebody else is at it, that shows on the upload.

    Raises FileRefused, WrongStatus.
    """
    try:
        carry_on(upload, clock=clock, actor=actor, apply=apply, release_brake=release_brake)
    except (BrakeHeld, OperationBusy, ChunkAlreadyApplied):
        return
