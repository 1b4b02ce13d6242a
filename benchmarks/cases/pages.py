"""The list of people on the users page: filters, sort orders and searches; the count, and suggestions."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    found = bench.on_copy(bench.joined(bench.lines), lambda place: run("pages.turn_pages", place))
    lines, facts = bench.lines, {"cases": found["cases"]}
    yield Figure("page of people, p95", bench.database, lines, found["all"]["p95"], "ms", target=Target(100), facts=facts)
    yield Figure("page of people, slowest", bench.database, lines, found["all"]["max"], "ms", target=Target(600))
    yield Figure("page of people", bench.database, lines, found["statements"], "statements", target=Target(25))
    yield Figure("suggestions, p95", bench.database, lines, found["suggestions"]["p95"], "ms", target=Target(50))
    yield Figure("number up to 10,000, p95", bench.database, lines, found["counts"]["p95"], "ms", facts=found["counts"])
    slowest = max(found["exact"].values())
    yield Figure("exact number", bench.database, lines, slowest, "s", target=Target(1), facts=found["exact"])
