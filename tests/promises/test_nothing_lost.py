"""Promise 3: a killed process loses no accepted work and applies none of it twice.

Small here. The full size, 200,000 lines and five kills in each phase, takes a while:

    SEATKEEPER_TEST_SOAK=200000:5 make test ARGS='tests/promises/test_nothing_lost.py -s'
"""

import random
from functools import partial
from pathlib import Path

from tests.conftest import Seatkeeper
from tests.promises import interrupted
from tests.promises.homes import KILLS, LINES, ROWS_PER_CHUNK
from tests.promises.interrupted import KILLED_PHASES, Kill, Sql, Whole
from tests.settings import VENDOR

TRIES = 10


def test_an_import_killed_in_every_phase_ends_as_if_it_had_not_been(
    prepared: tuple[Seatkeeper, Sql], twin: tuple[Seatkeeper, Sql], tmp_path: Path
) -> None:
    (seatkeeper, run_sql), (undisturbed, undisturbed_sql) = prepared, twin
    file = tmp_path / "changes.csv"
    file.write_text(interrupted.changes(LINES))
    expected_exit = undisturbed("import", file, "--release-brake").exit_code
    expected = interrupted.left(undisturbed_sql, undisturbed)
    of = interrupted.whole(undisturbed_sql, undisturbed, LINES + 1)

    kills = kill_until(KILLS, seatkeeper, run_sql, file, of)
    done = interrupted.resume(seatkeeper, 2)

    print(*kills, sep="\n")  # noqa: T201
    assert (
        len({(kill.staged_through, kill.planned_through, kill.segments) for kill in kills}) > 2 * KILLS
    )  # not all at one place
    assert {phase: sum(kill.phase == phase for kill in kills) for phase in KILLED_PHASES} == dict.fromkeys(KILLED_PHASES, KILLS)
    assert done.exit_code == expected_exit == 3
    found = interrupted.left(run_sql, seatkeeper)
    for name, value in expected.items():
        assert found[name] == value, name
    assert seatkeeper("check").json()["ok"]
    assert not list(Path(seatkeeper.environment["SEATKEEPER_HOME"]).rglob("*.part"))


def kill_until(times: int, seatkeeper: Seatkeeper, run_sql: Sql, file: Path, of: Whole) -> list[Kill]:
    """Kill the import, and each `resume` after it, so often in each phase, ever later in it."""
    chance, kills = random.Random(1), []  # noqa: S311  when to kill is no secret
    arguments: tuple[str | Path, ...] = ("import", file, "--release-brake")
    for phase in KILLED_PHASES:
        hits = tries = 0
        while hits < times:
            tries += 1
            assert tries < TRIES, f"not killed in {phase}"
            when = (hits + chance.random()) / (times + 1)
            kill = interrupted.kill_in(seatkeeper, run_sql, phase, when, of, *arguments)
            arguments = ("operations", "resume", "2", "--release-brake")
            if kill is not None:
                kills.append(kill)
                hits += 1
    return kills


def test_an_undo_killed_while_planned_and_while_applied_ends_as_if_it_had_not_been(
    prepared: tuple[Seatkeeper, Sql], twin: tuple[Seatkeeper, Sql], tmp_path: Path
) -> None:
    (seatkeeper, run_sql), (undisturbed, undisturbed_sql) = prepared, twin
    file = tmp_path / "changes.csv"
    file.write_text(interrupted.changes(LINES))
    for home in (seatkeeper, undisturbed):
        assert home("import", file, "--release-brake").exit_code == 3
    expected_exit = undisturbed("operations", "undo", "2").exit_code

    seen = []
    for status in ("planning", "applying"):
        arguments = ("operations", "undo", "2") if status == "planning" else ("operations", "resume", "3")
        process = seatkeeper.start(*arguments)
        killed = interrupted.kill_after(process, partial(came_into, run_sql, status))
        seen.append((killed, run_sql("SELECT status FROM licensing_operation WHERE number = 3")[0][0]))
    done = seatkeeper("operations", "resume", "3")

    assert seen == [(True, "planning"), (True, "applying")]
    assert done.exit_code == expected_exit
    expected, found = interrupted.left(undisturbed_sql, undisturbed), interrupted.left(run_sql, seatkeeper)
    for name, value in expected.items():
        assert found[name] == value, name
    assert seatkeeper("check").json()["ok"]


