"""What is told of usage, and will not be taken in."""

from typing import ClassVar

from seatkeeper.kernel.errors import SeatkeeperError, WrongUsage


class BadStatement(WrongUsage):
    """What was sent is no xAPI statement, or one that nothing can be done with."""

    code: ClassVar[str] = "bad_statement"

    def __init__(self, *, index: int, field: str, why: str) -> None:
        super().__init__(f"statement {index}, {field}: {why}")
        self.index, self.field, self.why = index, field, why


class StatementConflict(SeatkeeperError):
    """Another statement has this id."""

    code: ClassVar[str] = "statement_conflict"

    def __init__(self, *, statement: str) -> None:
        super().__init__(f"another statement has the id {statement}")
        self.statement = statement
