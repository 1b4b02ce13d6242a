"""From what statements read what people did: roll-ups, or facts on the days of another time zone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from seatkeeper.kernel import bulk
from seatkeeper.kernel.sql import Statements
from seatkeeper.licensing.people import Person
from seatkeeper.reports.asked import Asked
from seatkeeper.usage.elsewhere import ROLL_UPS, Among, Source, facts_in
from seatkeeper.usage.services.owners import owners_of

STATEMENTS = Statements("seatkeeper.reports")


def source_of(asked: Asked) -> Source:
    """Of the people asked about. Raises FilterRefused."""
    return asked.once("source", _source)


def rows_of_people(name: str, asked: Asked, **fragments: str) -> list[tuple[Any, ...]]:
    """What a statement finds for the people asked about. Raises FilterRefused."""
    among, values = ("TRUE", {}) if asked.is_of_everyone else asked.condition("learner_id")
    return _rows(name, asked, source_of(asked), values, **fragments, among=among)


def rows_of_some(name: str, asked: Asked, ids: Sequence[int], **fragments: str) -> list[tuple[Any, ...]]:
    """What it finds for the people of a page."""
    among, value = bulk.is_one_of("learner_id", ids, "%(some)s")
    source = asked.once(f"facts of {ids}", lambda asked: _facts(asked, Among(ids))) if asked.is_elsewhere else ROLL_UPS
    return _rows(name, asked, source, {"some": value}, **fragments, among=among)


def last_days_of(asked: Asked, people: Sequence[Person]) -> dict[int, date | None]:
    """When each of the people of a page was last active."""
    if not asked.is_elsewhere:
        return {person.id: person.last_activity_on for person in people}
    rows = rows_of_some("last_day_of_each", asked, [person.id for person in people])
    return {learner_id: as_date(day) for learner_id, day in rows}


def last_day_of(asked: Asked) -> tuple[str, str]:
    """For a file: what is joined to learners and their standing, and the cell for the same day. Raises FilterRefused."""
    if not asked.is_elsewhere:
        return "", "standing.last_activity_on"
    return f" LEFT JOIN {source_of(asked).last_days} AS seen ON seen.learner_id = learner.id", "seen.day"


def period_of(asked: Asked) -> dict[str, Any]:
    """The organization and the days, for a statement: from `first` to `last`; with whole weeks or months, `from` … `to`."""
    whole = asked.period.whole(asked.step)
    days = {"first": asked.period.first, "last": asked.period.last, "from": whole.first, "to": whole.last}
    return {
        "organization": asked.organization_id,
        "content": asked.content_id,
        **{name: day.isoformat() for name, day in days.items()},
    }


def of_content(asked: Asked) -> dict[str, str]:
    """Of a statement, what it says of content: that it is the one asked about; nothing where it is about all."""
    return {"content": "" if asked.content_id is None else " AND content_id = %(content)s"}


def as_date(value: Any) -> date:
    """SQLite answers text."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _source(asked: Asked) -> Source:
    if not asked.is_elsewhere:
        return ROLL_UPS
    if asked.is_of_everyone:
        return _facts(asked, Among())
    if asked.few is not None:
        return _facts(asked, Among(asked.few))
    selection, _ = asked.selection()
    return _facts(asked, Among(selection=selection))


def _facts(asked: Asked, among: Among) -> Source:
    whole = asked.period.whole(asked.step)
    owners = asked.once("owners", lambda asked: owners_of(asked.organization_id))
    return facts_in(
        asked.zone,
        asked.organization_id,
        among=among,
        owners=owners,
        first=whole.first,
        last=whole.last,
        today=asked.today,
    )


def _rows(name: str, asked: Asked, source: Source, values: Mapping[str, Any], **fragments: str) -> list[tuple[Any, ...]]:
    parts = {
        "more": "",
        **fragments,  # first: in their text there may be others
        **of_content(asked),
        "days": source.days,
        "completions": source.completions,
        "facts": source.facts,
        "last_days": source.last_days,
    }
    return STATEMENTS.rows(name, {**period_of(asked), **values, **source.values}, **parts)
