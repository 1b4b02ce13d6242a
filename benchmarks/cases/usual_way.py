"""Licenses a second: plan and apply, beside looking each up, saving it and writing its history through the ORM."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Target
from benchmarks.step import run

LICENSES = 2_000


def measure(bench: Bench) -> Iterator[Figure]:
    file, state = bench.file("leavers", bench.lines), bench.joined(bench.lines)
    licenses = min(LICENSES, bench.lines)
    usual = bench.on_copy(state, lambda place: run("usual_way.unassign", place, licenses=licenses, of=bench.lines))
    product = bench.on_copy(state, lambda place: run("product.import_file", place, file=file))
    rate = product["unassigned"] / (product["plan_upload"] + product["run_plan"])
    facts = {"licenses_the_usual_way": licenses, "licenses_by_plan": product["unassigned"]}
    target = Target(100, at_least=True)
    yield Figure("the usual way", bench.database, bench.lines, rate, "licenses/s", usual["per_second"], target, facts)
