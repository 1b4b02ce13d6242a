"""The folded text by which a learner is found, and the terms to look for in it. Pure.

The text is ASCII only, so that SQLite's FTS5 and PostgreSQL's pg_trgm see the same groups
of three letters whatever the database's locale is:

* lower case, without accents; two blanks before each word: "  ana  muller  ana1VcorpWexampleWcom";
* @ . - _ are the capitals V W X Y (pg_trgm would cut words there); any other character is
  Z and four capitals from A to U;
* four or more zeros in a row add words such as Z0e, Z0f (groups of three cannot tell long
  rows of zeros apart).

What is looked for is folded alike, so capitals in the text are met only by what they stand for.

Names are sorted by the same, with ~ for Z: Latin letters with accents beside those without, digits before them, other
scripts after them, each by its own characters.
"""

import re
import unicodedata
from collections.abc import Iterable

DIGITS = "ABCDEFGHIJKLMNOPQRSTU"
LETTERS_NOT_ACCENTS = (0, 7, 8, 9)  # combining classes: vowel signs, nukta, kana voicing, virama
SPECIAL = dict(zip("øłđħıŧŋĸəƒɓɗƙƴǝɛɔð", "oldhitnkefbdkyeeod", strict=True)) | {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ß": "ss",
    **dict.fromkeys("\u2019\u2018\u02bc\u02bb\u201b\u02b9\u2032`\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("・·、，。；｡､", " "),  # noqa: RUF001  meant as they are
}
ASCII = {"@": "V", ".": "W", "-": "X", "_": "Y", "`": "'", ",": " ", ";": " ", '"': " "}
INNER = re.compile(r"[X'W]+")  # hyphen, apostrophe, full stop
UNIT = re.compile(r"Z[A-U]{4}|[^\n]")
ZEROS = re.compile("0{4,}")
MOST_ZEROS = 20


class _Folding(dict[int, str]):
    """What each character becomes, for `str.translate`; worked out when first met."""

    def __missing__(self, point: int) -> str:
        plain = "".join(_without_accents(chr(point)))
        # Hangul and voiced kana become whole again.
        self[point] = folded = "".join(map(_ascii, unicodedata.normalize("NFC", plain)))
        return folded


_FOLDING = _Folding()
_FOLDING_LINES = _Folding({ord("\n"): "\n"})


def fold(value: str) -> str:
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return value.translate(_FOLDING)


def fold_each(values: list[str]) -> list[str]:
    """`fold` of each of them, at one go."""
    joined = "\n".join(values)
    if joined.count("\n") >= len(values):
        joined = "\n".join([value.replace("\n", " ") for value in values])
    if not joined.isascii():
        joined = unicodedata.normalize("NFKC", joined)
    return joined.translate(_FOLDING_LINES).split("\n") if values else []


def sorts_as(folded: str) -> str:
    """By what a folded name is sorted: ~ is the last character of ASCII, Z stands before all letters."""
    return folded.replace("Z", "~")


def text_of(*, names: str, others: str) -> str:
    """The text of a learner: `names` count also by their parts after a hyphen, an apostrophe or a full stop."""
    return text_of_folded(fold(names), fold(others))


def text_of_folded(name: str, others: str) -> str:
    """The same of what is folded already."""
    parts = ""
    if "X" in name or "'" in name or "W" in name:
        parts = " ".join([part for word in name.split() for part in INNER.split(word)[1:]])
    text = "  " + "  ".join(f"{name} {parts} {others}".split())
    return text + ZERO_WORDS[_longest_zeros(text)] if "0000" in text else text


def terms_of(words: str) -> list[str]:
    """Strings that the text must hold, all of them; [] when there is nothing to look for."""
    terms: dict[str, None] = {}
    for word in fold(words).split():
        terms |= dict.fromkeys(_terms([word]))
    return _without_parts(terms)


def terms_of_phrase(words: str) -> list[str]:
    """The same for words that must follow one another."""
    return _without_parts(_terms(fold(words).split()))


def _without_accents(character: str) -> Iterable[str]:
    for folded in unicodedata.normalize("NFKD", character).casefold():
        for part in unicodedata.normalize("NFKD", folded):
            if unicodedata.combining(part) in LETTERS_NOT_ACCENTS:
                yield SPECIAL.get(part, part)


def _ascii(character: str) -> str:
    if character in ASCII:
        return ASCII[character]
    if character.isspace() or character < " " or character == "\x7f":
        return " "
    if character.isascii():
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn"):
        return ""
    return _code(ord(character))


def _code(number: int) -> str:
    code = ""
    for _ in range(4):
        number, digit = divmod(number, len(DIGITS))
        code = DIGITS[digit] + code
    return "Z" + code


def _longest_zeros(text: str) -> int:
    return min(max(map(len, ZEROS.findall(text))), MOST_ZEROS)


def _zeros(run: int) -> str:
    return "Z0" + chr(ord("a") + run)


ZERO_WORDS = tuple("".join("  " + _zeros(run) for run in range(4, longest + 1)) for longest in range(MOST_ZEROS + 1))


def _terms(words: list[str]) -> list[str]:
    """For words that follow one another. One or two letters count at a word's beginning only."""
    if not any(map(_says_something, words)):
        return []
    text = "  ".join(words).strip("' ")
    units = UNIT.findall(text.split()[0])
    is_found_anywhere = len(units) > 2 or (len(units) == 2 and any(map(_is_cjk, units)))
    terms = [text if is_found_anywhere else "  " + text]
    if "0000" in terms[0]:
        terms.append(_zeros(_longest_zeros(terms[0])))
    return terms


def _says_something(word: str) -> bool:
    return any(unit.isalnum() and unit not in "VWXY" for unit in UNIT.findall(word))


def _is_cjk(unit: str) -> bool:
    """Whether it is a character of Chinese, Japanese or Korean, where two make a word."""
    if len(unit) < 5:
        return False
    point = 0
    for digit in unit[1:]:
        point = point * len(DIGITS) + DIGITS.index(digit)
    return 0x1100 <= point <= 0x11FF or 0x2E80 <= point <= 0xD7FF or 0xF900 <= point <= 0xFAFF or point >= 0x20000


def _without_parts(terms: Iterable[str]) -> list[str]:
    """A term within another one says nothing."""
    return [term for term in terms if not any(term in other for other in terms if other != term)]
