"""Invitations whose licenses ended long ago go, as other claims do: their links lead nowhere then."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from seatkeeper.directory.models import Organization
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way


def sweep_all_invitations(clock: Clock) -> None:
    for organization_id in Organization.objects.values_list("id", flat=True):
        sweep_invitations(organization_id=organization_id, now=clock())


def sweep_invitations(*, organization_id: int, now: datetime) -> int:
    """Delete them, up to a chunk a transaction; how many.

    What is invited or active stays. An undo of something older leaves people invited without a link, as by an
    operation without mail: *Send again* makes a new one.
    """
    before, after, swept = now - timedelta(days=settings.ENDED_CLAIMS_KEPT_DAYS), 0, 0
    while through := _end_of_chunk(organization_id, after):
        chunk = {"organization": organization_id, "before": before, "after": after, "through": through}
        with transaction.atomic():
            bulk.prefer_index_lookups()
            swept += STATEMENTS.execute("forget_invitations", chunk)
        after = through
        give_way()
    return swept


def _end_of_chunk(organization_id: int, after: int) -> int | None:
    """A learner's id; None where nobody comes any more. Who has a row too many for the chunk is in it with all of them."""
    following = Invitation.objects.filter(organization_id=organization_id, learner_id__gt=after).order_by("learner_id")
    ids = following.values_list("learner_id", flat=True)
    end = next(iter(ids[settings.CHUNK_ROWS - 1 : settings.CHUNK_ROWS]), None)
    return end or following.reverse().values_list("learner_id", flat=True).first()
