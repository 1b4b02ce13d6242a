"""The first 20 hits of a search: rare and common, short and long, in several scripts."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    found = bench.on_copy(bench.joined(bench.lines), lambda place: run("searches.search", place, people=bench.lines))
    yield Figure("search, p95", bench.database, bench.lines, found["all"]["p95"], "ms", target=Target(20), facts=found["all"])
    slowest = max(found["cases"], key=lambda case: case["p95"])
    name = f"slowest: {slowest['query']}"
    yield Figure(name, bench.database, bench.lines, slowest["p95"], "ms", facts={"cases": found["cases"]})
