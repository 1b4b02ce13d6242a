"""Overwrite the room that erased rows took."""

from seatkeeper.directory.services.find import tidy_after_bulk
from seatkeeper.kernel import bulk

TABLES = (
    "directory_learner",
    "directory_searchentry",
    "directory_standing",
    "directory_groupmember",
    "directory_knownvalue",
    "licensing_profilechange",
    "licensing_operation",
    "accounts_account",
    "accounts_membership",
    "accounts_auditentry",
    "uploads_upload",
    "uploads_uploadline",
    "uploads_uploadproblem",
    "notices_mail",
    "notices_notice",
    "background_backgroundtask",
    "erasing_deletionkey",
    "erasing_deletionproblem",
)


def tidy() -> None:
    """The search's index without what was deleted from it, and the database's files without what no row holds any more."""
    tidy_after_bulk()
    bulk.overwrite_deleted(TABLES)
