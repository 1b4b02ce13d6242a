"""Usage taken in by batches of 500, beside ten facts a person that are in the books."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import run

BATCHES, SIZE = 100, 500
LEAST_A_SECOND = 5_000
FACTS_OF_ONE = 50


def filled(bench: Bench) -> Place:
    """People with a license each, and a year of usage."""
    return bench.state("used", bench.lines, lambda place: _fill(bench, place, bench.lines))


def of_large_catalogue(bench: Bench) -> Place:
    """Fewer people, as many contents as people, and a fact for each line of the bench."""
    people = max(1, bench.lines // FACTS_OF_ONE)
    chosen = {"contents": people, "facts_a_person": FACTS_OF_ONE}
    return bench.state("catalogue", people, lambda place: _fill(bench, place, people, **chosen))


def _fill(bench: Bench, place: Place, people: int, **chosen: int) -> dict[str, float]:
    run("setting.found", place, seats=people)
    run("product.import_file", place, file=bench.file("joiners", people))
    taken = run("usage.fill", place, **chosen)
    run("setting.settle", place)
    return taken


def measure(bench: Bench) -> Iterator[Figure]:
    state = filled(bench)
    taken = bench.on_copy(state, lambda place: run("usage.take", place, people=bench.lines, batches=BATCHES, size=SIZE))
    rate, target = taken["per_second"], Target(LEAST_A_SECOND, at_least=True)
    yield Figure("usage taken in", bench.database, bench.lines, rate, "facts/s", target=target, facts=taken)
    yield Figure("beside bare rows", bench.database, bench.lines, rate, "facts/s", taken["bare_per_second"], facts=taken)
    proved = bench.on_copy(state, lambda place: run("usage.check", place))
    yield Figure("usage recounted", bench.database, bench.lines, proved["seconds"], facts=proved)
