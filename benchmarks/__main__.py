"""`python -m benchmarks`: measure, print a line a figure, and write all of it as JSON. See docs/performance.md."""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.databases import POSTGRES_URL, server
from benchmarks.figures import HEADING, Figure
from benchmarks.step import StepFailed

CASES = (
    "leavers",
    "joiners",
    "memory",
    "undo",
    "export",
    "usual_way",
    "clicks",
    "search",
    "pages",
    "screens",
    "fuzz",
    "invitations",
    "deletion",
    "gate",
    "usage",
    "reports",
)
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # leave no database behind
    print(HEADING, flush=True)
    figures: list[Figure] = []
    failures: list[str] = []
    for database in DATABASES if options.database == "both" else (options.database,):
        for figure in _measured(database, options.lines, options.only or CASES, failures):
            figures.append(figure)
            print(figure, flush=True)
    if options.json:
        options.json.write_text(json.dumps(_report(options, figures, failures), indent=1, ensure_ascii=False) + "\n", "utf-8")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures or any(figure.is_ok is False for figure in figures) else 0


def _measured(database: str, lines: int, names: Sequence[str], failures: list[str]) -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seatkeeper-bench-")))
        bench = Bench(stack.enter_context(server(database, folder)), lines, stack)
        for name in names:
            try:
                yield from import_module(f"benchmarks.cases.{name}").measure(bench)
            except StepFailed as error:
                failures.append(f"{name} on {database} was not measured: {error}")


def _report(options: argparse.Namespace, figures: list[Figure], failures: list[str]) -> dict[str, Any]:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "lines": options.lines,
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "figures": [figure.as_json() for figure in figures],
        "not_measured": failures,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of a file (default: %(default)s); some cases take more")
    parser.add_argument(
        "--database",
        choices=(*DATABASES, "both"),
        default="both",
        help=f"PostgreSQL: the server that {POSTGRES_URL} names (databases are made and dropped), else our own",
    )
    parser.add_argument("--only", nargs="+", choices=CASES, metavar="NAME", help=f"of {', '.join(CASES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
