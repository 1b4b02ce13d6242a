"""Decisions about invitations on plain values: no database, no clock."""

from datetime import timedelta

AT_ONCE = 20  # mails of one operation that go without a rest
RESTS = timedelta(minutes=5)  # time to undo, before many people read of it


def rest_of(invited: int) -> timedelta:
    return RESTS if invited > AT_ONCE else timedelta(0)
