"""Codes of lines and files, put into words."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

LISTS = {"EMAIL_DUPLICATE", "IDENTITY_CONFLICT"}  # their details are lines, or addresses
ENCODINGS = {"cp1252": "Windows-1252"}  # as people call them
UNREADABLE_FOR = {"long": "UNREADABLE_LONG", "after": "UNREADABLE_AFTER"}  # other reasons than a quote: see `Unreadable`
ROW_CODE = "EIS_UPLOAD_ROW_{}_VALIDATION_ERROR"


def code_of(reasons: Sequence[tuple[int, int, str | None, str | None, str]], rank: int) -> str:
    """The public code of the first thing that decided a line's status."""
    code = next((reason[2] for reason in reasons), "") or ""
    return ROW_CODE.format(code) if rank == 0 else code.upper()


def message_of(reasons: Sequence[tuple[int, int, str | None, str | None, str]]) -> str:
    """One sentence for each thing that decided a line's status."""
    return " ".join(sentence(code or "", detail or "", column) for _line, _rank, code, detail, column in reasons)


def sentence(code: str, detail: str, column: str) -> str:
    """What was wrong, where, and what to do."""
    if code == "EMAIL" and detail == "missing":
        code = "EMAIL_MISSING"
    detail = ", ".join(detail.split()) if code in LISTS else detail
    first, _blank, second = detail.partition(" ")
    if code == "COLUMN_COUNT" and detail == "still":
        code = "COLUMN_COUNT_STILL"
    if code == "UNIQUE_USER_ID" and "@" in detail.rpartition(" ")[2]:
        code = "UNIQUE_USER_ID_LIKELY"
        first, _blank, second = detail.rpartition(" ")
    if code == "UNREADABLE" and first in UNREADABLE_FOR:
        code, detail = UNREADABLE_FOR[first], second
    words = SENTENCES.get(code)
    values = {"column": column, "detail": detail, "first": first, "second": second, "others": second or first}
    return words() % values if words else code


def refusal(code: str, *, column: str, detail: str) -> str:
    """Why a whole file was refused, and what to do."""
    return REFUSALS[code]() % {"column": column, "detail": detail}


def note(entry: Mapping[str, str]) -> str:
    """What an uploader should know of the file beside its problems."""
    return NOTES[entry["code"]]() % {"column": ENCODINGS.get(entry["column"], entry["column"])}


def advice(code: str) -> str:
    """What to do about lines with a problem, whatever their cells say."""
    return ADVICE[code]() if code in ADVICE else ""


ADVICE: dict[str, Callable[[], str]] = {
    "EMAIL": lambda: _("Write the address in full. A row needs an e-mail address or an id."),
    "EMAIL_DUPLICATE": lambda: _("Keep one of the lines that name the same person, or choose another address."),
    "IDENTITY_CONFLICT": lambda: _("E-mail address and id belong to two people. Correct one of them."),
    "UNIQUE_USER_ID": lambda: _("Format the column as text and write the whole id, or add an e-mail address."),
    "LICENSE_STATUS": lambda: _("Write active or inactive, or empty the cell to leave the license as it is."),
    "ATTRIBUTE_VALUE": lambda: _("Correct the cell, or empty it to leave the value as it is."),
    "COLUMN_COUNT": lambda: _("Look for a missing or stray delimiter, or a cell that needs quotes."),
    "ENCODING": lambda: _("Save the file as UTF-8."),
    "UNREADABLE": lambda: _("Look for a quote that is never closed, in the first of these lines."),
    "OUTSIDE_SCOPE": lambda: _(
        "Leave the row out: it is about nobody in your groups, or gives a person another address or id."
    ),
    "SEAT": lambda: _("Add seats, or unassign others first."),
}

NOTES: dict[str, Callable[[], str]] = {
    "column_ignored": lambda: _("Column %(column)s is not known and was ignored."),
    "permissions_not_acted_on": lambda: _("Column %(column)s is not acted on: admins are named in the product."),
    "groups_left_out": lambda: _("Column %(column)s was left out, as asked for."),
    "encoding_assumed": lambda: _("Nothing says how the text is encoded; %(column)s was assumed."),
}

