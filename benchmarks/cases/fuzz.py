"""Arbitrary bytes through the reader: no crash, and no file that takes long. Needs no database, so it runs once."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target
from benchmarks.step import run

FILES = 20_000
SLOWEST_MS = Target(1_000)


def measure(bench: Bench) -> Iterator[Figure]:
    if bench.database != "sqlite":
        return
    with bench.server.place() as place:
        found = run("fuzz.read_many", place, count=FILES)
    yield Figure("fuzz, crashes", "none", FILES, found["crashes"], "", target=Target(0), facts=found)
    yield Figure("fuzz, slowest file", "none", FILES, found["slowest_ms"], "ms", target=SLOWEST_MS)
