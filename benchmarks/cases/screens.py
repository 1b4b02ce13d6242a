"""Pages of the Admin Center as a browser asks for them, and the dialog of licenses for half of all people."""

from collections.abc import Iterator
from typing import Any

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import Step, run


def measure(bench: Bench) -> Iterator[Figure]:
    state, database, lines = bench.joined(bench.lines), bench.database, bench.lines
    pages = bench.on_copy(state, lambda place: run("screens.open_pages", place))
    pages.pop("peak_mb")
    for kind, found in pages.items():
        yield Figure(f"page: {kind}, p95", database, lines, found["p95"], "ms", target=Target(100), facts=found)
    statements = max(found["statements"] for found in pages.values())
    yield Figure("pages", database, lines, statements, "statements", target=Target(25))
    weight = max(found["kilobytes"] for found in pages.values())
    yield Figure("pages", database, lines, weight, "kB", target=Target(150))
    busy = bench.on_copy(state, lambda place: _during_import(bench, place))
    yield Figure("page while importing, p95", database, lines, busy["p95"], "ms", target=Target(500), facts=busy)
    dialog = bench.on_copy(state, lambda place: run("screens.choose_for_half", place))
    yield Figure("dialog's numbers for half", database, lines, dialog["numbers"], "s", target=Target(2), facts=dialog)
    yield Figure("planning them", database, lines, dialog["planning"], "s", target=Target(8), facts=dialog)


def _during_import(bench: Bench, place: Place) -> dict[str, Any]:
    stop = place.home / "stop"
    opening = Step("screens.open_until", place, stop=stop)
    imported = run("product.import_beside_others", place, file=bench.file("leavers", bench.lines))
    stop.touch()
    return opening.answer() | {"import_seconds": imported["seconds"]}
