"""The names under which a profile's values are kept, and what each value may be."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

STANDARD = (
    "preferred_first_name",
    "preferred_last_name",
    "work_title",
    "department_name",
    "job_function",
    "job_level",
    "worker_type",
    "country_code",
    "start_date",
    "location",
    "manager_primary_email_address",
    "manager_unique_user_id",
    "worker_status",
    "language",
)
CUSTOM_PREFIX = "attribute_"
EMPLOYMENT = ("active", "inactive")

# What almost every address looks like; anything else is left to Django's validator. The
# groups are atomic: the whole of a chunk is looked at in one call, without going back.
_COMMON = r"[a-z0-9][a-z0-9_+-]*+(?:\.[a-z0-9_+-]++)*+@(?>(?:[a-z0-9][a-z0-9-]{0,60}+(?<!-)\.)+[a-z]{2,63}+)"
COMMON_EMAIL = re.compile(_COMMON)
COMMON_EMAILS = re.compile(rf"(?>{_COMMON}\n)++")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as people read them: standard ones first, then custom ones by name. The two databases order keys otherwise."""
    standard = [key for key in STANDARD if key in values]
    return {key: values[key] for key in (*standard, *sorted(values.keys() - set(STANDARD)))}


def is_sound_email(address: str) -> bool:
    """`address` is trimmed and in lower case."""
    if COMMON_EMAIL.fullmatch(address):
        return len(address) <= 320
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def are_common_emails(addresses: Sequence[str]) -> bool:
    """Whether all of them look as almost every address does: if so, all are sound."""
    return COMMON_EMAILS.fullmatch("\n".join(addresses) + "\n") is not None and max(map(len, addresses)) <= 320


def sound_value(key: str, value: str) -> str | None:
    """The value as it is kept, or None where it is no value for this key."""
    if "\0" in value:
        return None
    match key:
        case "start_date":
            return value if _is_date(value) else None
        case "language":
            return value if LANGUAGE_TAG.fullmatch(value) else None
        case "worker_status":
            return value.lower() if value.lower() in EMPLOYMENT else None
        case "manager_primary_email_address":
            return value.lower() if is_sound_email(value.lower()) else None
        case _:
            return value


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
