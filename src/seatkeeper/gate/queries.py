"""What the gate asks of the database: one statement a request, without models, so that it costs little."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from seatkeeper.accounts.sessions import is_session_of
from seatkeeper.accounts.tokens import TokenScope, digest_of
from seatkeeper.gate.addresses import places_of
from seatkeeper.gate.rules import Answer, Held, Learner, Question, answer
from seatkeeper.kernel.prepared import fetch_prepared
from seatkeeper.kernel.sql import Statements

STATEMENTS = Statements("seatkeeper.gate")
IN_PATHS = {"sqlite": "IN (SELECT value FROM json_each(%(paths)s))", "postgresql": "= ANY(%(paths)s)"}
ASKED_FOR = ("id", "email", "unique_user_id")  # by what an application names a learner

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class About:
    """The content in question: by its number, or by an address and the host that the request was for."""

    content_id: int | None = None
    uri: str = ""
    host: str = ""
    organization: str = ""  # its slug; "": the only one there is


def answer_to_browser(*, session_key: str, about: About, now: datetime) -> Answer:
    """To whoever has this session, if anybody."""
    rows = _rows("asked_by_session", about, now=now, secret=session_key)
    return answer(_question(rows, is_known=bool(rows) and bool(rows[0][16]) and _is_signed_in(rows[0]), is_token=False))


def answer_to_application(*, token: str, asked_for: str, learner: str, about: About, now: datetime) -> Answer:
    """About the learner whose `asked_for` (one of ASKED_FOR) is `learner`."""
    named: str | int = learner.strip().lower() if asked_for == "email" else learner.strip()
    if asked_for == "id":
        named = int(learner) if learner.isascii() and learner.isdecimal() and len(learner) <= len(str(1 << 62)) else 0
    rows = _rows("asked_by_token", about, now=now, asked_for=asked_for, secret=digest_of(token), learner=named)
    is_known = bool(rows) and TokenScope.ACCESS in str(rows[0][6]).split()
    return answer(_question(rows, is_known=is_known, is_token=True))


def _rows(statement: str, about: About, *, now: datetime, asked_for: str = "", **values: Any) -> Sequence[Row]:
    host, paths = places_of(about.uri, about.host)
    by_id = about.content_id is not None
    parameters = values | {"now": now, "organization": about.organization}
    parameters |= {"content": about.content_id} if by_id else {"host": host, "paths": paths}
    sql = _composed(connection.vendor, statement, by_id, bool(about.organization), asked_for)
    return _fetched(sql, parameters)


def _fetched(sql: str, parameters: dict[str, Any]) -> Sequence[Row]:
    """By the driver itself, which keeps the statement ready: Django's cursors rewrite it and have it planned each time."""
    database = connections[DEFAULT_DB_ALIAS]  # not by way of its proxy, which looks it up at each touch
    database.ensure_connection()
    with database.wrap_database_errors:
        if database.vendor == "postgresql":
            return fetch_prepared(database.connection, sql, parameters)
        parameters["now"] = database.ops.adapt_datetimefield_value(parameters["now"])
        if "paths" in parameters:
            parameters["paths"] = json.dumps(parameters["paths"])
        rows: Sequence[Row] = database.connection.execute(sql, parameters).fetchall()
        return rows


@cache
def _composed(vendor: str, statement: str, by_id: bool, is_named: bool, asked_for: str) -> str:
    """In the driver's own spelling."""
    home = STATEMENTS.text("organization_named" if is_named else "organization_alone")
    of_content = STATEMENTS.text("organization_of_token") if asked_for else home
    found = "content_of_id" if by_id else "content_of_address"
    content = STATEMENTS.compose(found, in_paths=IN_PATHS[vendor], home=of_content)
    licenses = STATEMENTS.text("licenses")
    sql = STATEMENTS.compose(statement, content=content, home=home, licenses=licenses, asked_for=asked_for)
    return re.sub(r"%\((\w+)\)s", r":\1", sql) if vendor == "sqlite" else sql


def _is_signed_in(row: Row) -> bool:
    account_id, password, session_data = row[5:8]
    return account_id is not None and is_session_of(account_id=account_id, password=password, session_data=session_data)


def _question(rows: Sequence[Row], *, is_known: bool, is_token: bool) -> Question:
    if not rows:
        return Question(0, False, is_token, None, None, "", False, None, (), True)
    organization_id, content_id, title, is_free = rows[0][:4]
    learner_id, email, unique_user_id, suspended_at = rows[0][8:12]
    return Question(
        organization_id=organization_id,
        is_known_asker=is_known,
        is_token=is_token,
        learner=None if learner_id is None else Learner(learner_id, email, unique_user_id or ""),
        content_id=content_id,
        content_title=title or "",
        is_free=bool(is_free),
        suspended_at=_time(suspended_at),
        licenses=[Held(row[12], _time(row[13]), row[14] or "", bool(row[15])) for row in rows if row[4] is not None],
        learners_sign_in=bool(rows[0][16]),
    )


def _time(value: datetime | None) -> datetime | None:
    """SQLite gives it without its zone."""
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)