SENTENCES: dict[str, Callable[[], str]] = {
    "EMAIL": lambda: _("Column %(column)s: “%(detail)s” is no e-mail address, or nobody's. Correct it."),
    "EMAIL_MISSING": lambda: _("The row names nobody: it has neither an e-mail address nor an id."),
    "EMAIL_DUPLICATE": lambda: _(
        "Column %(column)s: the address is somebody else's, or lines name the same person and contradict each other"
        " (%(detail)s). Keep one of them."
    ),
    "IDENTITY_CONFLICT": lambda: _(
        "E-mail address and id do not belong to one person, or lines give one id to several people (%(detail)s)."
        " Correct one of them;"
        " to give a person another id, use new_unique_user_id."
    ),
    "UNIQUE_USER_ID": lambda: _("Column %(column)s: the id “%(detail)s” is nobody's. Add an e-mail address, or correct it."),
    "UNIQUE_USER_ID_LIKELY": lambda: _(
        "Column %(column)s: the id “%(first)s” looks cut or rounded by a spreadsheet; %(second)s may be meant."
        " Format the column as text and write the whole id."
    ),
    "LICENSE_STATUS": lambda: _("Column %(column)s: “%(detail)s” is neither active nor inactive. Correct it."),
    "ATTRIBUTE_VALUE": lambda: _("Column %(column)s: “%(detail)s” is not a value for this column. Correct it."),
    "COLUMN_COUNT": lambda: _(
        "Cells of the row: %(first)s. Cells of the header: %(second)s. Look for a missing or stray delimiter."
    ),
    "COLUMN_COUNT_STILL": lambda: _(
        "The row is as the results file gave it: with “(missing)” in it, or with cells behind the last column."
        " Put each cell under its header, and empty what is left over."
    ),
    "ENCODING": lambda: _("Column %(column)s has bytes that are no text. Save the file as UTF-8."),
    "UNREADABLE": lambda: _("A quote opens in this row and is never closed. Close it, or remove it."),
    "UNREADABLE_LONG": lambda: _(
        "The row can't be read: a cell goes on for more than %(detail)s characters. Look for a quote that is never closed."
    ),
    "UNREADABLE_AFTER": lambda: _("The row stands behind a quote on line %(detail)s that is not closed. Correct that line."),
    "OUTSIDE_SCOPE": lambda: _(
        "The row is about somebody outside your groups, or gives a person another address or id. It was left alone."
    ),
    "DELETION_KEYS": lambda: _("The row names nobody: it needs both, an e-mail address and an id."),
    "USAGE_LEARNER": lambda: _(
        "Column learner: say who it was, by e-mail address, unique user ID or number, in at most 320 characters."
    ),
    "USAGE_CONTENT": lambda: _(
        "Column content: say what it was, by number, address or exact title, in at most 2,000 characters."
    ),
    "USAGE_ID": lambda: _("Column id: an id has at most 500 characters."),
    "USAGE_DAY": lambda: _("Column day: “%(detail)s” is no day since 1990, written as 2026-03-04. Correct it."),
    "USAGE_DAY_AHEAD": lambda: _(
        "Column day: %(detail)s has not begun yet. Correct it, or import the row when the day has come."
    ),
    "USAGE_SECONDS": lambda: _("Column seconds: “%(detail)s” is no whole number from 0 to 86400. Correct it."),
    "USAGE_COMPLETED": lambda: _("Column completed: “%(detail)s” is none of yes, no, true, false, 1, 0. Correct it."),
    "SEAT": lambda: _("Column %(column)s: no free seat is left for this row. Add seats, or unassign others first."),
    "TAKEN_IN": lambda: _("If the address is new, the person is added and joins your group. If not, nothing is changed."),
    "NEW_PERSON": lambda: _("Nobody has this address, and new people were to be left out."),
    "SAME_AS_LINE": lambda: _("Line %(detail)s is the same person and says the same."),
    "changed_since": lambda: _("Somebody changed this after the plan was made (operation %(detail)s); it was left alone."),
    "person_missing": lambda: _("The person is no longer in the directory."),
    "person_erased": lambda: _("The person was erased."),
    "person_there": lambda: _("The person was added meanwhile."),
    "address_taken": lambda: _("The address was given to somebody else meanwhile."),
    "id_taken": lambda: _("The id was given to somebody else meanwhile."),
    "no_free_seat": lambda: _("No seat was free any more when this row's turn came."),
    "group_missing": lambda: _("The group was deleted meanwhile."),
    "has_sign_in": lambda: _("The person has signed in since and stays."),
    "is_suspended": lambda: _("The person is suspended and stays."),
    "has_usage": lambda: _("The person has used content since and stays."),
    "has_licenses": lambda: _("The person has got a license since (operation %(detail)s) and stays."),
}

REFUSALS: dict[str, Callable[[], str]] = {
    "EIS_UPLOAD_FILE_EMPTY_VALIDATION_ERROR": lambda: _("The file is empty. Upload a file with a header and at least one row."),
    "EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR": lambda: _("The file is no text. Save it as CSV (UTF-8) and upload that."),
    "EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR": lambda: _(
        "The file has no header, or none that can be read. Put the names of the columns into its first line."
    ),
    "EIS_UPLOAD_FILE_KEY_COLUMN_VALIDATION_ERROR": lambda: _(
        "No column says who is meant. Name one invited_email_address or unique_user_id. The header reads: %(detail)s"
    ),
    "EIS_UPLOAD_FILE_DELETION_COLUMNS_VALIDATION_ERROR": lambda: _(
        "A file that deletes people needs two columns, primary_email_address and unique_id. The header reads: %(detail)s"
    ),
    "EIS_UPLOAD_FILE_USAGE_COLUMNS_VALIDATION_ERROR": lambda: _(
        "A usage file needs the columns learner, content, day, seconds and completed; this one lacks %(column)s."
        " The header reads: %(detail)s"
    ),
    "EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR": lambda: _(
        "Column %(column)s is there twice (also as %(detail)s). Remove one of them."
    ),
    "EIS_UPLOAD_FILE_UNKNOWN_POOL_VALIDATION_ERROR": lambda: _(
        "Column %(column)s names the pool %(detail)s, which does not exist. Correct the header, or add the pool."
    ),
    "EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR": lambda: _("The file is larger than the limit of %(detail)s. Split it."),
    "EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR": lambda: _(
        "EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR in column groups. Groups can't be changed by this file (its column"
        " is “%(column)s”), and nothing was. Upload it without this column: import --without-groups."
    ),
}
