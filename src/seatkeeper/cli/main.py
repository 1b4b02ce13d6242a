"""The `seatkeeper` command. No rules here: a command parses, calls one service, prints."""

import os
import sys
from collections.abc import Sequence

OF_ADDRESSES = ("--email", "--except")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. `--home` decides which settings are read, so it is looked for before anything is loaded."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if home := _home_in(arguments):
        os.environ["SEATKEEPER_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")
    from seatkeeper.cli.errors import run_and_explain

    sys.exit(run_and_explain(_each_address_with_its_option(arguments)))


def _each_address_with_its_option(arguments: Sequence[str]) -> list[str]:
    """`--email a@x b@x` as `--email a@x --email b@x`; the same for `--except`."""
    spelled: list[str] = []
    option = ""
    for previous, argument in zip(["", *arguments], arguments, strict=False):
        if argument.startswith("-"):
            option = argument if argument in OF_ADDRESSES else ""
        elif option and previous != option and "@" in argument:
            spelled.append(option)
        spelled.append(argument)
    return spelled


def _home_in(arguments: Sequence[str]) -> str | None:
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == "--home":
            return following
        if argument.startswith("--home="):
            return argument.removeprefix("--home=")
    return None


if __name__ == "__main__":
    main()
