"""The bench measures what it says; its figures mean something at large counts only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.databases import Place
from benchmarks.step import StepFailed, run

pytestmark = pytest.mark.one_database("the bench starts databases of its own")
ROOT = Path(__file__).parents[2]


def test_a_step_that_fails_says_all_that_it_said(tmp_path: Path) -> None:
    with pytest.raises(StepFailed) as failed:
        run("timing.nothing", Place(tmp_path))
    lines = str(failed.value).splitlines()
    assert (lines[0], lines[-1].split(":")[0]) == ("timing.nothing: Traceback (most recent call last):", "AttributeError")


@pytest.mark.parametrize("case", ["deletion"])
def test_a_case_runs_at_a_small_count(case: str, tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--lines",
        "50",
        "--database",
        "sqlite",
        "--only",
        case,
        "--json",
        str(report),
    ]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, check=True, timeout=120)
    (figure,) = json.loads(report.read_text("utf-8"))["figures"]
    assert (figure["name"], figure["lines"]) == ("people erased", 50)
    assert figure["product"] > figure["floor"] > 0
