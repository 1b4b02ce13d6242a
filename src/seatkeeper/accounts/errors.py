"""What accounts refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class AccountsError(SeatkeeperError):
    """A request about sign-ins or admins that we will not carry out."""
