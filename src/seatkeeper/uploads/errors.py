"""Why a whole file is refused. Why a line is, is an `UploadProblem`."""

from typing import ClassVar

from seatkeeper.kernel.errors import SeatkeeperError


class UploadError(SeatkeeperError):
    """A file we will not carry out."""


class FileRefused(UploadError):
    """The file as a whole can't be used; nothing of it was done."""

    code: ClassVar[str] = "file_refused"

    def __init__(self, problem: str, *, detail: str = "", column: str = "") -> None:
        super().__init__(f"{problem}: {detail or column}")
        self.problem, self.detail, self.column = problem, detail, column


class AlreadyRunning(UploadError):
    """The same file is being imported at this moment."""

    code = "already_running"

    def __init__(self, *, operation: int) -> None:
        super().__init__(f"operation {operation} is at work on the same file")
        self.operation = operation


class NoRoom(UploadError):
    """The disk is full, or the folder can't be written."""

    code = "no_room"

    def __init__(self, *, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


class UnknownColumn(UploadError):
    """A column that an export does not have."""

    code = "unknown_column"

    def __init__(self, *, name: str, known: list[str]) -> None:
        super().__init__(f"no column {name}")
        self.name, self.known = name, known
