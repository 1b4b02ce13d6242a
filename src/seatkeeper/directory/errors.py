"""What the directory refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class DirectoryError(SeatkeeperError):
    """A request about organizations or people that we will not carry out."""


class OrganizationExists(DirectoryError):
    code = "organization_exists"

    def __init__(self, *, slug: str) -> None:
        super().__init__(f"organization {slug} is there already")
        self.slug = slug


class UnknownOrganization(DirectoryError):
    """No organization has this slug, or there are several and none was named."""

    code = "unknown_organization"

    def __init__(self, *, slug: str, known: list[str]) -> None:
        super().__init__(f"organization {slug!r} of {len(known)}")
        self.slug, self.known = slug, known


class UnknownLearner(DirectoryError):
    """Nobody has this address."""

    code = "unknown_learner"

    def __init__(self, *, email: str) -> None:
        super().__init__("no such learner")
        self.email = email


class UnknownGroup(DirectoryError):
    code = "unknown_group"

    def __init__(self, *, name: str) -> None:
        super().__init__("no such group")
        self.name = name


class GroupExists(DirectoryError):
    code = "group_exists"

    def __init__(self, *, name: str) -> None:
        super().__init__("such a group is there already")
        self.name = name