def came_into(run_sql: Sql, status: str) -> bool:
    """It has done some of it: a segment mirrored, or a chunk applied."""
    rows = run_sql(
        "SELECT (SELECT COUNT(*) FROM licensing_licensechange WHERE operation_id = 3)"
        " + (SELECT COUNT(*) FROM licensing_profilechange WHERE operation_id = 3), cursor, status"
        " FROM licensing_operation WHERE number = 3"
    )
    rows = [row for row in rows if row[2] == status]
    return bool(rows) and (rows[0][1] if status == "applying" else rows[0][0]) > 0


def test_an_act_killed_while_applied_goes_on(prepared: tuple[Seatkeeper, Sql]) -> None:
    seatkeeper, run_sql = prepared
    slow = interrupted.small_chunks(seatkeeper, 20)
    process = slow.start("unassign", "--all", "--release-brake")
    killed = interrupted.kill_after(
        process, lambda: run_sql("SELECT cursor FROM licensing_operation WHERE number = 2") > [(0,)]
    )
    assert (killed, run_sql("SELECT status FROM licensing_operation WHERE number = 2")) == (True, [("applying",)])

    done = seatkeeper("operations", "resume", "2")

    assert (done.exit_code, done.json()["status"]) == (0, "done")
    assert run_sql("SELECT COUNT(*) FROM licensing_license WHERE status > 0") == [(0,)]
    counted = run_sql("SELECT COUNT(*) FROM licensing_licensechange WHERE operation_id = 2")[0][0]
    assert done.json()["unassigned"] == counted
    assert seatkeeper("check").json()["ok"]


def test_an_act_killed_while_planned_is_discarded_and_given_again(prepared: tuple[Seatkeeper, Sql]) -> None:
    """Whom its selection finds may have changed since, and nobody has seen its plan."""
    seatkeeper, run_sql = prepared
    slow = interrupted.small_chunks(seatkeeper, 20)
    process = slow.start("unassign", "--all", "--release-brake")
    planned = "SELECT COUNT(*) FROM licensing_licensechange WHERE operation_id = 2"
    assert interrupted.kill_after(process, lambda: run_sql(planned) > [(0,)])
    assert run_sql("SELECT status FROM licensing_operation WHERE number = 2") == [("planning",)]

    refused = seatkeeper("operations", "resume", "2")

    assert refused.exit_code == 1
    assert refused.stderr.strip() == (
        "Operation 2 was cut off while it was being planned, before anything was changed; its plan is discarded."
        " Give the command again."
    )
    assert run_sql(planned) == [(0,)]
    assert run_sql("SELECT status FROM licensing_operation WHERE number = 2") == [("lapsed",)]
    assert "has lapsed" in seatkeeper("operations", "resume", "2").stderr
    assert seatkeeper("unassign", "--all", "--release-brake").json()["status"] == "done"
    assert seatkeeper("check").json()["ok"]


def test_an_import_goes_on_with_chunks_of_another_size(prepared: tuple[Seatkeeper, Sql], tmp_path: Path) -> None:
    seatkeeper, run_sql = prepared
    file = tmp_path / "changes.csv"
    file.write_text(interrupted.changes(LINES))
    process = seatkeeper.start("import", file, "--release-brake")
    assert interrupted.kill_after(process, lambda: run_sql("SELECT 1 FROM uploads_upload WHERE staged_through > 1000") != [])

    done = interrupted.small_chunks(seatkeeper, 3 * ROWS_PER_CHUNK)("operations", "resume", "1", "--release-brake")

    assert done.exit_code == 0, done.stderr
    assert done.json()["rows"] == LINES


def test_what_another_process_is_at_work_on_is_not_resumed(prepared: tuple[Seatkeeper, Sql]) -> None:
    import os
    import signal

    seatkeeper, run_sql = prepared
    process = interrupted.small_chunks(seatkeeper, 20).start("unassign", "--all", "--release-brake")
    while run_sql("SELECT COUNT(*) FROM licensing_operation WHERE number = 2 AND cursor > 0") == [(0,)]:
        assert process.poll() is None
    os.kill(process.pid, signal.SIGSTOP)
    try:
        busy = seatkeeper("operations", "resume", "2") if VENDOR == "postgresql" else None
    finally:
        os.kill(process.pid, signal.SIGCONT)
        output, _ = process.communicate(timeout=60)

    assert busy is None or (busy.exit_code, busy.stderr.count("is being worked on")) == (1, 1)
    assert process.returncode == 0, output
    assert seatkeeper("check").json()["ok"]
