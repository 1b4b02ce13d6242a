"""Reports on a year of usage, ten facts a person: first pages with their plots, and everyone out to a file.

And the report about content where there are many thousand of them.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.bench import Bench
from benchmarks.cases.usage import filled, of_large_catalogue
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run

MOST_MS = 1_000
LEAST_ROWS = 1_000  # of fewer, a file's fixed cost is most of it
FILES = ("learners", "licenses")


def measure(bench: Bench) -> Iterator[Figure]:
    state = filled(bench)
    yield from _pages(bench, "page of a report", bench.on_copy(state, lambda place: run("reports.open_pages", place)))
    for key in FILES:
        yield from _file(bench, state, key, least=bench.lines)
    catalogue = of_large_catalogue(bench)
    opened = bench.on_copy(catalogue, lambda place: run("reports.open_catalogue", place))
    yield from _pages(bench, "page about many contents", opened)
    yield from _file(bench, catalogue, "content", least=1)


def _pages(bench: Bench, name: str, found: dict[str, Any]) -> Iterator[Figure]:
    database, lines = bench.database, bench.lines
    for key, each in found.items():
        if isinstance(each, dict):
            limit = None if key.startswith("large") else Target(MOST_MS)
            yield Figure(f"report {key}, p95", database, lines, each["p95"], "ms", target=limit, facts=each)
    most = max(each["statements"] for each in found.values() if isinstance(each, dict))
    yield Figure(name, database, lines, most, "statements", target=Target(25))


def _file(bench: Bench, state: Place, key: str, *, least: int) -> Iterator[Figure]:
    database, lines = bench.database, bench.lines
    floors, products = bench.in_turn(
        state,
        lambda place: run("reports.bare", place, key=key),
        lambda place: run("reports.product", place, key=key),
        lines,
    )
    floor, product = medians(floors), medians(products)
    assert floor["rows"] == product["rows"] >= least
    facts = {"floors": floors, "products": products, "peak_mb": product["peak_mb"]}
    target = Target(3) if floor["rows"] >= LEAST_ROWS else None
    yield Figure(f"file of {key}", database, lines, product["seconds"], "s", floor["seconds"], target, facts)
    yield Figure(f"memory, file of {key}", database, lines, product["peak_mb"], "MB", facts=facts)
