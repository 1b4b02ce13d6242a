"""docs/reference/cli.md says what `--help` says, of every command and option."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import click

from seatkeeper.cli.commands import seatkeeper

ROOT = Path(__file__).parents[2]


def test_the_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "generate_cli_reference.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)

    assert generator.TARGET.read_text("utf-8") == generator.reference(), "run: python scripts/generate_cli_reference.py"


def test_every_command_is_in_the_reference_and_every_option_has_help() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    found = dict(commands(seatkeeper, "seatkeeper"))

    assert len(found) > 20
    for path, command in found.items():
        assert f"\n## {path}\n" in page
        assert command.get_short_help_str(), path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)
                assert parameter.opts[-1] in page


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")
