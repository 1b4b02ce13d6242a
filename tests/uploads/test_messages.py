"""What lines, files and notes say to people."""

import re
from pathlib import Path

import pytest

import seatkeeper
from seatkeeper.uploads.messages import SENTENCES, note, sentence

SQL = Path(seatkeeper.__file__).parent / "licensing" / "sql"
FIXED = {"joined", "left", "removed", "waiting"}  # kinds and places, not reasons


@pytest.mark.parametrize(
    ("code", "detail", "said"),
    [
        ("EMAIL_DUPLICATE", "4 5", "(4, 5)"),
        ("IDENTITY_CONFLICT", "a@corp.example b@corp.example", "(a@corp.example, b@corp.example)"),
        ("IDENTITY_CONFLICT", "2 3", "lines give one id to several people (2, 3)"),
        ("EMAIL", "two words", "“two words”"),
    ],
)
def test_lists_have_commas_and_cells_stay_as_they_are(code: str, detail: str, said: str) -> None:
    assert said in sentence(code, detail, "email")


def test_an_encoding_has_the_name_that_people_know() -> None:
    assert "Windows-1252 was assumed" in note({"code": "encoding_assumed", "column": "cp1252"})


def test_every_reason_to_skip_has_a_sentence() -> None:
    reasons = {found for file in SQL.glob("*.sql") for found in re.findall(r"THEN '([a-z_]+)'", file.read_text())}
    assert {"has_sign_in", "has_usage"} <= reasons
    assert reasons - FIXED - set(SENTENCES) == set()
