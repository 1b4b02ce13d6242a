"""Why a report is not shown, or not saved."""

from typing import ClassVar

from seatkeeper.directory.filter_grammar import MOST_DAYS
from seatkeeper.kernel.errors import SeatkeeperError


class NotSoManyDays(SeatkeeperError):
    """Nothing can be idle for so many days: that is no number of them, or none that `idle:` takes."""

    code: ClassVar[str] = "not_so_many_days"

    def __init__(self, *, days: str) -> None:
        super().__init__(f"{days!r} is no number of days that a filter takes")
        self.days, self.most = days, MOST_DAYS


class NameTaken(SeatkeeperError):
    """The admin has saved another report under this name."""

    code: ClassVar[str] = "report_name_taken"

    def __init__(self, *, name: str) -> None:
        super().__init__("the name of a saved report is taken")
        self.name = name
