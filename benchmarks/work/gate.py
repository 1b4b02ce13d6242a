"""Learners at the gate: signed-in sessions, a load of requests, and unassignments while others ask."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from benchmarks.figures import percentiles
from benchmarks.files import email
from benchmarks.load import Connection, load
from benchmarks.work.clicks import unassign
from benchmarks.work.product import organization
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock

SESSIONS = 5_000
PATH = "/courses/python/lesson-1.html?from=home"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAUSE_SECONDS = 0.1


def prepare(*, keys: str, people: int) -> dict[str, Any]:
    """100 contents, and learners from all over the organization signed in; the sessions' keys go to the file `keys`."""
    home = organization()
    for number in range(100):
        address = "/courses/python" if not number else f"/courses/other-{number}"
        words = {"title": f"Course {number}", "address": address, "license_types": ["learning"]}
        add_content(organization_id=home.id, **words, actor="bench", now=system_clock())
    some = sorted({number * people // SESSIONS & ~1 for number in range(SESSIONS)})  # even ones: no file unassigns them
    learners = {one.email: one for one in Learner.objects.filter(organization_id=home.id, email__in=map(email, some))}
    accounts = Account.objects.bulk_create(Account(email=address) for address in learners)
    Membership.objects.bulk_create(
        Membership(organization=home, account=account, learner=learners[account.email]) for account in accounts
    )
    sessions = [_session(account) for account in accounts]
    Session.objects.bulk_create(sessions)
    UserSession.objects.bulk_create(
        UserSession(user=account, ip="127.0.0.1", session_key=session.session_key, user_agent="bench")
        for account, session in zip(accounts, sessions, strict=True)
    )
    named = {account.email: session.session_key for account, session in zip(accounts, sessions, strict=True)}
    Path(keys).write_text(json.dumps(named), "utf-8")
    return {"sessions": len(named)}


def ask(*, address: str, keys: str, path: str, seconds: float, connections: int) -> dict[str, float]:
    """Requests a second, and milliseconds of them, at so many connections."""
    requests = [request_for(key, path) for key in json.loads(Path(keys).read_text("utf-8")).values()]
    parts = urlsplit(address)
    return load(str(parts.hostname), int(parts.port or 0), requests, seconds=seconds, connections=connections)


def refuse(*, address: str, keys: str, stop: str) -> dict[str, Any]:
    """Unassign one after the other until the file `stop` is there, and ask for them right after: from commit to refusal."""
    home, parts = organization(), urlsplit(address)
    waits: list[float] = []
    late = 0
    for learner, key in json.loads(Path(keys).read_text("utf-8")).items():
        if Path(stop).exists():
            break
        with Connection(str(parts.hostname), int(parts.port or 0)) as connection:
            asked = request_for(key, "/gate/check")
            assert connection.ask(asked) == 200, "not let in before"
            assert unassign(home.id, learner).counts["unassigned"] == 1
            begun = time.perf_counter()
            while connection.ask(asked) == 200:
                late += 1
            waits.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_SECONDS)
    return {"unassigned": len(waits), "late": late, **percentiles(waits), "p99": percentile(waits, 0.99)}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round((len(ordered) - 1) * share))]


def request_for(key: str, path: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", f"Cookie: seatkeeper_session={key}", f"X-Original-URI: {PATH}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _session(account: Account) -> Session:
    values = {
        SESSION_KEY: str(account.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: account.get_session_auth_hash(),
    }
    store = SessionStore()
    store._session_key = store._get_new_session_key()  # type: ignore[attr-defined]  # else each is a statement
    return Session(session_key=store.session_key, session_data=store.encode(values), expire_date=store.get_expiry_date())
