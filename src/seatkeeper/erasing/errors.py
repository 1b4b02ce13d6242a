"""What a deletion refuses, and why."""

from typing import ClassVar

from seatkeeper.kernel.errors import SeatkeeperError


class DeletionError(SeatkeeperError):
    """A deletion that we will not begin, or not call off."""


class NobodyToDelete(DeletionError):
    code: ClassVar[str] = "nobody_to_delete"


class WrongCount(DeletionError):
    """What was typed is not how many people are deleted."""

    code = "wrong_count"

    def __init__(self, *, people: int, typed: int) -> None:
        super().__init__(f"{people} people, not {typed}")
        self.people, self.typed = people, typed


class NoSuchDeletion(DeletionError):
    code = "no_such_deletion"

    def __init__(self, *, deletion: int) -> None:
        super().__init__(f"no deletion {deletion}")
        self.deletion = deletion


class TooLate(DeletionError):
    """It is not waiting any more."""

    code = "too_late"

    def __init__(self, *, deletion: int, status: str) -> None:
        super().__init__(f"deletion {deletion} is {status}")
        self.deletion, self.status = deletion, status


class DeletionBusy(DeletionError):
    """Another process is at it."""

    code = "deletion_busy"

    def __init__(self, *, deletion: int) -> None:
        super().__init__(f"deletion {deletion} is being carried out")
        self.deletion = deletion
