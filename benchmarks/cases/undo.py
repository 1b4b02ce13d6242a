"""Undoing half a file's unassignments, beside planning and applying them (no staging, checks or results)."""

from collections.abc import Iterator
from typing import Any

from benchmarks.bench import MANY_LINES, ROUNDS, Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    file, state = bench.file("leavers", bench.lines), bench.joined(bench.lines)

    def there_and_back(place: Place) -> dict[str, Any]:
        taken = run("product.import_file", place, file=file)
        undone = run("product.undo_last", place)
        return {
            "original_plan": taken["plan_upload"],
            "original_apply": taken["run_plan"],
            "original": taken["plan_upload"] + taken["run_plan"],
            "undo_plan": undone["plan"],
            "undo_apply": undone["apply"],
            "undo": undone["seconds"],
        }

    rounds = [bench.on_copy(state, there_and_back) for _ in range(ROUNDS if bench.lines <= MANY_LINES else 1)]
    taken = medians(rounds)
    yield Figure("undo", bench.database, bench.lines, taken["undo"], "s", taken["original"], Target(1), {"rounds": rounds})
