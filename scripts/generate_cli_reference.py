"""Write docs/reference/cli.md from what `--help` says: `python scripts/generate_cli_reference.py`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "cli.md"
INTRODUCTION = """\
# Command line

Every command, as `seatkeeper COMMAND --help` prints it. Written by `scripts/generate_cli_reference.py`; do not edit.

`--home`, `--organization` and `--format` may stand before the command's name, too.
"""
WIDTH = 100


def reference() -> str:
    """The whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")
    import django

    django.setup()
    import click

    from seatkeeper.cli.commands import seatkeeper

    def pages(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
        context = click.Context(
            command, info_name=path.split()[-1], parent=parent, terminal_width=WIDTH, **command.context_settings
        )
        yield f"\n## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
        if isinstance(command, click.Group):
            for name in sorted(command.commands):
                yield from pages(command.commands[name], f"{path} {name}", context)

    return INTRODUCTION + "".join(pages(seatkeeper, "seatkeeper", None))


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(reference(), "utf-8")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
