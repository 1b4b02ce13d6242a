"""Decisions about invitations and offers on plain values: no database, no clock."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

AT_ONCE = 20  # mails of one operation that go without a rest
RESTS = timedelta(minutes=5)  # time to undo, before many people read of it
MOST_LAPSES = 2  # offers that somebody leaves unanswered, before their place ends
SATURDAY = 5
DAY = timedelta(days=1)


def rest_of(invited: int) -> timedelta:
    return RESTS if invited > AT_ONCE else timedelta(0)


def end_of_offer(start: datetime, *, hours: int) -> datetime:
    """`hours` later, Saturdays and Sundays (UTC) not counted."""
    at, left = start.astimezone(UTC), timedelta(hours=hours)
    while left > timedelta(0):
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        if at.weekday() >= SATURDAY:
            at = midnight
        else:
            step = min(left, midnight - at)
            at, left = at + step, left - step
    return at


class Told(StrEnum):
    """What a learner is mailed of a claim."""

    WAITING = "waiting"  # all seats are taken: a place in the waitlist
    OFFERED = "offered"
    PASSED_ON = "passed_on"  # an offer was not answered: the end of the waitlist
    TAKEN_BACK = "taken_back"  # an offer, as the pool has fewer seats
    PLACE_ENDED = "place_ended"  # offers were left unanswered too often
    APPROVED = "approved"  # a request, and there is a seat
    APPROVED_WAITING = "approved_waiting"  # a request, and a place in the waitlist
    DECLINED = "declined"
