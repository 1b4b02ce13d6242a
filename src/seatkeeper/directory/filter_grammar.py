"""The filter grammar: text in, terms out. Pure. docs/how-to/filters.md says it in the reader's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.terms import Term, license_terms

MAX_TERMS = 50
CUSTOM = "attribute."
SEARCH = ""  # the name of a term that is words to search for
KEYS = ("email", "id", "group", "active-within", "suspended")
YES, NO = "yes", "no"
MOST_DAYS = 36_500
ATTRIBUTES = {"department": "department_name", "title": "work_title"} | {key: key for key in STANDARD}
SHOWN = (*KEYS, "department", "location", "title", "attribute.NAME")

BLANK = re.compile(r"\s*")
QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
BARE_NAME = re.compile(r'[^\s":]*')
BARE_VALUE = re.compile(r'[^\s"]*')
BLANK_OR_QUOTE = re.compile(r'[\s"]')
NAME_IN_QUOTES = re.compile(r'[\s":]')
UNREADABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter asks for, all of it: single terms, and license terms that speak of one license."""

    text: str
    terms: tuple[Term, ...]
    license_groups: tuple[tuple[Term, ...], ...]


def parse_filter(text: str) -> Filter:
    """Read a filter; nothing in it means everyone.

    Raises:
        FilterRefused: with the index of the character where the fault begins.
    """
    if unreadable := UNREADABLE.search(text):
        raise FilterRefused("a character in it is not text", text=text, at=unreadable.start())
    terms: list[Term] = []
    groups: list[list[Term]] = []
    follows_license_term = False
    for term in _terms(text):
        if len(terms) + sum(map(len, groups)) == MAX_TERMS:
            raise FilterRefused(f"it has more than {MAX_TERMS} terms", text=text, at=term.at)
        is_license_term = term.name in license_terms().names
        if not is_license_term:
            terms.append(term)
        elif follows_license_term and all(term.name != other.name for other in groups[-1]):
            groups[-1].append(term)
        else:
            groups.append([term])
        follows_license_term = is_license_term
    return Filter(text, tuple(terms), tuple(map(tuple, groups)))


def parts_of(text: str) -> list[str]:
    """The terms of a filter as they are written, minus and quotes included. Raises FilterRefused."""
    starts = [term.at for term in _terms(text)]
    return [text[start:end].strip() for start, end in pairwise([*starts, len(text)])]


def written(name: str, value: str) -> str:
    """A term as it has to be written."""
    value = " ".join(value.split())
    if not value or BLANK_OR_QUOTE.search(value):
        value = '"' + value.replace('"', '""') + '"'
    custom = name.removeprefix(CUSTOM)
    if name.startswith(CUSTOM) and NAME_IN_QUOTES.search(custom):
        name = CUSTOM + '"' + custom.replace('"', '""') + '"'
    return f"{name}:{value}"


def folded_name(name: str) -> str:
    """The name of a custom attribute as its key has it: case and blanks around `_` make no difference."""
    return re.sub(r"\s*_\s*", "_", re.sub(r"\s+", " ", name.strip().lower()))


def is_number_of_days(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 9 and 0 < int(value) <= MOST_DAYS


def _terms(text: str) -> Iterator[Term]:
    at = _blank(text, 0)
    while at < len(text):
        term, end = _term(text, at)
        _check(term, text)
        yield term
        at = _blank(text, end)


def _blank(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at


def _term(text: str, start: int) -> tuple[Term, int]:
    is_negated = text[start] == "-"
    at = start + is_negated
    if is_negated and (at == len(text) or text[at].isspace() or text[at] == "-"):
        raise FilterRefused("there is nothing to negate after the minus", text=text, at=start)
    if text[at] == '"':
        phrase, end = _quoted(text, at)
        return Term(SEARCH, phrase, start, at, is_negated, is_quoted=True), end
    name, end = _name(text, at)
    if end == len(text) or text[end] != ":":
        return Term(SEARCH, name, start, at, is_negated), end
    known_name, value_at = _known(name, text, at), end + 1
    value, end = _value(text, value_at)
    return Term(known_name, value, start, value_at, is_negated), end


def _name(text: str, at: int) -> tuple[str, int]:
    """Up to a colon, a blank or the end; a custom attribute's name may be in quotes."""
    found = BARE_NAME.match(text, at)
    end = found.end() if found else at
    name = text[at:end]
    if name.lower() == CUSTOM and text.startswith('"', end):
        quote_at = end
        custom, end = _quoted(text, end, before=":")
        if not text.startswith(":", end):
            raise FilterRefused("a colon and a value are missing after the name", text=text, at=quote_at)
        return name + custom, end
    if text.startswith('"', end):
        raise FilterRefused("a quote stands in the middle of a word", text=text, at=end)
    return name, end


def _known(name: str, text: str, at: int) -> str:
    folded = name.lower()
    names = license_terms().names
    if folded in KEYS or folded in names:
        return folded
    if folded in ATTRIBUTES:
        return ATTRIBUTES[folded]
    if folded.startswith(CUSTOM) and folded_name(name[len(CUSTOM) :]):
        return CUSTOM_PREFIX + folded_name(name[len(CUSTOM) :])
    known = [*names, *SHOWN, *(key for key in STANDARD if key not in SHOWN)]
    if not name:
        raise FilterRefused("a name is missing before the colon", text=text, at=at, known=known)
    raise FilterRefused(f'nothing is called "{name}" (words with a colon need quotes)', text=text, at=at, known=known)


def _value(text: str, at: int) -> tuple[str, int]:
    if text.startswith('"', at):
        return _quoted(text, at)
    found = BARE_VALUE.match(text, at)
    end = found.end() if found else at
    if text.startswith('"', end):
        raise FilterRefused("a quote stands in the middle of a value", text=text, at=end)
    if end == at:
        raise FilterRefused("a value is missing after the colon", text=text, at=at)
    return text[at:end], end


def _quoted(text: str, at: int, before: str = "") -> tuple[str, int]:
    """What stands in quotes, where "" is one quote; then a blank, the end or `before`."""
    found = QUOTED.match(text, at)
    if found is None:
        raise FilterRefused("a quote is not closed", text=text, at=at)
    if not found[1].strip():
        raise FilterRefused("there is nothing between the quotes", text=text, at=at)
    end = found.end()
    if end < len(text) and not text[end].isspace() and text[end] != before:
        raise FilterRefused("a blank is missing after the closing quote", text=text, at=end)
    return found[1].replace('""', '"'), end


def _check(term: Term, text: str) -> None:
    if term.name == "active-within" and not is_number_of_days(term.value):
        raise FilterRefused(f"active-within: takes a number of days from 1 to {MOST_DAYS:,}", text=text, at=term.value_at)
    if term.name == "suspended" and term.value.strip().lower() not in (YES, NO):
        raise FilterRefused("suspended: is one of", text=text, at=term.value_at, known=[YES, NO])
    if term.name in license_terms().names:
        license_terms().check(term, text)
