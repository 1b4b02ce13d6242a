"""May this learner open this content now, and if not, why? Plain values: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from seatkeeper.licensing.models import Status

EXPIRE = "expire"  # the verb of an operation that ends what its time has ended


class Reason(StrEnum):
    """Why a request is let in or refused: what the header `X-Seatkeeper-Reason` and the API say."""

    ACTIVE = "active"
    FREE = "free"
    NOT_SIGNED_IN = "not_signed_in"
    TOKEN_REFUSED = "token_refused"  # noqa: S105  a reason, no secret
    UNKNOWN_CONTENT = "unknown_content"
    NO_PROFILE = "no_profile"  # signed in, and connected with no learner here
    UNKNOWN_LEARNER = "unknown_learner"  # an application asks about nobody we know
    NO_LICENSE = "no_license"  # never had one, or it was unassigned: then `since` says when
    INVITED = "invited"
    EXPIRED = "expired"
    INVITATION_EXPIRED = "invitation_expired"  # there never was more than an invitation
    CLAIM_ENDED = "claim_ended"  # or than that, a place in the waitlist, an offer or a request
    SUSPENDED = "suspended"  # whatever licenses there are


OPENS = frozenset({Reason.ACTIVE, Reason.FREE})
ENDED = {  # by whether it was active, and whether its time ended it
    (True, True): Reason.EXPIRED,
    (True, False): Reason.NO_LICENSE,
    (False, True): Reason.INVITATION_EXPIRED,
    (False, False): Reason.CLAIM_ENDED,
}
HAS_NONE = frozenset({Reason.NO_LICENSE, *ENDED.values()})
UNKNOWN_ASKER = frozenset({Reason.NOT_SIGNED_IN, Reason.TOKEN_REFUSED})


@dataclass(frozen=True, slots=True)
class Held:
    """A license, now or once, of a type that opens the content."""

    status: int
    since: datetime | None
    ended_by: str  # the verb of the operation that ended it
    was_active: bool  # now or ever


@dataclass(frozen=True, slots=True)
class Learner:
    """As the site behind the gate may know them."""

    id: int
    email: str
    unique_user_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that one statement found."""

    organization_id: int
    is_known_asker: bool
    is_token: bool
    learner: Learner | None
    content_id: int | None
    content_title: str
    is_free: bool
    suspended_at: datetime | None
    licenses: Sequence[Held]
    learners_sign_in: bool  # where they do not, no session counts


@dataclass(frozen=True, slots=True)
class Answer:
    """Allowed or not, since when and why; and about whom and what."""

    reason: Reason
    since: datetime | None = None
    organization_id: int = 0
    learner: Learner | None = None
    content_id: int | None = None
    content_title: str = ""
    learners_sign_in: bool = True

    @property
    def is_allowed(self) -> bool:
        return self.reason in OPENS

    @property
    def status(self) -> int:
        """As a status of HTTP."""
        if self.is_allowed:
            return 200
        return 401 if self.reason in UNKNOWN_ASKER else 403


def answer(question: Question) -> Answer:
    reason, since = _reason(question)
    return Answer(
        reason=reason,
        since=since,
        organization_id=question.organization_id,
        learner=question.learner if question.is_known_asker else None,
        content_id=question.content_id,
        content_title=question.content_title,
        learners_sign_in=question.learners_sign_in,
    )


def _reason(question: Question) -> tuple[Reason, datetime | None]:
    if question.is_token and not question.is_known_asker:
        return Reason.TOKEN_REFUSED, None
    if question.content_id is None:
        return Reason.UNKNOWN_CONTENT, None
    if question.is_free:
        return Reason.FREE, None
    if not question.is_known_asker:
        return Reason.NOT_SIGNED_IN, None
    if question.learner is None:
        return (Reason.UNKNOWN_LEARNER if question.is_token else Reason.NO_PROFILE), None
    if question.suspended_at is not None:
        return Reason.SUSPENDED, question.suspended_at
    return _of_licenses(question.licenses)


def _of_licenses(licenses: Sequence[Held]) -> tuple[Reason, datetime | None]:
    """By the strongest of them; of those that ended, by the last, and by claims only where there was no more."""
    for status, reason in ((Status.ACTIVE, Reason.ACTIVE), (Status.INVITED, Reason.INVITED)):
        if having := [held for held in licenses if held.status == status]:
            return reason, having[0].since
    ended = [held for held in licenses if held.since is not None]
    if not ended:
        return Reason.NO_LICENSE, None
    last = max(ended, key=lambda held: (held.was_active, held.since.timestamp() if held.since else 0))
    return ENDED[last.was_active, last.ended_by == EXPIRE], last.since
