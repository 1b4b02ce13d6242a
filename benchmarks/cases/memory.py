"""The most memory the importing process holds, at one length of file and at five times that."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.databases import Place
from benchmarks.figures import Figure, Target
from benchmarks.step import run

AT_MOST_MB = Target(200)
GROWTH = Target(1.1)


def measure(bench: Bench) -> Iterator[Figure]:
    short, long = _peaks(bench, bench.lines), _peaks(bench, 5 * bench.lines)
    for kind, peak in short.items():
        yield Figure(f"memory, {kind}", bench.database, bench.lines, peak, "MB", target=AT_MOST_MB)
        yield Figure(f"memory, {kind} × 5", bench.database, 5 * bench.lines, long[kind], "MB", peak, GROWTH)


def _peaks(bench: Bench, lines: int) -> dict[str, float]:
    states = {"joiners": bench.founded(lines), "leavers": bench.joined(lines)}
    return {kind: _peak(bench, state, bench.file(kind, lines)) for kind, state in states.items()}


def _peak(bench: Bench, state: Place, file: Path) -> float:
    peak: float = bench.on_copy(state, lambda place: run("product.import_file", place, file=file))["peak_mb"]
    return peak
