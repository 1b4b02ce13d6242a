"""`seatkeeper usage import`."""

import csv
import io
from pathlib import Path

import pytest

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.usage.models import Fact, WaitingFact
from seatkeeper.usage.services import read_file
from tests.cli.conftest import Command
from tests.cli.explained import REFUSED, assert_explained

DONE, DONE_WITH_PROBLEMS = 0, 3
HEADER = "learner,content,day,seconds,completed\n"
GOOD = "ana@corp.example,Python,2026-03-03,600,no\nbo@corp.example,/courses/python/2.html,2026-03-03,60,yes\n"
BAD = "ana@corp.example,Python,03/03/2026,600,no\nana@corp.example,Python,2026-03-03,x,no\n,Python,2026-03-03,1,no\n"


@pytest.fixture
def python(command: Command, acme: Path) -> None:
    assert command("content", "add", "Python", "/courses/python", "--type", "learning").exit_code == 0


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "usage.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.usefixtures("python")
def test_a_file_counts_once_however_often_it_is_imported(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + GOOD + "new@corp.example,Python,2026-03-03,5,no\n")
    first, again = command("usage", "import", file), command("usage", "import", file)

    assert (first.exit_code, again.exit_code) == (DONE, DONE)
    told = ("counted", "known", "waiting", "problems")
    assert [first.json()[name] for name in told] == [2, 0, 1, 0]
    assert [again.json()[name] for name in told] == [0, 3, 0, 0]
    assert sorted(Fact.objects.values_list("seconds", "completions")) == [(60, 1), (600, 0)]
    assert WaitingFact.objects.get().learner == "new@corp.example"
    assert [entry.facts for entry in AuditEntry.objects.filter(action="usage.imported")] == [{"file": "usage.csv"}] * 2


@pytest.mark.usefixtures("python")
def test_sound_lines_count_though_others_have_problems(command: Command, tmp_path: Path) -> None:
    results = tmp_path / "problems.csv"
    done = command("usage", "import", written(tmp_path, HEADER + BAD + GOOD), "--results", results)

    assert done.exit_code == DONE_WITH_PROBLEMS
    assert (done.json()["counted"], done.json()["problems"]) == (2, 3)
    rows = list(csv.DictReader(results.read_text("utf-8").splitlines()))
    assert [(row["line"], row["column"]) for row in rows] == [("2", "day"), ("3", "seconds"), ("4", "learner")]
    assert rows[0]["code"] == "EIS_UPLOAD_ROW_USAGE_DAY_VALIDATION_ERROR"
    assert "03/03/2026" in rows[0]["message"]
    first = done.json()["problems_by_code"][0]
    assert (first["first"], first["lines"]) == (2, 1)


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + HEADER + GOOD).replace(",", ";").replace("\n", "\r\n").encode(),
        (HEADER + GOOD).encode("utf-16"),
        (HEADER + GOOD + '"jörg@corp.example",Python,2026-03-03,1,no\n').encode("cp1252"),
        (HEADER + "\n,,,,\n" + GOOD).encode(),
    ],
)
def test_it_is_read_however_it_is_written(command: Command, tmp_path: Path, content: bytes) -> None:
    done = command("usage", "import", written(tmp_path, content))

    assert (done.exit_code, done.json()["counted"], done.json()["problems"]) == (DONE, 2, 0)


@pytest.mark.usefixtures("python")
def test_one_that_was_interrupted_is_imported_again(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_file, "LINES_AT_ONCE", 1)
    results = tmp_path / "problems.csv"
    file = written(tmp_path, HEADER + GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(read_file, "give_way", interrupt)
        cut_off = command("usage", "import", file, "--results", results)

    assert (cut_off.exit_code, "import the file again" in cut_off.stderr, cut_off.stdout) == (130, True, "")
    assert Fact.objects.count() == 1
    assert not results.exists()
    again = command("usage", "import", file).json()
    assert (again["counted"], again["known"]) == (1, 1)


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("python")
def test_what_waits_is_listed_and_discarded(command: Command, tmp_path: Path) -> None:
    command(
        "usage",
        "import",
        written(tmp_path, HEADER + "zoe@corp.example,Python,2026-03-03,5,no\nana@corp.example,Go,2026-03-03,5,no\n"),
    )

    assert command("usage", "waiting").json() == [
        {"waits_for": "learner", "name": "zoe@corp.example", "lines": 1},
        {"waits_for": "content", "name": "Go", "lines": 1},
    ]
    assert command("usage", "discard", "content", "Go").json()["discarded"] == 1
    assert command("usage", "discard", "content", "Go").json()["discarded"] == 0
    assert WaitingFact.objects.get().learner == "zoe@corp.example"


@pytest.mark.usefixtures("python")
def test_it_comes_from_standard_input_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((HEADER + GOOD).encode())))
    done = command("usage", "import", "-")

    assert (done.exit_code, done.json()["file"], done.json()["counted"]) == (DONE, "standard input", 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ("The file is empty",)),
        ("email,course,date\n", ("lacks learner, content, day, seconds, completed", "email, course, date")),
        (b"PK\x03\x04 a workbook", ("Save it as CSV",)),
    ],
)
def test_a_file_that_is_none_is_refused(
    command: Command, acme: Path, tmp_path: Path, content: str | bytes, words: tuple[str, ...]
) -> None:
    assert_explained(command("usage", "import", written(tmp_path, content)), REFUSED, *words)
    assert not AuditEntry.objects.filter(action="usage.imported").exists()
