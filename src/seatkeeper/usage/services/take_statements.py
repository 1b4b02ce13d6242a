"""Take xAPI statements in: all of a request, or none."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from pydantic import ValidationError

from seatkeeper.kernel import bulk
from seatkeeper.usage.errors import BadStatement, StatementConflict
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told, is_too_late
from seatkeeper.usage.services.take_in import Taken, take_in
from seatkeeper.usage.statements import STATEMENTS
from seatkeeper.usage.telling import EARLIEST, LONGEST_LEARNER
from seatkeeper.usage.xapi import Statement, place_of_null, why_it_is_none
from seatkeeper.usage.xapi_facts import NobodyKnown, digest_of_statement, told_of_statement

IDS = {"sqlite": "sent.statement_id", "postgresql": "CAST(sent.statement_id AS uuid)"}


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement, as far as it matters here."""

    statement_id: uuid.UUID
    digest: str
    verb: str
    told: Told | None


@dataclass(frozen=True, slots=True)
class TakenStatements:
    """The ids in the order of the statements, and what became of the facts in them."""

    ids: Sequence[str]
    taken: Taken


def take_statements(*, organization_id: int, sent: Sequence[Any], now: datetime) -> TakenStatements:
    """Statements as JSON has them, in a fixed number of database statements.

    One that was taken before changes nothing.

    Raises:
        BadStatement: one is no statement, or two have one id.
        StatementConflict: one has the id of another one that was taken before.
    """
    found = [_understood(index, one, now) for index, one in enumerate(sent)]
    ids = [one.statement_id for one in found]
    if len(set(ids)) < len(ids):
        twice = next(index for index, one in enumerate(ids) if one in ids[:index])
        raise BadStatement(index=twice, field="id", why="two statements of a request have this id")
    facts = [one.told for one in found if one.told]
    with transaction.atomic():
        _know(organization_id, found, now)
        taken = take_in(organization_id=organization_id, facts=facts, source=Source.XAPI, now=now)
    return TakenStatements([str(one) for one in ids], taken)


def _know(organization_id: int, found: Sequence[Understood], now: datetime) -> None:
    """Raises StatementConflict."""
    where, named = {"organization": organization_id}, {"statement_id": IDS[connection.vendor]}
    bulk.temporary_table("sent", "statement_id text, digest text, verb text")
    bulk.insert_rows(
        "sent", ("statement_id", "digest", "verb"), [(one.statement_id.hex, one.digest, one.verb) for one in found]
    )
    new = STATEMENTS.execute("know_statements", where | {"now": now}, **named)
    conflicting = STATEMENTS.rows("conflicting_statement", where, **named) if new < len(found) else []
    for (statement_id,) in conflicting:
        raise StatementConflict(statement=str(uuid.UUID(statement_id)))


def _understood(index: int, sent: Any, now: datetime) -> Understood:
    """Raises BadStatement."""
    try:
        statement = Statement.model_validate(sent)
    except ValidationError as error:
        place, why = why_it_is_none(error)
        raise BadStatement(index=index, field=_place(place), why=why) from None
    if place := place_of_null(sent):
        raise BadStatement(index=index, field=_place(place), why="is null")
    statement_id = uuid.UUID(statement.id) if statement.id else uuid.uuid4()
    # An id of ours is another one each time: what is sent again without one is known by all that it says, and when.
    known_by = "" if statement.timestamp and not statement.id else str(statement_id)
    try:
        told = told_of_statement(statement, its_id=known_by, now=now)
    except NobodyKnown as unknown:
        why = "identifies nobody here: use mbox, or account with the unique user ID as its name"
        raise BadStatement(index=index, field=f"actor.{unknown}", why=why) from None
    for field, why in _faults(told, now) if told else ():
        raise BadStatement(index=index, field=field, why=why)
    return Understood(statement_id, digest_of_statement(sent), statement.verb.id, told)


def _faults(told: Told, now: datetime) -> Iterator[tuple[str, str]]:
    """What keeps a sound statement from being counted, and where."""
    if not 0 < len(told.learner.strip()) <= LONGEST_LEARNER:
        yield "actor.account.name", f"is empty, or longer than {LONGEST_LEARNER} characters"
    if not told.content.strip():
        yield "object.id", "names no content"
    if told.at is None or not EARLIEST <= told.at.date() < date.max:
        yield "timestamp", "lies before 1990, or too far ahead"
    elif is_too_late(told, now=now):
        yield "timestamp", "lies in the future"


def _place(parts: Sequence[str | int]) -> str:
    """As people write it, without the names of our own alternatives."""
    return ".".join(str(part) for part in parts if part not in ("Agent", "Group", "Activity", "StatementRef", "SubStatement"))
