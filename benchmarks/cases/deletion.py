"""Erasing 100,000 people, or as many as a file has lines, beside bare DELETEs of their rows."""

from collections.abc import Iterator

from benchmarks.bench import MANY_LINES, Bench
from benchmarks.figures import Figure, medians
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    people = min(bench.lines, MANY_LINES)
    floors, products = bench.in_turn(
        bench.joined(bench.lines),
        lambda place: run("deletion.floor", place, people=people),
        lambda place: run("deletion.product", place, people=people),
        bench.lines,
    )
    floor, product = medians(floors), medians(products)
    facts = {"floor": floor, "product": product, "floors": floors, "products": products}
    yield Figure("people erased", bench.database, people, product["seconds"], floor=floor["seconds"], facts=facts)
