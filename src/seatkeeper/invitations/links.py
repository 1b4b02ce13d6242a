"""The link of an invitation: chance and a signature. It is made when it is needed and kept nowhere.

The database has the half that names the invitation; the other half is a digest of it under this installation's
secret key. So neither the database nor a backup of it opens anything (docs/decisions/0031).
"""

import base64
import binascii
import uuid

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "seatkeeper.invitations.link"
KEY_BYTES, MARK_BYTES = 16, 16


def path_of(key: uuid.UUID, name: str = "invitation") -> str:
    return reverse(name, args=[token_of(key)])


def token_of(key: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(key.bytes + _mark(key.bytes)).rstrip(b"=").decode()


def key_in(token: str) -> uuid.UUID | None:
    """None where it was not made here."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(raw) != KEY_BYTES + MARK_BYTES:
        return None
    key = uuid.UUID(bytes=raw[:KEY_BYTES])
    return key if constant_time_compare(token, token_of(key)) else None


def _mark(key: bytes) -> bytes:
    return salted_hmac(SALT, key, algorithm="sha256").digest()[:MARK_BYTES]
