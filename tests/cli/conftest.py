"""The command line within this process: quick, and on the test's own database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seatkeeper.cli.errors import run_and_explain
from tests.conftest import Finished

Command = Callable[..., Finished]

PEOPLE = """\
invited_email_address,preferred_first_name,department_name,license_learning_status
ana@corp.example,Ana,Sales,active
bo@corp.example,Bo,Sales,active
cy@corp.example,Cy,Legal,active
di@corp.example,Di,Legal,
"""


@pytest.fixture
def command(db: None, capsys: pytest.CaptureFixture[str]) -> Command:
    """`command("pools", "list").json()`"""

    def run(*arguments: str | Path) -> Finished:
        capsys.readouterr()
        exit_code = run_and_explain([str(argument) for argument in arguments])
        return Finished(exit_code, *capsys.readouterr())

    return run


@pytest.fixture
def acme(command: Command, tmp_path: Path) -> Path:
    """An organization with a pool of ten seats and four people, three of them licensed. The file they came by."""
    assert command("init", "--organization", "Acme").exit_code == 0
    assert command("pools", "add", "--type", "learning", "--seats", "10", "--activation", "immediate").exit_code == 0
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    assert command("import", file).exit_code == 0
    return file
