"""Kill real imports with `kill -9` in a given phase, and gather what is left of them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.conftest import Finished, Seatkeeper

Sql = Callable[[str], list[tuple[Any, ...]]]

KILLED_PHASES = ("staging", "planning", "applying", "results")
POLL_SECONDS = 0.002
HEADER = (
    "invited_email_address,unique_user_id,preferred_first_name,department_name,license_learning_status,license_coding_status\n"
)


@dataclass(frozen=True, slots=True)
class Kill:
    """In which phase a process was killed, and how far it had come."""

    phase: str
    status: str
    staged_through: int
    planned_through: int
    segments: int
    share: float = 0.0  # of the phase, when it was decided to kill


def people(lines: int) -> str:
    """New people with values and licenses."""
    rows = (
        f"p{n}@corp.example,{n},First {n},Sales,{'active' if n % 3 else ''},{'active' if n % 5 == 0 else ''}\n"
        for n in range(lines)
    )
    return HEADER + "".join(rows)


def changes(lines: int) -> str:
    """A mix: who leaves, moves, changes values, is new, or is a problem."""
    return HEADER + "".join(_changed(n) for n in range(lines))


def _changed(n: int) -> str:
    match n % 8:
        case 0 | 1 | 2:
            return f"p{n}@corp.example,{n},,Finance,inactive,inactive\n"
        case 3:
            return f"p{n}@corp.example,{n},Other {n},,,active\n"
        case 4:
            return f"moved{n}@corp.example,{n},,,inactive,active\n"
        case 5:
            return f"new{n}@corp.example,new-{n},New {n},Legal,active,\n"
        case 6:
            return f"nobody,{n},,,perhaps,\n"
        case _:
            return f"p{n}@corp.example,{n},First {n},Sales,,\n"


def begin(seatkeeper: Seatkeeper, lines: int) -> None:
    """An organization with people, ready for the file of `changes`."""
    pool = ("pools", "add", "--seats", str(lines), "--activation", "immediate", "--type")
    begun = ("init", "--organization", "Acme")
    seatkeeper.in_turn(begun, (*pool, "learning"), (*pool, "coding"), ("import", "-"), stdin=people(lines))


def small_chunks(seatkeeper: Seatkeeper, rows: int) -> Seatkeeper:
    """So small that each phase has many: there are more places at which to kill."""
    chunks = {"SEATKEEPER_STAGE_ROWS": str(max(1, rows // 4)), "SEATKEEPER_CHUNK_ROWS": str(rows)}
    return replace(seatkeeper, environment=seatkeeper.environment | chunks)


@dataclass(frozen=True, slots=True)
class Whole:
    """What a phase comes to at its end, as the undisturbed run has shown."""

    lines: int
    segments: int
    results_bytes: int

    def share_done(self, phase: str, run_sql: Sql, home: Path) -> float | None:
        """How much of a phase is done, from 0 to 1; None while it is another's turn."""
        if phase == "results":
            # A look at the folder is quicker than one at the database, and this phase is short.
            sizes = [size_of(file) for file in (home / "results").glob("*.part")]
            return sizes[0] / self.results_bytes if sizes else None
        found = _where(run_sql)
        if found is None or found.phase != phase:
            return None
        return {
            "staging": found.staged_through / self.lines,
            "planning": found.planned_through / self.lines,
            "applying": found.segments / self.segments,
        }[phase]


def whole(run_sql: Sql, seatkeeper: Seatkeeper, lines: int) -> Whole:
    found = _where(run_sql)
    assert found is not None
    (results,) = (Path(seatkeeper.environment["SEATKEEPER_HOME"]) / "results").glob("*-2.csv")
    return Whole(lines, found.segments, results.stat().st_size)


