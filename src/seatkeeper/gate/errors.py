"""What the gate's own services refuse, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class GateError(SeatkeeperError):
    """A request about content that we will not carry out."""


class BadAddress(GateError):
    """Neither a path nor an address that begins with https://, or one that servers read differently."""

    code = "bad_address"

    def __init__(self, *, address: str) -> None:
        super().__init__("bad address of content")
        self.address = address


class AddressTaken(GateError):
    """The organization has content with this address."""

    code = "address_of_content_taken"

    def __init__(self, *, address: str, title: str) -> None:
        super().__init__("address of content taken")
        self.address, self.title = address, title


class NothingOpens(GateError):
    """Content that is not free needs a license type that opens it."""

    code = "nothing_opens"


class UnknownLicenseType(GateError):
    """The organization has no such license type."""

    code = "unknown_license_type"

    def __init__(self, *, key: str, known: list[str]) -> None:
        super().__init__(f"no license type {key}")
        self.key, self.known = key, known


class UnknownContent(GateError):
    """The organization has no such content."""

    code = "unknown_content"

    def __init__(self, *, content: str) -> None:
        super().__init__("no such content")
        self.content = content
