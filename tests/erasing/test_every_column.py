"""Each column that holds text is one from which people are erased, or one that names nobody: a new one is to be considered."""

from django.apps import apps
from django.db import models

from seatkeeper.erasing.places import PLACES
from seatkeeper.erasing.services.tidy import TABLES

TEXT = (models.TextField, models.CharField, models.JSONField, models.GenericIPAddressField)

# Whose rows, or columns, go with the person: see `erasing/sql/erase.sql` and `accounts/services/erase.py`.
GO_WITH_THE_PERSON = {
    "directory_learner": {"email", "unique_user_id"},
    "directory_searchentry": {"text", "name", "codes"},
    "directory_knownvalue": {"key", "value"},
    "uploads_uploadline": {"email", "unique_user_id"},
    "notices_mail": {"recipient"},
    "invitations_joining": {"email"},
    "erasing_deletionkey": {"text"},
    "accounts_account": {"email", "name", "language", "password"},
    "accounts_membership": {"name"},
    "account_emailaddress": {"email"},
    "account_emailconfirmation": {"key"},
    "mfa_authenticator": {"data"},
    "socialaccount_socialaccount": {"provider", "uid", "extra_data"},
    "socialaccount_socialtoken": {"token", "token_secret"},
    "usersessions_usersession": {"ip", "session_key", "user_agent", "data"},
}
# What an organization calls its things and writes to its people, and codes, marks and numbers of ours.
NAMES_NOBODY = {
    "directory_organization": {"slug", "name"},
    "directory_organizationsettings": {"language", "time_zone", "invitation_subject", "invitation_text", "contact"},
    "directory_group": {"key", "name"},
    "directory_attribute": {"key", "name"},
    "licensing_budgetgroup": {"key", "name"},
    "licensing_licensetype": {"key", "name"},
    "licensing_licensepool": {"key"},
    "gate_content": {"title", "title_key", "address", "host", "path"},
    "invitations_invitationtext": {"name", "subject", "text"},
    "invitations_joinlink": {"domains"},
    "licensing_mergedprofile": {"memberships", "claims", "activity"},
    "licensing_operation": {"counts"},
    "usage_waitingfact": {"content", "place"},
    "reports_savedreport": {"report", "schedule"},
    "usage_usagefile": {"stored_name"},
    "usage_usagefileproblem": {"column"},
    "uploads_upload": {"stored_name", "counts"},
    "uploads_uploadline": {"wishes"},
    "uploads_uploadproblem": {"column"},
    "erasing_deletionproblem": {"column"},
    "notices_mail": {"message_id"},
    "background_worker": {"name"},
    "licensing_skipped": {"reason"},
    "accounts_apitoken": {"scopes", "ending"},
    "django_session": {"session_key", "session_data"},
}
CODES = {
    *("kind", "status", "state", "phase", "verb", "source", "action", "code", "activation", "permission"),
    *("digest", "lease", "type", "step", "span"),
}
NOT_OURS = {"auth_permission", "auth_group", "django_content_type", "socialaccount_socialapp"}


def test_every_column_with_text_is_considered() -> None:
    considered = {(place.table, name) for place in PLACES for name in columns_of(place)}
    for tables in (GO_WITH_THE_PERSON, NAMES_NOBODY):
        considered |= {(table, name) for table, names in tables.items() for name in names}
    there = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and model._meta.db_table not in NOT_OURS
    }
    left = {(table, name) for table, name in there - considered if name not in CODES}

    assert left == set(), "erase people from these, see erasing/places.py; or say here that they name nobody"
    assert considered - there == set()


def test_each_table_from_which_people_go_is_tidied() -> None:
    assert {*GO_WITH_THE_PERSON, *(place.table for place in PLACES)} - {*TABLES} == set()


def columns_of(place: object) -> list[str]:
    kinds = ("texts", "json", "profiles", "patches", "wholes")
    return [name for kind in kinds for name in getattr(place, kind)]
