"""Reports on a year of usage, ten facts a person: first pages with their plots, and everyone out to a file."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.cases.usage import filled
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run

MOST_MS = 1_000
FILES = ("learners", "licenses")


def measure(bench: Bench) -> Iterator[Figure]:
    state = filled(bench)
    found = bench.on_copy(state, lambda place: run("reports.open_pages", place))
    database, lines, target = bench.database, bench.lines, Target(MOST_MS)
    for key, each in found.items():
        if isinstance(each, dict):
            limit = None if key.startswith("large") else target
            yield Figure(f"report {key}, p95", database, lines, each["p95"], "ms", target=limit, facts=each)
    most = max(each["statements"] for each in found.values() if isinstance(each, dict))
    yield Figure("page of a report", database, lines, most, "statements", target=Target(25))
    for key in FILES:
        floors, products = bench.in_turn(
            state,
            lambda place, key=key: run("reports.bare", place, key=key),
            lambda place, key=key: run("reports.product", place, key=key),
            lines,
        )
        floor, product = medians(floors), medians(products)
        assert floor["rows"] == product["rows"] >= lines
        facts = {"floors": floors, "products": products, "peak_mb": product["peak_mb"]}
        yield Figure(f"file of {key}", database, lines, product["seconds"], "s", floor["seconds"], Target(3), facts)
        yield Figure(f"memory, file of {key}", database, lines, product["peak_mb"], "MB", facts=facts)
