"""Find out how a file is written: encoding, delimiter. Sources: docs/how-to/csv-file.md, RFC 4180."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from seatkeeper.uploads.errors import FileRefused

BLOCK_BYTES = 1 << 20
HEADER_CHARACTERS = 1 << 16
DELIMITERS = (",", ";", "\t")
UNDECODABLE = re.compile("[\udc80-\udcff]")
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BINARY_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"SQLite format 3")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes become text."""

    name: str
    assumed: bool  # nothing in the file says so
    has_faults: bool  # some bytes are no text in it, or are NUL


def find_encoding(path: Path) -> Encoding:
    """Read the file once, in blocks.

    Raises:
        FileRefused: the file is empty, or no text at all.
    """
    with path.open("rb") as file:
        start = file.read(BLOCK_BYTES)
        if not start.strip(b"\xef\xbb\xbf\xff\xfe\r\n\t ,;\0"):
            raise FileRefused("EIS_UPLOAD_FILE_EMPTY_VALIDATION_ERROR")
        if start.startswith(BINARY_SIGNATURES):
            raise FileRefused("EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR")
        marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
        file.seek(0)
        if marked == "utf-16":
            return Encoding("utf-16", assumed=False, has_faults=_has_faults(file, "utf-16"))
        if start.count(b"\0") > len(start) // 8:
            raise FileRefused("EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR")
        return _utf8_or_windows(file, marked)


def open_text(path: Path, encoding: Encoding, *, for_people: bool = False) -> TextIO:
    """The file as text; bytes that are no text become lone surrogates, for the row to be refused (or U+FFFD, to be read)."""
    errors = "surrogateescape" if encoding.name.startswith("utf-8") and not for_people else "replace"
    return path.open("r", encoding=encoding.name, errors=errors, newline="")


def first_line(text: TextIO) -> str:
    """The first line that is not blank, with those that a quote in it goes on over; cut where it is very long."""
    lines = iter(lambda: text.readline(HEADER_CHARACTERS), "")
    header = next(filter(str.strip, lines), "")
    while header.count('"') % 2 and len(header) < HEADER_CHARACTERS and (more := next(lines, "")):
        header += more
    return header


def find_delimiter(header_line: str) -> str:
    """The delimiter that stands most often in the header, outside quotes."""
    outside = re.sub(r'"[^"]*"', "", header_line)
    return max(DELIMITERS, key=outside.count)


def _utf8_or_windows(file: BinaryIO, marked: str | None) -> Encoding:
    """UTF-8 where marked or where most of what is not ASCII reads as UTF-8; else Windows-1252."""
    if _is_clean_utf8(file):
        return Encoding(marked or "utf-8", assumed=False, has_faults=False)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    sound = unsound = 0
    while block := file.read(BLOCK_BYTES):
        text = decoder.decode(block)
        if not text.isascii():
            faults = len(UNDECODABLE.findall(text))
            unsound += faults
            sound += sum(len(run) for run in re.findall("[^\x00-\x7f]+", text)) - faults
    unsound += len(UNDECODABLE.findall(decoder.decode(b"", final=True)))
    if unsound and not marked and sound <= unsound:
        file.seek(0)
        return Encoding("cp1252", assumed=True, has_faults=_has_faults(file, "cp1252"))
    return Encoding(marked or "utf-8", assumed=False, has_faults=True)


def _is_clean_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while block := file.read(BLOCK_BYTES):
            decoder.decode(block)
            if b"\0" in block:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_faults(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("replace")
    while block := file.read(BLOCK_BYTES):
        text = decoder.decode(block)
        if "\ufffd" in text or "\0" in text:
            return True
    return "\ufffd" in decoder.decode(b"", final=True)
