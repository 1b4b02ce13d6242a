"""What licensing refuses, and why."""

from seatkeeper.kernel.errors import SeatkeeperError


class LicensingError(SeatkeeperError):
    """A request we understood and will not carry out; subclasses say why."""


class UnknownPool(LicensingError):
    """No pool has this key."""

    code = "unknown_pool"

    def __init__(self, *, key: str, known: list[str]) -> None:
        super().__init__(f"no pool {key}")
        self.key, self.known = key, known


class PoolExists(LicensingError):
    """A budget group has one pool for a license type."""

    code = "pool_exists"

    def __init__(self, *, key: str) -> None:
        super().__init__(f"pool {key} is there already")
        self.key = key


class BadPoolKey(LicensingError):
    """A budget group or license type whose name would make the file's headers ambiguous."""

    code = "bad_pool_key"

    def __init__(self, *, key: str) -> None:
        super().__init__(f"{key} is no name for a budget group or license type")
        self.key = key


class SeatsBelowTaken(LicensingError):
    """Fewer seats than are taken or held."""

    code = "seats_below_taken"

    def __init__(self, *, key: str, seats: int, taken: int) -> None:
        super().__init__(f"pool {key}: {seats} seats for {taken} taken or held")
        self.key, self.seats, self.taken = key, seats, taken
        self.missing = taken - seats


class SamePerson(LicensingError):
    """Merging needs two profiles."""

    code = "same_person"


class MergeOfSuspended(LicensingError):
    """Who is suspended would open again what the other profile opens, or the other way round."""

    code = "merge_of_suspended"


class NoSuchOperation(LicensingError):
    code = "no_such_operation"

    def __init__(self, *, operation: int) -> None:
        super().__init__(f"no operation {operation}")
        self.operation = operation


class WrongStatus(LicensingError):
    """The operation is not in a state in which this can be done to it."""

    code = "wrong_status"

    def __init__(self, *, operation: int, status: str, wanted: str) -> None:
        super().__init__(f"operation {operation} is {status}: {wanted}")
        self.operation, self.status, self.wanted = operation, status, wanted


class OperationBusy(LicensingError):
    """Another process is at work on the operation at this moment."""

    code = "operation_busy"

    def __init__(self, *, operation: int) -> None:
        super().__init__(f"operation {operation} is being worked on")
        self.operation = operation


class BrakeHeld(LicensingError):
    """More licenses would be unassigned than may be without a person's word. The plan is kept."""

    code = "held"

    def __init__(self, *, operation: int, unassigning: int, limit: int) -> None:
        super().__init__(f"operation {operation} unassigns {unassigning}, the limit is {limit}")
        self.operation, self.unassigning, self.limit = operation, unassigning, limit


class ChunkAlreadyApplied(LicensingError):
    """The operation's cursor has moved on: somebody else applied this chunk, or cancelled."""

    code = "chunk_already_applied"


class LedgerMismatch(LicensingError):
    """What a chunk changed is not what it should have; it was rolled back."""

    code = "ledger_mismatch"

    def __init__(self, *, operation: int, expected: int, changed: int, skipped: int) -> None:
        super().__init__(f"operation {operation}: {changed} changed + {skipped} skipped of {expected}")
        self.operation = operation


class NothingSelected(LicensingError):
    """The selection finds nobody."""

    code = "nobody_found"

    def __init__(self, *, about: str) -> None:
        super().__init__(f"nobody found: {about}")
        self.about = about


class NothingToUndo(LicensingError):
    """The operation changed nothing."""

    code = "nothing_to_undo"

    def __init__(self, *, operation: int) -> None:
        super().__init__(f"operation {operation} changed nothing")
        self.operation = operation


class EndedForGood(LicensingError):
    """The operation ended licenses of people who are erased."""

    code = "ended_for_good"

    def __init__(self, *, operation: int) -> None:
        super().__init__(f"operation {operation} erased people")
        self.operation = operation


class PoolNeeded(LicensingError):
    """There are several pools, or none, and the request names none."""

    code = "pool_needed"

    def __init__(self, *, known: list[str]) -> None:
        super().__init__("no pool named")
        self.known = known
