"""From errors to one sentence and an exit code: 0 done, 1 refused, 2 wrong usage, 3 done with problems."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from django.core.exceptions import ImproperlyConfigured

from seatkeeper.kernel.errors import listed

DONE, REFUSED, WRONG_USAGE, DONE_WITH_PROBLEMS = 0, 1, 2, 3
INTERRUPTED = 130

logger = logging.getLogger(__name__)


def run_and_explain(arguments: Sequence[str]) -> int:
    """Run the command; whatever it raises becomes a sentence on standard error."""
    try:
        import django

        django.setup()
        from seatkeeper.cli.commands import seatkeeper

        outcome = seatkeeper.main(args=list(arguments), prog_name="seatkeeper", standalone_mode=False)
        return outcome if isinstance(outcome, int) else DONE
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (KeyboardInterrupt, click.Abort):
        _say("Interrupted. What was applied stays; go on with: seatkeeper operations resume ID")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except ImproperlyConfigured as error:
        _say(str(error))
        return WRONG_USAGE
    except Exception as error:  # the edge: known kinds become sentences, anything else stays a traceback
        sentence = _sentence(error)
        if sentence is None:
            raise
        _say(sentence)
        return _exit_code(error)


def readable(text: str) -> str:
    """A name or a word from outside, with marks (U+FFFD) where its bytes are no text."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _exit_code(error: Exception) -> int:
    from seatkeeper.directory.errors import FilterRefused
    from seatkeeper.kernel.errors import WrongUsage

    return WRONG_USAGE if isinstance(error, WrongUsage | FilterRefused) else REFUSED


def _sentence(error: Exception) -> str | None:
    from django.db import DatabaseError

    from seatkeeper.kernel.errors import SeatkeeperError
    from seatkeeper.uploads.errors import FileRefused
    from seatkeeper.uploads.messages import refusal

    if isinstance(error, FileRefused):
        return refusal(error.problem, column=error.column, detail=error.detail)
    if isinstance(error, SeatkeeperError):
        words = SENTENCES.get(error.code)
        return words(error) if words else f"{error} ({error.code})."
    if isinstance(error, DatabaseError):
        return _of_database(error)
    if isinstance(error, UnicodeEncodeError):
        return f"“{readable(str(error.object))}” is no text in this terminal's encoding. Nothing was changed."
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}. Nothing is half done."
    return None


def _of_database(error: Exception) -> str | None:
    from django.db import InterfaceError, OperationalError

    text = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
    resume = "What was committed stays. Then go on with: seatkeeper operations list, and operations resume ID"
    if "disk is full" in text or "disk full" in text or "No space left" in text:
        return f"The disk is full. Make room. {resume}"
    if "readonly" in text or "unable to open" in text:
        return f"The database can't be written ({text}). Check the home folder and its permissions."
    if "not a database" in text or "malformed" in text:
        return f"The home's database file is damaged or no database ({text}). Restore it from a backup."
    if isinstance(error, OperationalError | InterfaceError):
        return f"The database is out of reach ({text}). {resume}"
    return None


def _number(value: int) -> str:
    return f"{value:,}"


