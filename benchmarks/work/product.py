"""The product at work, called as the command line calls it."""

import time
from pathlib import Path
from typing import Any

from benchmarks.work.timing import calls_timed
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.sql import Statements
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.uploads.services import run
from seatkeeper.uploads.services.receive import Choices, receive_file

PHASES = ("stage_upload", "plan_upload", "run_plan", "write_results")


def import_file(*, file: str, alone: bool = True) -> dict[str, Any]:
    """Receive, check, plan, apply and write the results: seconds of all of it and of each phase."""
    act = Act(organization().id, "import", "csv", "bench")
    begun, processor = time.perf_counter(), time.process_time()
    with calls_timed(*((run, phase) for phase in PHASES)) as phases:
        with Path(file).open("rb") as source:
            upload = receive_file(source, name=file, act=act, choices=Choices(), now=system_clock())
        operation = run.carry_on(upload, clock=system_clock, actor="bench", apply=True, release_brake=True)
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    assert operation.status == "done", operation.status
    if alone:
        assert operation.counts["problems"] == operation.counts["skipped"] == 0, operation.counts
    counts = {name: operation.counts[name] for name in ("unassigned", "added", "skipped")}
    return {"seconds": seconds, "processor": processor, **phases, **counts}


def import_beside_others(*, file: str) -> dict[str, Any]:
    """The same while others change licenses too, so that some lines may find theirs changed."""
    return import_file(file=file, alone=False)


def profile(*, file: str) -> dict[str, Any]:
    """The same, with the seconds of each named statement. (Timing them costs a little itself.)"""
    statements: dict[str, float] = {}
    plain = Statements.run

    def timed(self: Statements, cursor: Any, name: str, parameters: Any, **fragments: str) -> None:
        begun = time.perf_counter()
        plain(self, cursor, name, parameters, **fragments)
        statements[name] = statements.get(name, 0) + time.perf_counter() - begun

    Statements.run = timed  # type: ignore[method-assign]
    try:
        taken = import_file(file=file)
    finally:
        Statements.run = plain  # type: ignore[method-assign]
    return taken | {"statements": dict(sorted(statements.items(), key=lambda item: -item[1]))}


def undo_last() -> dict[str, Any]:
    """Plan and apply the undo of the newest operation."""
    from seatkeeper.licensing.services.undo import plan_undo

    original = Operation.objects.filter(organization_id=organization().id).latest("number")
    act = Act(original.organization_id, "undo", "cli", "bench")
    begun = time.perf_counter()
    undo = plan_undo(original, act=act, clock=system_clock)
    planned = time.perf_counter()
    undo = apply_operation(undo, clock=system_clock, actor="bench")
    seconds = time.perf_counter() - begun
    assert undo.counts["activated"] == original.counts["unassigned"], undo.counts
    assert undo.counts["skipped"] == 0, undo.counts
    return {"seconds": seconds, "plan": planned - begun, "apply": seconds - (planned - begun)}


def organization() -> Organization:
    return Organization.objects.get()
