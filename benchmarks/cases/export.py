"""Everyone as CSV, beside the database's own quickest way out for the same rows, columns and joins."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    floors, products = bench.in_turn(
        bench.joined(bench.lines),
        lambda place: run("exports.bare", place),
        lambda place: run("exports.product", place),
        bench.lines,
    )
    floor, product = medians(floors), medians(products)
    assert floor["rows"] == product["rows"] == bench.lines
    facts = {"floor": floor, "product": product, "floors": floors, "products": products}
    yield Figure("export", bench.database, bench.lines, product["seconds"], "s", floor["seconds"], Target(2), facts)
