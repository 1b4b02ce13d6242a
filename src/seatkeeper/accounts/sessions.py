"""Whose a session is: what Django's sign-in checks, on values that the caller has read already."""

from functools import lru_cache

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare, salted_hmac

# As `AbstractBaseUser.get_session_auth_hash` says; to make an account only to ask it would take longer than all the rest.
AUTH_HASH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

MOST_REMEMBERED = 8_192  # of each process, about 8 MB

_store = SessionStore()


@lru_cache(maxsize=MOST_REMEMBERED)
def is_session_of(*, account_id: int, password: str, session_data: str) -> bool:
    """Whether the session signs this account in, with the password that it has now.

    Follows from these values alone, which come from the database each time: so what came out before is remembered.
    """
    session = _store.decode(session_data)
    if session.get(SESSION_KEY) != str(account_id) or BACKEND_SESSION_KEY not in session:
        return False
    now_due = salted_hmac(AUTH_HASH_SALT, password, algorithm="sha256").hexdigest()
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), now_due)
