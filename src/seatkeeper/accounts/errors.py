"""What accounts refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class AccountsError(SeatkeeperError):
    """A request about sign-ins or admins that we will not carry out."""


class GroupInUse(AccountsError):
    """Admins' permissions, or the place of the people they add, depend on the group."""

    code = "group_in_use"

    def __init__(self, *, group: int, name: str, admins: list[str]) -> None:
        super().__init__(f"group {group} is in use by {len(admins)} admins")
        self.group, self.name, self.admins = group, name, admins
