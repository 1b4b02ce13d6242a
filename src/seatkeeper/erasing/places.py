"""The tables in which people may be named in words, beside those that are about them.

What holds no words of people is named in tests/erasing/test_every_column.py, which fails for a column that is neither.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A table of an organization; its rows are walked along `keys`, which begin with a whole number."""

    table: str
    keys: tuple[str, ...]
    texts: tuple[str, ...] = ()  # a part of it is erased
    json: tuple[str, ...] = ()  # a part of each string in it
    profiles: tuple[str, ...] = ()  # values of a person: those that name somebody go
    patches: tuple[str, ...] = ()  # the same, kept as text
    wholes: tuple[str, ...] = ()  # become null where they name somebody
    is_of_installation: bool = False  # of no organization


PLACES = (
    Place("licensing_operation", ("number",), texts=("about", "reason", "actor", "released_by"), json=("options",)),
    Place("licensing_claim", ("pool_id", "learner_id"), texts=("reason",)),
    Place("accounts_apitoken", ("id",), texts=("name", "made_by")),
    Place("invitations_mailround", ("id",), texts=("actor",), json=("people",)),
    Place("accounts_auditentry", ("id",), texts=("actor",), json=("facts",)),
    Place("notices_notice", ("id",), json=("facts",)),
    Place("notices_mail", ("id",), texts=("subject", "text", "html", "trouble"), json=("facts",)),
    Place("notices_mailserver", ("id",), texts=("trouble",), is_of_installation=True),
    Place("notices_learnerword", ("id",), texts=("text",)),
    Place("notices_mailsetup", ("organization_id",), texts=("confirmed_by",)),
    Place("uploads_upload", ("operation_id",), texts=("file_name",), json=("options", "notes", "layout")),
    Place("uploads_uploadline", ("operation_id", "line"), texts=("detail",), patches=("patch",)),
    Place("uploads_uploadproblem", ("id",), texts=("detail",)),
    Place("background_backgroundtask", ("id",), json=("arguments",)),
    Place("erasing_deletion", ("id",), texts=("asked_by", "called_off_by")),
    Place("erasing_deletionproblem", ("id",), texts=("email", "unique_id", "detail")),
    Place("usage_usagefile", ("id",), texts=("name", "sent_by")),
    Place("usage_usagefileproblem", ("id",), texts=("detail",)),
    Place("reports_savedreport", ("id",), texts=("name",), json=("fields",)),
    Place("usage_waitingfact", ("id",), texts=("learner",)),
    Place("directory_learner", ("id",), profiles=("attributes",)),
    Place(
        "licensing_profilechange",
        ("operation_id", "position", "group_id"),
        profiles=("before", "after"),
        wholes=("from_email", "to_email", "from_unique_user_id", "to_unique_user_id"),
    ),
)
AUDIT_LOG, LEARNERS = "accounts_auditentry", "directory_learner"
