"""Overwrite the room that erased rows took."""

from seatkeeper.directory.services.find import tidy_after_bulk
from seatkeeper.erasing.places import PLACES
from seatkeeper.kernel import bulk

ROWS_GO = (
    "directory_searchentry",
    "directory_standing",
    "directory_groupmember",
    "directory_knownvalue",
    "accounts_account",
    "accounts_membership",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialtoken",
    "usersessions_usersession",
    "invitations_joining",
    "erasing_deletionkey",
)
TABLES = tuple(sorted({*ROWS_GO, *(place.table for place in PLACES)}))


def tidy() -> None:
    """The search's index without what was deleted from it, and the database's files without what no row holds any more."""
    tidy_after_bulk()
    bulk.overwrite_deleted(TABLES)
