"""What learners did, by file."""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from seatkeeper.cli.errors import DONE, DONE_WITH_PROBLEMS, INTERRUPTED, readable
from seatkeeper.cli.options import actor, common_options, open_organization
from seatkeeper.cli.output import emit_object, emit_rows, progress_bar
from seatkeeper.kernel.clock import system_clock
from seatkeeper.uploads.lines import Problem
from seatkeeper.uploads.messages import ROW_CODE, note, sentence
from seatkeeper.usage.services.discard import WAITS_FOR, discard_waiting
from seatkeeper.usage.services.read_file import FileTaken, import_usage
from seatkeeper.usage.waiting import waiting_of

NAMES_SHOWN = 100
RESULT_COLUMNS = ("line", "column", "code", "message")


@click.group()
def usage() -> None:
    """What learners did: openings, time spent, completions."""


@usage.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--results",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write the problems of all lines there, as CSV.",
)
@common_options
def import_file(file: str, results: str | None, organization: str | None, output_format: str | None) -> int:
    """Take in usage from FILE ("-": standard input) with the columns learner, content, day, seconds, completed.

    Sound lines count though others have problems. Nothing counts twice, however often a file is imported: correct it
    and import all of it again. Lines about people or content unknown as yet wait until these are known.
    """
    home, name = open_organization(organization), "standard input" if file == "-" else readable(Path(file).name)
    try:
        found = _imported(home.id, file, name, results)
    except KeyboardInterrupt:
        click.echo("Interrupted. What was counted stays: import the file again, and nothing counts twice.", err=True)
        return INTERRUPTED
    emit_object(_row(found, name, results), output_format=output_format)
    return DONE_WITH_PROBLEMS if found.problems else DONE


def _imported(organization_id: int, file: str, name: str, results: str | None) -> FileTaken:
    tell: Callable[[Problem], None] = _tell_nobody
    with ExitStack() as stack:
        source = stack.enter_context(click.open_file(file, "rb"))
        if results:
            tell = stack.enter_context(_results(results))
        progress = stack.enter_context(progress_bar())
        return import_usage(
            source,
            organization_id=organization_id,
            name=name,
            actor=actor(),
            now=system_clock(),
            tell=tell,
            progress=progress,
        )


@usage.command()
@common_options
def waiting(organization: str | None, output_format: str | None) -> None:
    """Print for whom and what usage waits, because nobody knows them as yet; those with the most lines first."""
    found = waiting_of(open_organization(organization).id, most=NAMES_SHOWN)
    rows = [{"waits_for": "learner", "name": one.name, "lines": one.facts} for one in found.people]
    rows += [{"waits_for": "content", "name": one.name, "lines": one.facts} for one in found.contents]
    emit_rows(rows, output_format=output_format, columns=("waits_for", "name", "lines"))


@usage.command()
@click.argument("waits_for", type=click.Choice(WAITS_FOR))
@click.argument("name")
@common_options
def discard(waits_for: str, name: str, organization: str | None, output_format: str | None) -> None:
    """Discard for good what waits for the learner or the content NAME, spelled as `usage waiting` prints it."""
    home = open_organization(organization)
    count = discard_waiting(organization_id=home.id, waits_for=waits_for, name=name, actor=actor(), now=system_clock())
    emit_object({"waits_for": waits_for, "name": name, "discarded": count}, output_format=output_format)


def _row(found: FileTaken, name: str, results: str | None) -> dict[str, Any]:
    problems = [
        {"code": ROW_CODE.format(code), "lines": lines, "first": found.first[code].line, "message": _message(found.first[code])}
        for code, lines in found.problems.most_common()
    ]
    return {
        "file": name,
        "lines": found.lines,
        "counted": found.taken.counted,
        "known": found.taken.known,
        "waiting": found.taken.waiting,
        "problems": sum(found.problems.values()),
        "results": results,
        "notes": [note(entry) for entry in found.notes],
        "problems_by_code": problems,
    }


def _message(problem: Problem) -> str:
    return sentence(problem.code, problem.detail, problem.column)


@contextmanager
def _results(path: str) -> Iterator[Callable[[Problem], None]]:
    """Comes into its place when it is whole."""
    partial = Path(f"{path}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as target:
            yield _writer(target)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _writer(target: IO[str]) -> Callable[[Problem], None]:
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(RESULT_COLUMNS)
    return lambda one: writer.writerow((one.line, one.column, ROW_CODE.format(one.code), _message(one)))


def _tell_nobody(problem: Problem) -> None:
    """Counts and the first line of each kind are printed."""
