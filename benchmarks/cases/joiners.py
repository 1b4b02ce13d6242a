"""Everyone in a file is new, and can be found by name afterwards."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    file = bench.file("joiners", bench.lines)
    floors, products = bench.in_turn(
        bench.founded(bench.lines),
        lambda place: run("floor.joiners", place, file=file),
        lambda place: run("product.import_file", place, file=file),
        bench.lines,
    )
    floor, product = medians(floors), medians(products)
    facts = {"floor": floor, "product": product, "floors": floors, "products": products}
    yield Figure("joiners", bench.database, bench.lines, product["seconds"], "s", floor["seconds"], Target(4), facts)
