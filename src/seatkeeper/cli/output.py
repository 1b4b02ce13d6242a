"""Print results: a table for people, JSON and CSV for programs. Progress goes to standard error."""

import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from seatkeeper.licensing.services.operations import Progress as Report

Row = Mapping[str, Any]

PATIENCE_SECONDS = 1.0  # nothing that takes less needs a bar


def emit_rows(rows: Sequence[Row], *, output_format: str | None, columns: Sequence[str] = ()) -> None:
    """A list of objects with the same keys; `columns` names them where the list may be empty."""
    headers = list(columns) or list(rows[0] if rows else ())
    match output_format or _default_format():
        case "json":
            click.echo(json.dumps(list(rows), default=_plain, ensure_ascii=False, indent=2))
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(headers)
            writer.writerows([_cell(row[header]) for header in headers] for row in rows)
        case _:
            _print_table(rows, headers)


def emit_object(thing: Row, *, output_format: str | None) -> None:
    match output_format or _default_format():
        case "json":
            click.echo(json.dumps(thing, default=_plain, ensure_ascii=False, indent=2))
        case "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(thing)
            writer.writerow([_cell(value) for value in thing.values()])
        case _:
            _print_object(thing)


@contextmanager
def progress_bar() -> Iterator[Report]:
    """A reporter for services. Draws only on a terminal, and only after a second."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True)
    tasks: dict[str, Any] = {}
    began = time.monotonic()

    def report(what: str, done: int, of: int) -> None:
        if time.monotonic() - began > PATIENCE_SECONDS:
            progress.start()
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=of or None)
        progress.update(tasks[what], completed=done, total=of or None)

    try:
        yield report
    finally:
        progress.stop()


def _print_object(thing: Row) -> None:
    """One line a value, leaving out what is empty or nought; lists of objects as tables below."""
    lists = {key: value for key, value in thing.items() if _is_list_of_objects(value)}
    plain = {key: value for key, value in thing.items() if key not in lists and (value or value is False)}
    width = max(map(len, plain), default=0)
    for key, value in plain.items():
        click.echo(f"{key.replace('_', ' '):<{width}}  {_shown(value)}")
    for key, rows in lists.items():
        click.echo(f"\n{key.replace('_', ' ')}")
        _print_table(rows, list(dict.fromkeys(header for row in rows for header in row)))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _print_table(rows: Sequence[Row], headers: Sequence[str]) -> None:
    if not rows:
        click.echo("None.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        numeric = all(isinstance(row.get(header), int) for row in rows)
        table.add_column(header.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row.get(header))) for header in headers))
    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)


def is_for_people(output_format: str | None) -> bool:
    """Whether what is printed is read by a person, not by a program."""
    return (output_format or _default_format()) == "table"


def _default_format() -> str:
    return "table" if sys.stdout.isatty() else "json"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    return str(_cell(value))


def _cell(value: Any) -> Any:
    """Lists of plain values are read like words in a sentence."""
    if value is None:
        return ""
    if isinstance(value, list) and not _is_list_of_objects(value):
        return ", ".join(str(_cell(item)) for item in value)
    return _plain(value) if isinstance(value, datetime) else value


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
