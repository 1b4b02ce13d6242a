"""Half of a file's people lose their license; and cost grows in a straight line."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target, medians
from benchmarks.step import run

TARGETS = {"sqlite": Target(2.5), "postgresql": Target(2.0)}
STRAIGHT = Target(1.2)


def measure(bench: Bench) -> Iterator[Figure]:
    short = _ratio(bench, bench.lines // 10)
    yield short
    long = _ratio(bench, bench.lines)
    yield long
    if short.ratio and long.ratio:
        facts = {"short": short.lines, "what": "ratio to the floor, at a tenth of the lines and at all of them"}
        yield Figure("straight line", bench.database, bench.lines, long.ratio, "× floor", short.ratio, STRAIGHT, facts)


def _ratio(bench: Bench, lines: int) -> Figure:
    file = bench.file("leavers", lines)
    floors, products = bench.in_turn(
        bench.joined(lines),
        lambda place: run("floor.leavers", place, file=file),
        lambda place: run("product.import_file", place, file=file),
        lines,
    )
    floor, product = medians(floors), medians(products)
    target = TARGETS[bench.database] if lines == bench.lines else None
    facts = {"floor": floor, "product": product, "floors": floors, "products": products}
    return Figure("leavers", bench.database, lines, product["seconds"], "s", floor["seconds"], target, facts)
