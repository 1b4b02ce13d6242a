"""Why a report is not saved."""

from typing import ClassVar

from seatkeeper.kernel.errors import SeatkeeperError


class NameTaken(SeatkeeperError):
    """The admin has saved another report under this name."""

    code: ClassVar[str] = "report_name_taken"

    def __init__(self, *, name: str) -> None:
        super().__init__("the name of a saved report is taken")
        self.name = name
