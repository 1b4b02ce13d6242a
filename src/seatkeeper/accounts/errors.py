"""What accounts refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class AccountsError(SeatkeeperError):
    """A request about sign-ins or admins that we will not carry out."""


class UnknownAdmin(AccountsError):
    """Nobody with this address is an admin of the organization."""

    code = "unknown_admin"

    def __init__(self, *, email: str) -> None:
        super().__init__("no such admin")
        self.email = email


class NoAddress(AccountsError):
    """What should be an e-mail address is none."""

    code = "no_address"

    def __init__(self, *, email: str) -> None:
        super().__init__("no address")
        self.email = email


class NoPermissions(AccountsError):
    """A sub admin needs at least one permission."""

    code = "no_permissions"


class NotYoursToGive(AccountsError):
    """Permissions, or groups, that the giver does not have."""

    code = "not_yours_to_give"


class ForEveryoneOnly(AccountsError):
    """A permission about the organization as a whole can't be limited to groups."""

    code = "for_everyone_only"

    def __init__(self, *, permission: str) -> None:
        super().__init__(f"{permission} for groups")
        self.permission = permission


class LastFullAdmin(AccountsError):
    """The last full admin of an organization can neither be ended nor become a sub admin."""

    code = "last_full_admin"

    def __init__(self, *, email: str) -> None:
        super().__init__("last full admin")
        self.email = email


class NoSecondFactor(AccountsError):
    """The account has neither an authenticator app nor a passkey."""

    code = "no_second_factor"

    def __init__(self, *, email: str) -> None:
        super().__init__("no second factor")
        self.email = email


class LinkSpent(AccountsError):
    """A sign-in link that was used, has expired, or never was one."""

    code = "link_spent"


class AccessEnded(AccountsError):
    """A sign-in link of somebody who is no admin any more."""

    code = "access_ended"


class OwnSignInNeeded(AccountsError):
    """A link that leads to the sign-in page: its account signs in as it always does."""

    code = "own_sign_in_needed"


class UnknownToken(AccountsError):
    """The organization has no such token."""

    code = "unknown_token"

    def __init__(self, *, token: int) -> None:
        super().__init__(f"no token {token}")
        self.token = token


class CodeRefused(AccountsError):
    """The code is wrong, too old, or was tried too often."""

    code = "code_refused"


class ProfileTaken(AccountsError):
    """The profile is connected to another sign-in."""

    code = "profile_taken"


class NotConnected(AccountsError):
    """The profile is connected to no sign-in."""

    code = "not_connected"


class GroupInUse(AccountsError):
    """Admins' permissions, or the place of the people they add, depend on the group."""

    code = "group_in_use"

    def __init__(self, *, group: int, name: str, admins: list[str]) -> None:
        super().__init__(f"group {group} is in use by {len(admins)} admins")
        self.group, self.name, self.admins = group, name, admins
