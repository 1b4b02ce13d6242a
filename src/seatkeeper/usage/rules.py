"""What is told, what it counts for, and by what it is known again. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from seatkeeper.usage.models import FactKind

MOST_SECONDS = 24 * 60 * 60  # of one fact; several of a day can come to more
OPENINGS_APART = 15 * 60  # seconds; openings within the same quarter of an hour are one
CLOCKS_APART = timedelta(minutes=15)  # a teller's clock may be so much ahead
DAYS_BEGIN_BEFORE = timedelta(hours=14)  # on the Line Islands, before they do in UTC
KEY_BITS = 63


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told of somebody, in the teller's words."""

    learner: str  # an e-mail address, a unique user ID, or a number
    content: str  # a number, an address, or the exact title
    kind: str = FactKind.VIEWED
    day: date | None = None  # where only the day is known
    at: datetime | None = None
    seconds: int = 0
    views: int = 0  # 0 or 1
    completions: int = 0  # 0 or 1
    id: str = ""  # the teller's own; "": what says the same is the same
    id_key: int | None = None  # in place of the id, where only that is still known

    def day_in(self, zone: ZoneInfo) -> date:
        if self.at is not None:
            return self.at.astimezone(zone).date()
        if self.day is None:
            raise ValueError("neither a time nor a day was told")
        return self.day


def is_too_late(told: Told, *, now: datetime) -> bool:
    """Whether it is told of a time that has not come yet, or of a day that has begun nowhere on earth. `now`: in UTC."""
    if told.at is not None:
        return told.at > now + CLOCKS_APART
    return told.day is not None and told.day > (now + DAYS_BEGIN_BEFORE).date()


def id_key_of(told: Told) -> int | None:
    if told.id_key is not None or not told.id:
        return told.id_key
    return key_of_parts("id", told.id)


def key_of(told: Told, content_id: int) -> int:
    """By which a fact of a learner is known when it is told again: its id, or all that it says."""
    by_id = id_key_of(told)
    return _key_of_words(told, str(content_id)) if by_id is None else by_id


def waiting_key_of(told: Told) -> int:
    """The same where it is not known yet who or what is meant."""
    by_id = id_key_of(told)
    words = ("", "") if by_id is None else ("id", str(by_id))
    return key_of_parts("waiting", told.learner, *words, str(_key_of_words(told, told.content)))


def key_of_parts(*parts: str) -> int:
    """A number of 63 bits; two of a learner's facts get the same one by chance once in a million million years."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - KEY_BITS)


def _key_of_words(told: Told, content: str) -> int:
    seconds = None if told.at is None else int(told.at.timestamp())
    if seconds is not None and told.kind == FactKind.OPENED:
        seconds -= seconds % OPENINGS_APART
    when = f"at {seconds}" if told.at else f"on {told.day}"
    return key_of_parts("words", told.kind, content, when, str(told.seconds), str(told.views), str(told.completions))
