"""The root of every error that Seatkeeper raises on purpose."""

import re
from collections.abc import Iterable
from typing import ClassVar

NEEDS_QUOTES = re.compile(r'[\s,"]')


class SeatkeeperError(Exception):
    """A request we understood and will not carry out; subclasses say why.

    Carries facts as attributes; the text given to `Exception` is for logs. Sentences
    for people are made at the edge from `code` and the facts.
    """

    code: ClassVar[str] = "refused"


class WrongUsage(SeatkeeperError):
    """The request itself is malformed: nobody could carry it out."""

    code = "wrong_usage"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence, after one another. Those with a blank or a comma stand in quotes, as a filter takes them."""
    return ", ".join('"' + name.replace('"', '""') + '"' if NEEDS_QUOTES.search(name) else name for name in names)
