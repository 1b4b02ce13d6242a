"""What invitations and claims refuse, and why."""

from datetime import datetime

from seatkeeper.kernel.errors import SeatkeeperError


class InvitationsError(SeatkeeperError):
    """A request we understood and will not carry out; subclasses say why."""


class UnknownText(InvitationsError):
    """No invitation of the organization's own has this name."""

    code = "unknown_text"

    def __init__(self, *, name: str, known: list[str]) -> None:
        super().__init__("no such text")
        self.name, self.known = name, known


class TextExists(InvitationsError):
    """Two texts of an organization can't have the same name."""

    code = "text_exists"

    def __init__(self, *, name: str) -> None:
        super().__init__("a text of this name is there already")
        self.name = name


class ClaimError(SeatkeeperError):
    """A request about a claim that we understood and will not carry out; subclasses say why."""


class LicenseEnded(ClaimError):
    """The license was taken back, or a claim on it: only an admin gives it again. The learner may ask."""

    code = "license_ended"

    def __init__(self, *, since: datetime | None, was_active: bool) -> None:
        super().__init__("the license has ended")
        self.since, self.was_active = since, was_active


class LearnerSuspended(ClaimError):
    """Who is suspended takes no seat."""

    code = "learner_suspended"

    def __init__(self, *, since: datetime) -> None:
        super().__init__("the learner is suspended")
        self.since = since


class HasLicense(ClaimError):
    """The learner has a license in the pool: there is nothing to wait or to ask for."""

    code = "has_license"


class NoSuchClaim(ClaimError):
    """Nobody waits, asks or has an offer there: it has ended, or was never."""

    code = "no_such_claim"


class OfferLapsed(ClaimError):
    """The offer was not answered in time."""

    code = "offer_lapsed"

    def __init__(self, *, at: datetime) -> None:
        super().__init__("the offer has lapsed")
        self.at = at


class PoolIsOver(ClaimError):
    """The pool has more seats taken and held than are in force: it gives none until it is under."""

    code = "no_free_seat"


class AddressNotAllowed(ClaimError):
    """No e-mail address of the domains that may join."""

    code = "address_not_allowed"


class TooManyAsked(ClaimError):
    """So many asked to join within an hour that no more mails go out now."""

    code = "too_many_asked"


class NoDomains(ClaimError):
    """A join link needs at least one domain, each written as corp.example."""

    code = "no_domains"
