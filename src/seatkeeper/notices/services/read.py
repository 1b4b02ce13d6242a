"""Mark notices as read."""

from datetime import datetime

from seatkeeper.notices.models import Notice


def mark_read(*, membership_id: int, now: datetime, notice_id: int | None = None) -> int:
    """One notice of this admin, or (none named) all; how many were unread."""
    unread = Notice.objects.filter(membership_id=membership_id, read_at=None)
    return (unread if notice_id is None else unread.filter(id=notice_id)).update(read_at=now)
