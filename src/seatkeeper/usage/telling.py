"""From the words of a file or an application to what is told, or to what is wrong with them. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from seatkeeper.usage.models import FactKind
from seatkeeper.usage.rules import MOST_SECONDS, Told, is_too_late

EARLIEST = date(1990, 1, 1)  # before it a day is a slip of the pen
LONGEST_LEARNER, LONGEST_CONTENT, LONGEST_ID = 320, 2_000, 500
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})
LEARNER, CONTENT, DAY, SECONDS, COMPLETED, ID = "learner", "content", "day", "seconds", "completed", "id"
NEEDED = (LEARNER, CONTENT, DAY, SECONDS, COMPLETED)
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. The code is one of `uploads.messages.SENTENCES`."""

    field: str
    code: str
    detail: str = ""


def told_of_words(words: Mapping[str, str], *, now: datetime) -> Told | Fault:
    """Of the cells of a line, by column; the first thing that is wrong with them."""
    fault = next(_faults_of_names(words[LEARNER], words[CONTENT], words.get(ID, "")), None)
    if fault:
        return fault
    day, seconds, completed = _day(words[DAY]), _seconds(words[SECONDS]), words[COMPLETED].lower()
    if day is None or day < EARLIEST:
        return Fault(DAY, "USAGE_DAY", words[DAY])
    if seconds is None:
        return Fault(SECONDS, "USAGE_SECONDS", words[SECONDS])
    if completed not in YES and completed not in NO:
        return Fault(COMPLETED, "USAGE_COMPLETED", words[COMPLETED])
    told = a_day_of(
        words[LEARNER], words[CONTENT], day=day, seconds=seconds, is_completed=completed in YES, its_id=words.get(ID, "")
    )
    return Fault(DAY, "USAGE_DAY_AHEAD", words[DAY]) if is_too_late(told, now=now) else told


def told_of_values(values: object, *, now: datetime) -> Told | Fault:
    """Of an object that an application sent, its values in the types of JSON."""
    if not isinstance(values, dict):
        return Fault("", "USAGE_ITEM")
    fault = next(_faults_of_values(values), None)
    if fault:
        return fault
    day, at = _day(values.get(DAY, "")), _time(values.get("at", ""))
    if (day is None) == (at is None) or (day is not None and day < EARLIEST):
        return Fault("at" if "at" in values else DAY, "USAGE_WHEN")
    told = a_day_of(
        str(values[LEARNER]),
        str(values[CONTENT]),
        day=day,
        at=at,
        seconds=values.get(SECONDS, 0),
        is_completed=values.get(COMPLETED, False),
        its_id=values.get(ID, ""),
    )
    return Fault("at" if at else DAY, "USAGE_DAY_AHEAD") if is_too_late(told, now=now) else told


def a_day_of(
    learner: str,
    content: str,
    *,
    day: date | None = None,
    at: datetime | None = None,
    seconds: int,
    is_completed: bool,
    its_id: str,
) -> Told:
    """Whoever is told of was there, so it is a view, too."""
    return Told(
        learner=learner.strip(),
        content=content.strip(),
        kind=FactKind.COMPLETED if is_completed else FactKind.VIEWED,
        day=day,
        at=at,
        seconds=seconds,
        views=1,
        completions=int(is_completed),
        id=its_id.strip(),
    )


def time_of(text: str) -> datetime | None:
    """ISO 8601, with day and time; without a zone it is UTC. None: it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("2026-03-04") or text.endswith(("-00", "-00:00", "-0000")):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def is_text(word: str) -> bool:
    """Whether both databases can keep it."""
    return "\0" not in word and (word.isascii() or not SURROGATE.search(word))


def _faults_of_names(learner: str, content: str, its_id: str) -> Iterator[Fault]:
    for field, word, longest in ((LEARNER, learner, LONGEST_LEARNER), (CONTENT, content, LONGEST_CONTENT)):
        if not word.strip() or len(word) > longest:
            yield Fault(field, f"USAGE_{field.upper()}")
    if len(its_id) > LONGEST_ID:
        yield Fault(ID, "USAGE_ID")


def _faults_of_values(values: Mapping[str, object]) -> Iterator[Fault]:
    known = {*NEEDED, "at", ID}
    yield from (Fault(str(name)[:100], "USAGE_FIELD") for name in values if name not in known)
    for field in (LEARNER, CONTENT):
        value = values.get(field)
        if isinstance(value, bool) or not isinstance(value, str | int):
            yield Fault(field, f"USAGE_{field.upper()}")
    for field in (DAY, "at", ID):
        if not isinstance(values.get(field, ""), str):
            yield Fault(field, "USAGE_ID" if field == ID else "USAGE_WHEN")
    seconds = values.get(SECONDS, 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= MOST_SECONDS:
        yield Fault(SECONDS, "USAGE_SECONDS")
    if not isinstance(values.get(COMPLETED, False), bool):
        yield Fault(COMPLETED, "USAGE_COMPLETED")
    names = [str(values.get(field, "")) for field in (LEARNER, CONTENT, ID)]
    yield from (
        Fault(field, "USAGE_TEXT") for field, name in zip((LEARNER, CONTENT, ID), names, strict=True) if not is_text(name)
    )
    yield from _faults_of_names(*names)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _time(text: str) -> datetime | None:
    at = time_of(text)
    return None if at is None or not EARLIEST <= at.date() < date.max - timedelta(days=2) else at


def _seconds(text: str) -> int | None:
    if not text:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(MOST_SECONDS)):
        return None
    return int(text) if int(text) <= MOST_SECONDS else None
