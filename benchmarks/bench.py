"""What every case is given: databases in a known state, and rounds of floor and product in turn."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import files
from benchmarks.databases import Place, Server
from benchmarks.step import run

MANY_LINES = 100_000  # up to here a round is short enough to do more of them
ROUNDS = 3

Rounds = list[dict[str, Any]]
Work = Callable[[Place], dict[str, Any]]


class Bench:
    """One database kind, one length of file. States are made once and copied for each piece of work."""

    def __init__(self, server: Server, lines: int, stack: ExitStack) -> None:
        self.server, self.lines, self.stack = server, lines, stack
        self.states: dict[tuple[str, int], Place] = {}

    @property
    def database(self) -> str:
        return self.server.name

    def founded(self, lines: int) -> Place:
        """An organization with one pool of that many seats, and nobody in it."""
        return self.state("founded", lines, lambda place: run("setting.found", place, seats=lines))

    def joined(self, lines: int) -> Place:
        """That many people, each with an active license: as the product's own import leaves them."""

        def join(place: Place) -> dict[str, Any]:
            run("setting.found", place, seats=lines)
            taken = run("product.import_file", place, file=self.file("joiners", lines))
            run("setting.settle", place)
            return taken

        return self.state("joined", lines, join)

    def file(self, kind: str, lines: int) -> Path:
        path = self.server.folder / f"{kind}-{lines}.csv"
        return path if path.exists() else getattr(files, kind)(path, lines)

    def on_copy(self, state: Place, work: Work) -> dict[str, Any]:
        """Do a piece of work on a copy of a state, with nothing of the copying left to be written to disk."""
        with self.server.place(state) as place:
            os.sync()
            return work(place)

    def in_turn(self, state: Place, floor: Work, product: Work, lines: int) -> tuple[Rounds, Rounds]:
        """Floor, product, floor, product …, each on its own copy. Long ones: floor, product, floor."""
        rounds = ROUNDS if lines <= MANY_LINES else 1
        floors: Rounds = []
        products: Rounds = []
        for _ in range(rounds):
            floors.append(self.on_copy(state, floor))
            products.append(self.on_copy(state, product))
        if rounds == 1:
            floors.append(self.on_copy(state, floor))
        return floors, products

    def state(self, kind: str, lines: int, make: Work) -> Place:
        """Made the first time that it is asked for."""
        if (kind, lines) not in self.states:
            place = self.stack.enter_context(self.server.place())
            make(place)
            self.states[kind, lines] = place
        return self.states[kind, lines]
