"""The gate: requests a second beside an empty view, and from the commit of an unassignment to the first refusal."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from statistics import median
from typing import Any

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import SETTINGS, Step, StepFailed, run

RATIOS = {"sqlite": Target(1 / 3, at_least=True), "postgresql": Target(1 / 5, at_least=True)}
ROUNDS, SECONDS, CONNECTIONS = 3, 8, 16
IMPORTED = 100_000
PROCESSES = 2
START_SECONDS = 30


def measure(bench: Bench) -> Iterator[Figure]:
    found = bench.on_copy(bench.joined(bench.lines), lambda place: _measured(bench, place))
    empty, gate = found["empty"], found["gate"]
    rates = [median(one["per_second"] for one in rounds) for rounds in (empty, gate)]
    target, facts = RATIOS[bench.database], {"empty": empty, "gate": gate}
    yield Figure("gate, beside an empty view", bench.database, bench.lines, rates[1], "a second", rates[0], target, facts)
    slow = median(one["p99"] for one in gate)
    yield Figure("gate, p99", bench.database, bench.lines, slow, "ms", target=Target(20))
    yield Figure(
        "refused though allowed", bench.database, bench.lines, sum(one["refused"] for one in gate), "", target=Target(0)
    )
    ends = found["ends"]
    yield Figure("commit to refusal, p99", bench.database, bench.lines, ends["p99"], "ms", target=Target(50), facts=ends)
    yield Figure("let in after the commit", bench.database, bench.lines, ends["late"], "", target=Target(0))


def _measured(bench: Bench, place: Place) -> dict[str, Any]:
    keys, stop = place.home / "keys.json", place.home / "stop"
    run("gate.prepare", place, keys=keys, people=bench.lines)
    run("setting.settle", place)
    with _served(place) as address:
        wish = {"address": address, "keys": keys, "seconds": SECONDS, "connections": CONNECTIONS}
        rounds = [
            (run("gate.ask", place, path="/empty", **wish), run("gate.ask", place, path="/gate/check", **wish))
            for _ in range(ROUNDS)
        ]
        ending = Step("gate.refuse", place, address=address, keys=keys, stop=stop)
        imported = run("product.import_beside_others", place, file=bench.file("leavers", min(bench.lines, IMPORTED)))
        stop.touch()
        ends = ending.answer() | {"import_seconds": imported["seconds"]}
    return {"empty": [empty for empty, _ in rounds], "gate": [gate for _, gate in rounds], "ends": ends}


@contextmanager
def _served(place: Place) -> Iterator[str]:
    """The server as `seatkeeper serve` starts it, but for the empty view."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = {"--interface": "wsgi", "--port": str(port), "--workers": str(PROCESSES), "--blocking-threads": "1"}
    listed = [part for option in options.items() for part in option]
    command = [sys.executable, "-m", "granian", *listed, "--log-level", "warning", "benchmarks.gate_server:application"]
    server = subprocess.Popen(command, env=os.environ | place.environment | {"DJANGO_SETTINGS_MODULE": SETTINGS})
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise StepFailed("gate: the server does not answer") from None
            time.sleep(0.1)
        else:
            return
