"""Words for what operations and the ledger say in codes. A code without words is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seatkeeper.directory.attributes import CUSTOM_PREFIX
from seatkeeper.licensing.errors import (
    BrakeHeld,
    EndedForGood,
    LicensingError,
    MergeOfSuspended,
    NothingSelected,
    NothingToUndo,
    OperationBusy,
    WrongStatus,
)
from seatkeeper.licensing.history import CLAIM
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.wording import VERBS
from seatkeeper.web.numbers import number

STATUSES: Mapping[str, Promise] = {
    OperationStatus.PLANNING: gettext_lazy("Planning"),
    OperationStatus.PLANNED: gettext_lazy("Planned"),
    OperationStatus.HELD: gettext_lazy("Held"),
    OperationStatus.APPLYING: gettext_lazy("Applying"),
    OperationStatus.DONE: gettext_lazy("Done"),
    OperationStatus.CANCELLED: gettext_lazy("Cancelled"),
    OperationStatus.LAPSED: gettext_lazy("Lapsed"),
}
SOURCES: Mapping[str, Promise] = {
    "csv": gettext_lazy("CSV file"),
    "sign_in": gettext_lazy("Sign-in"),
    "cli": gettext_lazy("Command line"),
    "page": gettext_lazy("Admin Center"),
    "web": gettext_lazy("Admin Center"),
    "form": gettext_lazy("Admin Center"),
}
SKIPS: Mapping[str, Promise] = {
    "changed_since": gettext_lazy("Somebody changed it since."),
    "no_free_seat": gettext_lazy("No seat is free in the pool."),
    "person_missing": gettext_lazy("The person is no longer in the directory."),
    "person_erased": gettext_lazy("The person was erased."),
    "person_there": gettext_lazy("The person is in the directory already."),
    "address_taken": gettext_lazy("Somebody else has the e-mail address."),
    "id_taken": gettext_lazy("Somebody else has the unique user ID."),
    "group_missing": gettext_lazy("The group is no longer there."),
    "has_sign_in": gettext_lazy("The person has signed in since, and stays."),
    "is_suspended": gettext_lazy("The person is suspended, and stays."),
    "has_usage": gettext_lazy("The person has used content since, and stays."),
    "has_licenses": gettext_lazy("The person has got a license since, and stays."),
}
ATTRIBUTES: Mapping[str, Promise] = {
    "preferred_first_name": gettext_lazy("First name"),
    "preferred_last_name": gettext_lazy("Last name"),
    "work_title": gettext_lazy("Title"),
    "department_name": gettext_lazy("Department"),
    "job_function": gettext_lazy("Job function"),
    "job_level": gettext_lazy("Job level"),
    "worker_type": gettext_lazy("Worker type"),
    "country_code": gettext_lazy("Country"),
    "start_date": gettext_lazy("Start date"),
    "location": gettext_lazy("Location"),
    "manager_primary_email_address": gettext_lazy("E-mail of the manager"),
    "manager_unique_user_id": gettext_lazy("Unique user ID of the manager"),
    "worker_status": gettext_lazy("Employment"),
    "language": gettext_lazy("Language"),
    "email": gettext_lazy("E-mail"),
    "unique_user_id": gettext_lazy("Unique user ID"),
}


def in_words(words: Mapping[str, Promise], code: str) -> str:
    return str(words.get(code, code))


def refusal(error: LicensingError) -> str:
    """Why licensing refuses, and what to do."""
    match error:
        case EndedForGood():
            return _("This was part of a deletion: the people are erased, so it can't be undone.")
        case NothingToUndo():
            return _("This operation changed nothing, so there is nothing to undo.")
        case MergeOfSuspended():
            return _("One of the profiles is suspended. Resume it first. Nothing was changed.")
        case OperationBusy():
            return _("Somebody is at work on this operation at this moment. Wait until they are done, then look again.")
        case BrakeHeld():
            text = ngettext(
                "Held: it unassigns %(n)s license, more than the limit of %(limit)s a day. Nothing was changed.",
                "Held: it unassigns %(n)s licenses, more than the limit of %(limit)s a day. Nothing was changed.",
                error.unassigning,
            )
            return text % {"n": number(error.unassigning), "limit": number(error.limit)}
        case WrongStatus():
            text = _("The operation can't be changed like this any more. Its status is: %(status)s.")
            return text % {"status": in_words(STATUSES, error.status)}
        case NothingSelected():
            return _("Nobody is selected. Nothing was changed.")
    return _("This can't be done. Nothing was changed.")


def title_of(operation: Operation) -> str:
    return _("%(verb)s, operation %(number)s") % {"verb": in_words(VERBS, operation.verb), "number": operation.number}


def attribute_label(key: str, custom: Mapping[str, str]) -> str:
    """`custom`: names of custom attributes by key."""
    name = key.removeprefix(CUSTOM_PREFIX)
    given = custom.get(key) or custom.get(name) or name
    if given in (key, name):  # nobody gave it another name than its column's
        given = name.replace("_", " ").capitalize()
    return str(ATTRIBUTES.get(key) or given)


def happened(entry: Mapping[str, Any], custom: Mapping[str, str]) -> str:
    """What a line of somebody's history says, without when and by whom."""
    if "pool" in entry:
        return _license_sentence(entry)
    if "group" in entry:
        text = _("Joined group %(group)s") if entry["what"] == "joined" else _("Left group %(group)s")
        return text % {"group": entry["group"]}
    if entry["what"] == "added":
        return _("Added to the directory")
    if entry["what"] == "removed":
        return _("Removed from the directory")
    changes = ", ".join(
        _("%(label)s from “%(was)s” to “%(becomes)s”")
        % {"label": attribute_label(key, custom), "was": entry["before"].get(key) or "", "becomes": value or ""}
        for key, value in entry["after"].items()
    )
    return _("Profile changed: %(changes)s") % {"changes": changes}


def history_sentence(entry: Mapping[str, Any], custom: Mapping[str, str], names: Mapping[str, str]) -> str:
    """One line of somebody's history as a sentence. `names`: of admins, by what stands on their operations."""
    when = date_format(localtime(entry["at"]), "DATETIME_FORMAT")
    words = {"what": happened(entry, custom), "who": names.get(entry["actor"]) or entry["actor"], "when": when}
    if "file" in entry:
        place = {"file": entry["file"], "line": number(entry["line"])}
        told = _("%(what)s by %(who)s, %(when)s, file %(file)s line %(line)s") % (words | place)
    else:
        told = _("%(what)s by %(who)s, %(when)s") % words
    if entry["reason"]:
        return _("%(told)s: %(reason)s") % {"told": told, "reason": entry["reason"]}
    return told if told.endswith(".") else _("%(told)s.") % {"told": told}  # in some languages a time ends with its own


def _license_sentence(entry: Mapping[str, Any]) -> str:
    was, _arrow, becomes = str(entry["what"]).partition(" → ")
    if was == CLAIM:
        text = _("Place in the waitlist, offer or request for %(pool)s ended")
    elif becomes == CLAIM:
        text = _("Place in the waitlist or request for %(pool)s given back")
    elif becomes == "unassigned":
        text = _("Unassigned from %(pool)s")
    elif becomes == "invited":
        text = _("Invited to %(pool)s")
    elif was == "invited":
        text = _("License of %(pool)s activated")
    else:
        text = _("Assigned a license of %(pool)s")
    return text % {"pool": entry["pool"]}
