"""What claims refuse, and why."""

from datetime import datetime

from seatkeeper.kernel.errors import SeatkeeperError


class ClaimError(SeatkeeperError):
    """A request about a claim that we understood and will not carry out; subclasses say why."""


class LicenseEnded(ClaimError):
    """The license was taken back: only an admin gives it again. The learner may ask."""

    code = "license_ended"

    def __init__(self, *, since: datetime | None) -> None:
        super().__init__("the license has ended")
        self.since = since


class AlreadyActive(ClaimError):
    """The learner has an active license in the pool: there is nothing to wait or to ask for."""

    code = "already_active"


class NoSuchClaim(ClaimError):
    """Nobody waits, asks or has an offer there: it has ended, or was never."""

    code = "no_such_claim"


class OfferLapsed(ClaimError):
    """The offer was not answered in time."""

    code = "offer_lapsed"

    def __init__(self, *, at: datetime) -> None:
        super().__init__("the offer has lapsed")
        self.at = at


class NoSeat(ClaimError):
    """The pool has more seats taken and held than are in force: it gives none until it is under."""

    code = "no_free_seat"
