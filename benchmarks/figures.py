"""A figure: what the product took, beside a floor and a target."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """The promise: at most, or at least, this. Measured on the ratio where there is a floor, else on the value."""

    limit: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench. `facts` holds what explains it: phases, rounds, counts."""

    name: str
    database: str
    lines: int
    product: float
    unit: str = "s"
    floor: float | None = None
    target: Target | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How much dearer than the floor; of rates, how much faster than the usual way."""
        return None if self.floor is None else round(self.product / self.floor, 3)

    @property
    def is_ok(self) -> bool | None:
        if self.target is None:
            return None
        return self.target.holds(self.product if self.ratio is None else self.ratio)

    def as_json(self) -> dict[str, Any]:
        target = str(self.target) if self.target else None
        return asdict(self) | {"ratio": self.ratio, "target": target, "ok": self.is_ok}

    def __str__(self) -> str:
        cells = (
            f"{self.name:<28}",
            f"{self.database:<10}",
            f"{self.lines:>9,}",
            f"{_shown(self.floor):>10}",
            f"{_shown(self.product):>10} {self.unit:<10}",
            f"{_shown(self.ratio):>8}",
            f"{self.target or ''!s:<9}",
            {True: "ok", False: "missed", None: ""}[self.is_ok],
        )
        return " ".join(cells).rstrip()


HEADING = f"{'what':<28} {'database':<10} {'lines':>9} {'floor':>10} {'product':>10} {'':<10} {'ratio':>8} {'target':<9}"


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each number over the rounds."""
    return {name: median(taken[name] for taken in rounds) for name in rounds[0]}


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and the largest."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return {"p50": ordered[last // 2], "p95": ordered[min(last, round(last * 0.95))], "max": ordered[last]}


def _shown(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
