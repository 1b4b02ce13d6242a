"""What the directory refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError, listed


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


class UnknownTimeZone(DirectoryError):
    code = "unknown_time_zone"

    def __init__(self, *, name: str) -> None:
        super().__init__(f"no time zone {name!r}")
        self.name = name


class FilterRefused(DirectoryError):
    """A filter that can't be understood. `at` is the index of the character where the fault begins."""

    code = "filter_refused"

    def __init__(self, fault: str, *, text: str, at: int, known: list[str] | None = None) -> None:
        super().__init__(f"{fault} at {at}")
        self.fault, self.text, self.at, self.known = fault, text, at, known or []

    def explain(self) -> str:
        """One sentence, and the filter with a mark under the place of the fault."""
        known = f" Known: {listed(self.known)}." if self.known else ""
        return f"The filter is not understood: {self.fault}.{known}\n  {self.text}\n  {' ' * self.at}^"
