"""By what facts that wait for content are found again, once that content is there. Pure.

A place is a path, a title in small letters, or a number: whatever the words of a teller, or of content, come to. Those
of content lead to all facts that could be meant; whether they are is found out as for any fact (`services/known.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from seatkeeper.gate.addresses import places_of
from seatkeeper.gate.titles import title_key

LONGEST_PLACE = 500  # characters, as PostgreSQL's indexes hold no long ones: beyond, places are one
MOST_DIGITS = 18
SLASH, AFTER_SLASH = "/", "0"


@dataclass(frozen=True, slots=True)
class Places:
    """These ones, and all from one on up to another one that no longer belongs to them."""

    among: Sequence[str]
    since: str
    until: str


def place_of_words(word: str) -> str:
    """Where what is told of this content waits."""
    name = word.strip()
    if is_number(name):
        return str(int(name))
    if not is_address(name.lower()):
        return title_key(name)
    paths = places_of(name)[1]
    return paths[-1][:LONGEST_PLACE] if paths else title_key(name)


def places_leading_to(*, content_id: int, title: str, path: str) -> Places:
    """Where facts of this content may wait: under its number, its title, its path, and all paths below that."""
    among = (str(content_id), place_of_words(title), path[:LONGEST_PLACE])
    way = path.rstrip(SLASH)[:LONGEST_PLACE]
    return Places(among, since=way + SLASH, until=way + AFTER_SLASH)


def is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS


def is_address(word: str) -> bool:
    return word.startswith(("/", "http://", "https://"))
