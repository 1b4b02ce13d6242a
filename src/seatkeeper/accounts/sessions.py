"""Whose a session is: what Django's sign-in checks, on values that the caller has read already."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

from seatkeeper.accounts.models import Account


def is_session_of(*, account_id: int, password: str, session_data: str) -> bool:
    """Whether the session signs this account in, with the password that it has now."""
    session = SessionStore().decode(session_data)
    if session.get(SESSION_KEY) != str(account_id) or BACKEND_SESSION_KEY not in session:
        return False
    now_due = Account(password=password).get_session_auth_hash()
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), now_due)
