"""Where a learner sees and answers what they have on a pool: a link that says which, and that we made it."""

import base64
import binascii
import struct
from dataclasses import dataclass

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "seatkeeper.invitations.claim"
IDS = struct.Struct(">QQQ")
MARK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Named:
    """Of whom, and of which pool, a link speaks."""

    organization_id: int
    pool_id: int
    learner_id: int


def claim_path(named: Named) -> str:
    return reverse("learn_license", args=[claim_token(named)])


def claim_token(named: Named) -> str:
    """Numbers and a signature: nothing personal."""
    raw = IDS.pack(named.organization_id, named.pool_id, named.learner_id)
    mark = salted_hmac(SALT, raw, algorithm="sha256").digest()[:MARK_BYTES]
    return base64.urlsafe_b64encode(raw + mark).decode()


def named_in(token: str) -> Named | None:
    """None where it was not made here."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(raw) != IDS.size + MARK_BYTES:
        return None
    named = Named(*IDS.unpack(raw[: IDS.size]))
    return named if constant_time_compare(token, claim_token(named)) else None