SENTENCES: dict[str, Callable[[Any], str]] = {
    "unknown_organization": lambda e: (
        f"No organization {e.slug}; there are: {', '.join(e.known)}."
        if e.slug and e.known
        else f"Say which organization: --organization {' | '.join(e.known)}"
        if e.known
        else "There is no organization yet. Begin with: seatkeeper init --organization NAME"
    ),
    "organization_exists": lambda e: f"The organization {e.slug} is there already. Choose another name.",
    "unknown_time_zone": lambda e: (
        f"There is no time zone {e.name}. Write it as the time zone database does: Europe/Berlin. Nothing was changed."
    ),
    "not_so_many_days": lambda e: f"{e.days} is no number of days from 1 to {_number(e.most)}.",
    "bad_statement": lambda e: f"Statement {e.index}, {e.field}: {e.why}. None was stored.",
    "statement_conflict": lambda e: f"Another statement has the id {e.statement}. None was stored.",
    "report_name_taken": lambda e: f"A report is saved under the name {e.name} already. Choose another one.",
    "unknown_learner": lambda e: f"Nobody has the address {e.email}. Nothing was changed.",
    "unknown_admin": lambda e: f"{e.email} is no admin here. See: seatkeeper admins list",
    "for_everyone_only": lambda e: (
        f"{e.permission.replace('_', '-')} is about the whole organization: give it without --group,"
        " in a command of its own. Nothing was changed."
    ),
    "no_address": lambda e: f"{e.email} is no e-mail address. Nothing was changed.",
    "last_full_admin": lambda e: (
        f"{e.email} is the last full admin. Make somebody else one first: seatkeeper admins add E-MAIL. Nothing was changed."
    ),
    "no_second_factor": lambda e: f"{e.email} has no second factor. Nothing was changed.",
    "link_spent": lambda e: "The link was used, or is older than a day. Make a new one: seatkeeper admins link E-MAIL",
    "group_in_use": lambda e: "The group is still in use by an admin's permissions. Nothing was changed.",
    "unknown_token": lambda e: f"There is no token {e.token}. See: seatkeeper tokens list",
    "bad_address": lambda e: (
        f"“{e.address}” is no address of content. Write a path (/courses/python) or a URL that begins with https://,"
        " without ?, # or blanks. Nothing was changed."
    ),
    "address_of_content_taken": lambda e: f"“{e.title}” has this address. Nothing was changed.",
    "nothing_opens": lambda e: "Name a license type that opens it, or make it free. Nothing was changed.",
    "unknown_license_type": lambda e: f"There is no license type {e.key}. There are: {listed(e.known) or 'none yet'}.",
    "unknown_content": lambda e: f"There is no content {e.content}. See: seatkeeper content list",
    "not_connected": lambda e: "No sign-in is connected with the profile. Nothing was changed.",
    "same_person": lambda e: (
        "Both addresses are one profile's. Name the one that goes and the one that stays. Nothing was changed."
    ),
    "merge_of_suspended": lambda e: (
        "One of the profiles is suspended. Resume it first: seatkeeper resume --email E-MAIL. Nothing was changed."
    ),
    "unknown_text": lambda e: f"No invitation has the name {e.name}; there are: {listed(e.known) or 'none'}.",
    "text_exists": lambda e: f"The invitation {e.name} is there already. Choose another name. Nothing was changed.",
    "license_ended": lambda e: "The license has ended; only an admin gives it again. Nothing was changed.",
    "learner_suspended": lambda e: "The learner is suspended, and takes no seat. See: seatkeeper resume. Nothing was changed.",
    "has_license": lambda e: "The license is there already. Nothing was changed.",
    "offer_lapsed": lambda e: "The offer has lapsed, and its seat has been passed on. Nothing was changed.",
    "no_free_seat": lambda e: "No seat is free to offer. See: seatkeeper pools list",
    "address_not_allowed": lambda e: "The address is of none of the domains that may join. Nothing was changed.",
    "too_many_asked": lambda e: "So many addresses asked just now that no more are taken. Wait an hour. Nothing was changed.",
    "no_domains": lambda e: "Write each domain as corp.example: --domain corp.example. Nothing was changed.",
    "no_such_claim": lambda e: "They do not wait there, ask for nothing and have no offer. See: seatkeeper waitlist list",
    "unknown_group": lambda e: f"There is no group {e.name}. See: seatkeeper groups list",
    "group_exists": lambda e: f"The group {e.name} is there already.",
    "unknown_pool": lambda e: f"There is no pool {e.key}. Pools: {listed(e.known) or 'none yet'}.",
    "pool_exists": lambda e: f"The pool {e.key} is there already. Change its seats: seatkeeper pools change {e.key} --seats N",
    "pool_needed": lambda e: (
        f"Say which pool: --pool {' | '.join(e.known)}"
        if e.known
        else "There is no pool yet. Add one: seatkeeper pools add --type learning --seats N"
    ),
    "bad_pool_key": lambda e: (
        f"“{e.key}” can't name a budget group or license type: use letters, digits, blanks, . & -,"
        " not “license” as a word between underscores, nor attribute_ or permission_ at the beginning."
    ),
    "seats_below_taken": lambda e: (
        f"Pool {e.key}: {_number(e.taken)} seats are taken, {_number(e.missing)} more than {_number(e.seats)}."
        f" Unassign {_number(e.missing)} {'license' if e.missing == 1 else 'licenses'} first. Nothing was changed."
    ),
    "no_such_operation": lambda e: f"There is no operation {e.operation}. See: seatkeeper operations list",
    "wrong_status": lambda e: WRONG_STATUS.get((e.wanted, e.status), f"Operation {e.operation} is {e.status}.").format(
        operation=e.operation, status=e.status
    ),
    "operation_busy": lambda e: f"Operation {e.operation} is being worked on at this moment. Wait for it.",
    "already_running": lambda e: (
        f"The same file is being imported at this moment, as operation {e.operation}."
        f" Wait for it, or look: seatkeeper operations show {e.operation}"
    ),
    "held": lambda e: (
        f"Held: operation {e.operation} would unassign {_number(e.unassigning)} licenses, the limit for a day is"
        f" {_number(e.limit)}. Nothing was changed; the plan is kept. Look at it and let it pass:"
        f" seatkeeper operations apply {e.operation} --release-brake"
    ),
    "chunk_already_applied": lambda e: (
        "Another process went on with this operation, or cancelled it. See: seatkeeper operations list"
    ),
    "ended_for_good": lambda e: f"Operation {e.operation} was part of a deletion: people are erased, it can't be undone.",
    "nothing_to_undo": lambda e: f"Operation {e.operation} changed nothing: there is nothing to undo.",
    "nobody_found": lambda e: f"Nobody is selected by: {e.about}. Nothing was changed.",
    "no_room": lambda e: f"The file can't be kept in {e.path}: {e.why}. Make room and try again; nothing was changed.",
    "unknown_column": lambda e: f"There is no column {e.name}. Columns: {listed(e.known)}.",
    "filter_refused": lambda e: e.explain(),
    "nobody_to_delete": lambda e: "Nobody would be erased. Nothing was changed.",
    "wrong_count": lambda e: (
        f"{_number(e.people)} {'person' if e.people == 1 else 'people'} would be erased, not {_number(e.typed)}."
        " Nobody was erased."
    ),
    "no_such_deletion": lambda e: f"There is no deletion {e.deletion}. See: seatkeeper deletions list",
    "deletion_busy": lambda e: f"A worker is at deletion {e.deletion} already. See: seatkeeper deletions list",
    "too_late": lambda e: f"Deletion {e.deletion} does not wait any more: it is {e.status.replace('_', ' ')}.",
    "home_too_new": lambda e: (
        f"This home was written by a newer Seatkeeper (it knows {e.migration}). Use that version; nothing was changed."
    ),
    "home_too_old": lambda e: "This home was written by an older Seatkeeper. Back it up, then run: seatkeeper upgrade",
    "home_empty": lambda e: "There is no organization yet. Begin with: seatkeeper init --organization NAME",
}

WRONG_STATUS: dict[tuple[str, str], str] = {
    ("resume", "planning"): (
        "Operation {operation} was cut off while it was being planned, before anything was changed;"
        " its plan is discarded. Give the command again."
    ),
    ("apply", "planning"): "Operation {operation} is still being planned. Go on with: seatkeeper operations resume {operation}",
    ("apply", "cancelled"): "Operation {operation} was cancelled and will not be applied. Plan it anew.",
    ("apply", "lapsed"): "The plan of operation {operation} has lapsed: it is older than a day. Plan it anew.",
    ("cancel", "done"): "Operation {operation} is done already. Take it back: seatkeeper operations undo {operation}",
    ("cancel", "cancelled"): "Operation {operation} was cancelled before.",
    ("undo", "applying"): "Operation {operation} is not at its end. Resume or cancel it first.",
    (
        "undo",
        "planned",
    ): "Operation {operation} was never applied: there is nothing to undo. Discard it: operations cancel {operation}",
    (
        "undo",
        "held",
    ): "Operation {operation} was never applied: there is nothing to undo. Discard it: operations cancel {operation}",
}
