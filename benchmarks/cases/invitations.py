"""Queueing the mails of 100,000 invitations, in an organization with as many people as a file has lines."""

from collections.abc import Iterator

from benchmarks.bench import MANY_LINES, Bench
from benchmarks.figures import Figure, Target
from benchmarks.step import run


def measure(bench: Bench) -> Iterator[Figure]:
    state, people = bench.joined(bench.lines), min(bench.lines, MANY_LINES)
    taken = bench.on_copy(state, lambda place: run("invitations.queue", place, people=people))
    yield Figure("invitations queued", bench.database, people, taken["invited"], target=Target(10), facts=taken)
    yield Figure("reminders queued", bench.database, people, taken["reminded"], facts=taken)
    yield Figure("invitations expired", bench.database, people, taken["expired"], facts=taken)
