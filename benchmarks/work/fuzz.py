"""The reader of CSV files, given bytes that nobody meant."""

import random
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks import files
from seatkeeper.uploads.dialect import find_delimiter, find_encoding, open_text
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import Layout, understand
from seatkeeper.uploads.lines import LineChecker, batches, read_header

SEED = 20261123
LINES = 20
BATCH = 7
NOISE, HEADER_KEPT = 0.05, 0.8
POOLS = {"default/learning": 1}
PIECES = (
    b'"', b'""', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
    b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"=1+1", b"(remove)", b"1.2E+10", b"Inactive ", b"@", b"'", b"\x1a",
    b"\x85", b"\xe2\x80\xa8", b"a" * 140_000, b"\n" * 500, b'"' * 999, b"," * 999,
    b"group", b"invited_email_address", b"\\",
)  # fmt: skip


def read_many(*, count: int) -> dict[str, Any]:
    """Read that many spoiled files; how many crashed the reader, and how long the slowest took."""
    chance = random.Random(SEED)  # noqa: S311  for the same files every time
    seeds = _seeds()
    path = Path(settings.HOME) / "fuzz.csv"
    crashes: list[str] = []
    refused, slowest = 0, 0.0
    for number in range(count):
        path.write_bytes(_spoiled(chance, chance.choice(seeds)))
        begun = time.perf_counter()
        try:
            refused += not _reads(path)
        except Exception as error:
            crashes.append(f"{number}: {type(error).__name__}: {error}"[:200])
        slowest = max(slowest, time.perf_counter() - begun)
    return {"crashes": len(crashes), "slowest_ms": slowest * 1000, "refused": refused, "first_crashes": crashes[:5]}


def _reads(path: Path) -> bool:
    """Through encoding, delimiter, header and every line, as `receive` and `stage` go; False: refused in words."""
    with suppress(FileRefused):
        encoding = find_encoding(path)
        with open_text(path, encoding) as text:
            delimiter = find_delimiter(text.readline(1 << 16))
            text.seek(0)
            header, line = read_header(text, delimiter)
            if not isinstance(header, list) or not any(map(str.strip, header)):
                return False
            columns = understand(header, pools=POOLS, without_groups=False)
            checker = LineChecker(Layout(encoding.name, encoding.has_faults, delimiter, columns))
            for batch in batches(text, delimiter, BATCH, line):
                checker.check(batch)
        return True
    return False


def _seeds() -> list[bytes]:
    text = files.leavers(Path(settings.HOME) / "seed.csv", LINES).read_text("utf-8")
    semicolons = text.replace(",", ";").replace("\n", "\r\n")
    return [
        text.encode(),
        semicolons.encode("utf-8-sig"),
        text.replace(",", "\t").encode("utf-16"),
        semicolons.encode("cp1252", "replace"),
        text.replace("東京", "東\n京").encode(),
        b"",
    ]


def _spoiled(chance: random.Random, seed: bytes) -> bytes:
    """A sound file with some of it overwritten, cut, doubled or shuffled; or nothing but noise.

    Most keep their header: a file without one is refused before a line is read.
    """
    if chance.random() < NOISE:
        return chance.randbytes(chance.randrange(2_000))
    rows = seed.find(b"\n\0" if b"\0" in seed else b"\n") + 2 if chance.random() < HEADER_KEPT else 0
    spoiled = bytearray(seed[rows:])
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(spoiled) + 1)
        match chance.randrange(5):
            case 0:
                spoiled[at:at] = chance.choice(PIECES)
            case 1:
                del spoiled[at : at + chance.randrange(40)]
            case 2:
                spoiled[at : at + 1] = chance.randbytes(chance.randrange(1, 4))
            case 3:
                spoiled[at:at] = spoiled[at : at + chance.randrange(200)]
            case _:
                cut = chance.randrange(len(spoiled) + 1)
                spoiled = spoiled[cut:] + spoiled[:cut]
    return seed[:rows] + bytes(spoiled)
