"""Whom a sign-in of the organization is about: decisions on plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

VERIFIED = (True, "true")  # some providers send the word
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider says of somebody. `email`: only where it says that it is verified."""

    subject: str
    email: str = ""
    unique_user_id: str = ""
    first_name: str = ""
    last_name: str = ""


class Refusal(StrEnum):
    """Why somebody is not let in."""

    UNKNOWN = "unknown"  # nobody has this address or id
    TWO_PROFILES = "two_profiles"  # two are theirs: an admin joins them
    CONNECTED = "connected"  # the profile is connected with another sign-in


def identity_of(subject: str, claims: Mapping[str, Any], *, verified_email: str, id_claim: str) -> Identity:
    """Claims as OpenID Connect Core section 5.1 names them; `id_claim`: which of them is the unique user id."""
    return Identity(
        subject=subject,
        email=verified_email.strip().lower(),
        unique_user_id=_text(claims, id_claim) if id_claim else "",
        first_name=_text(claims, "given_name")[:LONGEST_NAME],
        last_name=_text(claims, "family_name")[:LONGEST_NAME],
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return str(value).strip().replace("\0", "") if isinstance(value, str | int) and not isinstance(value, bool) else ""
