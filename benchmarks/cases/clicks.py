"""Unassigning one learner: how many statements, and how long while a whole file is imported by another process."""

from collections.abc import Iterator
from typing import Any

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import Step, run

LONGEST_MS = {"p95": Target(500), "max": Target(2000)}


def measure(bench: Bench) -> Iterator[Figure]:
    state = bench.joined(bench.lines)
    counted = bench.on_copy(state, lambda place: run("clicks.count_statements", place))
    yield Figure("one unassigned", bench.database, 1, counted["statements"], "statements", target=Target(20), facts=counted)
    waits = bench.on_copy(state, lambda place: _during_import(bench, place))
    facts = {name: waits[name] for name in ("clicks", "p50", "p95", "max", "failed", "import_seconds")}
    for name, most in LONGEST_MS.items():
        what = f"click while importing, {name}"
        yield Figure(what, bench.database, bench.lines, waits[name], "ms", target=most, facts=facts)
    yield Figure("clicks that failed", bench.database, bench.lines, waits["failed"], "", target=Target(0))


def _during_import(bench: Bench, place: Place) -> dict[str, Any]:
    stop = place.home / "stop"
    clicking = Step("clicks.click_until", place, stop=stop, people=bench.lines)
    imported = run("product.import_beside_others", place, file=bench.file("leavers", bench.lines))
    stop.touch()
    return clicking.answer() | {"import_seconds": imported["seconds"]}
