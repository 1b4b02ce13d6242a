"""What an operation looks like when printed."""

from typing import Any

from seatkeeper.cli.errors import DONE, DONE_WITH_PROBLEMS
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import demand_on_pools

COUNTS = (
    "rows",
    "problems",
    "unassigned",
    "reassigned",
    "invited",
    "activated",
    "added",
    "updated",
    "unchanged",
    "skipped",
    "seats_freed",
    "seats_taken",
)
ONLY_WHEN_THERE = (
    "claims_ended",
    "claims_back",
    "removed",
    "joined",
    "left",
    "added_without_license",
    "inactive_workers",
    "assigned_again",
)


def summary_of(operation: Operation, **more: Any) -> dict[str, Any]:
    """The operation in numbers: what it did or, while it is planned or held, what it would do."""
    summary: dict[str, Any] = {
        "operation": operation.number,
        "verb": operation.verb,
        "status": operation.status,
        "about": operation.about,
    }
    summary |= {name: operation.counts.get(name, 0) for name in COUNTS}
    summary |= {name: operation.counts[name] for name in ONLY_WHEN_THERE if operation.counts.get(name)}
    if operation.undoes is not None:
        summary["undoes"] = operation.undoes
    if operation.status in ("planned", "held"):
        missing = {demand.key: demand.missing for demand in demand_on_pools(operation) if demand.missing}
        if missing:
            summary["missing_seats"] = missing
    return summary | {name: value for name, value in more.items() if value}


def exit_code_of(operation: Operation) -> int:
    """3 where some rows had problems or were overtaken; people left out on demand are no problem."""
    trouble = operation.counts.get("problems", 0) + operation.counts.get("skipped", 0) - operation.counts.get("left_out", 0)
    return DONE_WITH_PROBLEMS if trouble > 0 else DONE
