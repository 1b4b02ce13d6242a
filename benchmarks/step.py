"""Run one function of `work/` in this process and print its answer: `python -m benchmarks.step MODULE.FUNCTION JSON`.

Every piece of work has a process of its own, so that its peak memory and its connections
are its own, and what ran before leaves nothing behind.
"""

import json
import os
import resource
import subprocess
import sys
from importlib import import_module
from typing import Any

from benchmarks.databases import Place

SETTINGS = "seatkeeper.config.settings"
KIB_PER_MB = 1024


class StepFailed(Exception):
    """A piece of work ended with an error; all that it said is the message."""


class Step:
    """A piece of work under way in another process."""

    def __init__(self, work: str, place: Place, **options: Any) -> None:
        self.work = work
        command = [sys.executable, "-m", __name__, work, json.dumps(options, default=str)]
        environment = os.environ | place.environment | {"DJANGO_SETTINGS_MODULE": SETTINGS}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def answer(self) -> dict[str, Any]:
        """Wait for what it found; `peak_mb` is the most memory it held. Raises StepFailed."""
        try:
            output, errors = self.process.communicate()
        except BaseException:
            self.process.kill()
            raise
        if self.process.returncode:
            raise StepFailed(f"{self.work}: {errors.strip() or 'no word'}")
        answer: dict[str, Any] = json.loads(output)
        return answer


def run(work: str, place: Place, **options: Any) -> dict[str, Any]:
    """Do a piece of work and wait for it. Raises StepFailed."""
    return Step(work, place, **options).answer()


def main(work: str, options: str) -> None:
    import django

    django.setup()
    module, _, function = work.rpartition(".")
    answer = getattr(import_module(f"benchmarks.work.{module}"), function)(**json.loads(options))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB
    print(json.dumps((answer or {}) | {"peak_mb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