def kill_in(seatkeeper: Seatkeeper, run_sql: Sql, phase: str, when: float, of: Whole, *arguments: str | Path) -> Kill | None:
    """Start the command, kill it when a share of a phase is done; None where it was through before that."""
    home = Path(seatkeeper.environment["SEATKEEPER_HOME"])
    process = seatkeeper.start(*arguments)
    share: float | None = None
    try:
        while process.poll() is None and (share is None or share < when):
            share = of.share_done(phase, run_sql, home)
            time.sleep(POLL_SECONDS)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    found = _where(run_sql)
    if process.returncode != -signal.SIGKILL or found is None or found.phase != phase:
        return None
    return replace(found, share=share or 0.0)


def kill_after(process: "subprocess.Popen[bytes]", is_there: Callable[[], bool]) -> bool:
    """Kill a process as soon as something is so; whether it was still running."""
    while process.poll() is None and not is_there():
        time.sleep(POLL_SECONDS)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def resume(seatkeeper: Seatkeeper, number: int) -> Finished:
    return seatkeeper("operations", "resume", str(number), "--release-brake")


def _where(run_sql: Sql) -> Kill | None:
    """How far the second operation's upload has come, as another process sees it."""
    rows = run_sql(
        "SELECT upload.phase, operation.status, upload.staged_through, upload.planned_through,"
        " (SELECT COUNT(*) FROM licensing_segment AS segment WHERE segment.operation_id = 2)"
        "  FROM uploads_upload AS upload JOIN licensing_operation AS operation ON operation.number = upload.operation_id"
        " WHERE upload.operation_id = 2"
    )
    return Kill(*rows[0]) if rows else None


def size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


# Everything that is left of an import but the times: state, ledger, counts.
LEFT = {
    "learners": "SELECT id, email, unique_user_id, CAST(attributes AS text) FROM directory_learner ORDER BY id",
    "standings": "SELECT learner_id, status FROM directory_standing ORDER BY learner_id",
    "licenses": "SELECT learner_id, pool_id, status, operation_id, was_active FROM licensing_license ORDER BY 1, 2",
    "pools": "SELECT key, seats_taken, seats_held FROM licensing_licensepool ORDER BY key",
    "license changes": "SELECT operation_id, position, pool_id, learner_id, from_status, from_operation_id, from_was_active,"
    " to_status, to_operation_id, to_was_active FROM licensing_licensechange ORDER BY 1, 2, 3",
    "profile changes": "SELECT operation_id, position, group_id, learner_id, kind, from_email, to_email, from_unique_user_id,"
    " to_unique_user_id, CAST(before AS text), CAST(after AS text) FROM licensing_profilechange ORDER BY 1, 2, 3",
    "skipped": "SELECT operation_id, position, item_id, learner_id, reason FROM licensing_skipped ORDER BY 1, 2, 3",
    "segments": "SELECT number, operation_id, after, through, applied, skipped FROM licensing_segment ORDER BY number",
    "operations": "SELECT number, verb, status, cursor, planned_changes, CAST(counts AS text), lease"
    " FROM licensing_operation ORDER BY 1",
    "uploads": "SELECT operation_id, phase, staged_through, planned_through, CAST(counts AS text)"
    " FROM uploads_upload ORDER BY 1",
    "problems": 'SELECT operation_id, line, "column", code, detail FROM uploads_uploadproblem ORDER BY 1, 2, 3, 4',
}


def left(run_sql: Sql, seatkeeper: Seatkeeper) -> dict[str, Any]:
    """State, ledger and results files of a home: equal for equal histories, whatever the time."""
    found: dict[str, Any] = {name: run_sql(query) for name, query in LEFT.items()}
    results = Path(seatkeeper.environment["SEATKEEPER_HOME"]) / "results"
    found["results"] = {file.name: file.read_text("utf-8") for file in sorted(results.iterdir())}
    return found


def lines_of_soak() -> tuple[int, int]:
    """Lines of the file and kills a phase: small, or what SEATKEEPER_TEST_SOAK=LINES:KILLS says."""
    lines, _, kills = os.environ.get("SEATKEEPER_TEST_SOAK", "4000:2").partition(":")
    return int(lines), int(kills)
