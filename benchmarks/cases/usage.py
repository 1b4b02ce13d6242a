"""Usage taken in by batches of 500, beside ten facts a person that are in the books."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import run

BATCHES, SIZE = 100, 500
LEAST_A_SECOND = 5_000


def filled(bench: Bench) -> Place:
    """People with a license each, and a year of usage."""

    def fill(place: Place) -> dict[str, float]:
        run("setting.found", place, seats=bench.lines)
        run("product.import_file", place, file=bench.file("joiners", bench.lines))
        taken = run("usage.fill", place)
        run("setting.settle", place)
        return taken

    return bench.state("used", bench.lines, fill)


def measure(bench: Bench) -> Iterator[Figure]:
    state = filled(bench)
    taken = bench.on_copy(state, lambda place: run("usage.take", place, people=bench.lines, batches=BATCHES, size=SIZE))
    rate, target = taken["per_second"], Target(LEAST_A_SECOND, at_least=True)
    yield Figure("usage taken in", bench.database, bench.lines, rate, "facts/s", target=target, facts=taken)
    yield Figure("beside bare rows", bench.database, bench.lines, rate, "facts/s", taken["bare_per_second"], facts=taken)
    proved = bench.on_copy(state, lambda place: run("usage.check", place))
    yield Figure("usage recounted", bench.database, bench.lines, proved["seconds"], facts=proved)
