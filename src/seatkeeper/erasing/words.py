"""Find people in text by what they are called, and put a mark in their place. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MARK = "[erased]"
SHORTEST = 4  # an id of fewer characters is a number like any other
FEW = 10  # for each of which a text is looked through
WORD = re.compile(r"[^\W_]+")
PLAIN = re.compile("[a-z0-9@._+', -]+")  # as it stands in JSON, too
SHORTEST_PART = 4
# What is no ASCII and becomes it when capitals are put aside: ß is ss, the sign of the kelvin a k.
BECOME_PLAIN = {character: "".join(PLAIN.findall(character.casefold())) for character in "ßİŉſǰẖẗẘẙẚẞ\u212aﬀﬁﬂﬃﬄﬅﬆ"}


@dataclass(frozen=True, slots=True)
class Traces:
    """One of these stands in each text that names somebody: a part of what they are called, or a character such as ß."""

    parts: tuple[str, ...]
    characters: tuple[str, ...]


class Words:
    """Addresses, ids and full names: found wherever they stand as whole words, in capitals or not."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = {key.strip().casefold() for key in keys if len(key.strip()) >= SHORTEST}
        self.by_first: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        self.telling: set[str] = set()  # a word of each
        for key in self.keys:
            found = list(WORD.finditer(key))
            if found:
                self.by_first[found[0][0]].add((len(found), key[found[0].start() : found[-1].end()]))
                self.telling.add(_telling(key, [word[0] for word in found]))

    def are(self, cell: str) -> bool:
        """Whether a cell holds somebody's address, id or name and nothing else."""
        return cell.strip().removeprefix("'").casefold() in self.keys

    def may_stand_in(self, text: str) -> bool:
        """A quick look, also at JSON or CSV; False is certain."""
        folded = text.casefold()
        if len(self.telling) > FEW:
            return not self.telling.isdisjoint(WORD.findall(folded))
        return any(word in folded for word in self.telling)

    def may_stand_in_lines(self, lines: str) -> bool:
        """The same of many lines at once; True without a look where people are many, of whom some stand there."""
        return len(self.telling) > FEW or self.may_stand_in(lines)

    def traces(self) -> Traces | None:
        """By which a database finds the texts to look at. None: it can't, for they are many, or written in another script."""
        if len(self.keys) > FEW:
            return None
        parts = sorted(max(PLAIN.findall(key), key=len, default="").strip() for key in self.keys)
        if min(map(len, parts), default=0) < SHORTEST_PART:
            return None
        special = [character for character, plain in BECOME_PLAIN.items() if any(plain in part for part in parts)]
        return Traces(tuple(parts), tuple(special))

    def erased_from(self, text: str) -> str:
        """The text, with the mark in place of each of them."""
        if not self.may_stand_in(text):
            return text
        found = list(WORD.finditer(text))
        parts, end, at = [], 0, 0
        while at < len(found):
            length = self._length_at(text, found, at)
            if length:
                parts += [text[end : found[at].start()], MARK]
                at += length
                end = found[at - 1].end()
            else:
                at += 1
        return "".join([*parts, text[end:]]) if parts else text

    def erased_from_json(self, value: Any) -> Any:
        """The same for each string in a value."""
        if isinstance(value, str):
            return self.erased_from(value)
        if isinstance(value, list):
            return [self.erased_from_json(item) for item in value]
        if isinstance(value, dict):
            return {key: self.erased_from_json(item) for key, item in value.items()}
        return value

    def erased_from_profile(self, values: dict[str, str | None]) -> dict[str, str | None]:
        """A value that is one of them goes: a manager's address, say, must stay an address."""
        return {key: value and self.erased_from(value) for key, value in values.items() if value is None or not self.are(value)}

    def _length_at(self, text: str, found: list[re.Match[str]], at: int) -> int:
        """How many words the longest of them takes that begins here; 0: none does."""
        longest = 0
        for length, key in self.by_first.get(found[at][0].casefold(), ()):
            if length > longest and at + length <= len(found):
                part = text[found[at].start() : found[at + length - 1].end()]
                if part.casefold() == key:
                    longest = length
        return longest


def _telling(key: str, words: Sequence[str]) -> str:
    """The longest word; of an address not one of its domain, which many people share, if it has another that tells."""
    own = max(WORD.findall(key.partition("@")[0]), key=len, default="")
    return own if "@" in key and len(own) >= SHORTEST else max(words, key=len)
