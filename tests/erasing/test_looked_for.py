"""The rows that may name one of few people are told by the database: never fewer than those that do."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.db import connection

from seatkeeper.directory.models import Organization
from seatkeeper.erasing.services import texts
from seatkeeper.erasing.services.texts import erase_from_texts
from seatkeeper.erasing.words import BECOME_PLAIN, FEW, PLAIN, Words
from seatkeeper.notices.models import Mail
from seatkeeper.uploads.layout import Column, Layout
from seatkeeper.uploads.services import erase
from seatkeeper.uploads.services.erase import Eraser
from tests import factories
from tests.factories import NOW

KEYS = ("klaus.strasser@corp.example", "SS_77%kk", "Klaus Strasser", 'Jo "Ofﬁce" Strasser', "Zoë Müller")
NAMING = (
    "to KLAUS.Strasser@Corp.example, today",
    "klaus.\u017ftra\u00dfer@corp.example",
    "\u212alaus Strasser",
    "ss_77%KK",
    "\u1e9e_77%\u212ak",
    'Jo "Office" Straßer has left',
    "ZOË MÜLLER",
    "'Zoë Müller'",
)
OTHERS = ("", "klaus.strasser@corp.examples", "SSx77%kk", "Klaus  Strasse", "Zoe Muller", "stra\u017f\u017fe", "Kelvin \u212a")


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


def mail(acme: Organization, texts: Iterable[str]) -> None:
    """Each of them as text, and as a fact."""
    Mail.objects.all().delete()
    for number, text in enumerate(texts):
        for kept in ({"text": text}, {"facts": {"said": [text]}}):
            Mail.objects.create(
                organization=acme, kind="ready", recipient="kim@corp.example", message_id=f"{number} {kept}",
                created_at=NOW, due_at=NOW, **kept,
            )  # fmt: skip


def erased(acme: Organization, words: Words) -> list[object]:
    erase_from_texts(acme.id, words, beat=lambda: None)
    return list(Mail.objects.order_by("id").values_list("text", "facts"))


@pytest.mark.parametrize("stretch", [1, 3, 1_000])
def test_what_is_erased_is_the_same_as_where_all_rows_are_read(
    acme: Organization, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(texts, "ROWS_LOOKED_AT", stretch)
    mail(acme, (*OTHERS, *NAMING))
    found = erased(acme, Words(KEYS))
    monkeypatch.setattr(Words, "traces", lambda self: None)
    mail(acme, (*OTHERS, *NAMING))

    assert found == erased(acme, Words(KEYS))
    assert [str(row).count("[erased]") for row in found] == [0] * 2 * len(OTHERS) + [1] * 2 * len(NAMING)


def test_rows_that_name_nobody_are_not_read(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    mail(acme, ["Dear Ana", "klaus.strasser@corp.example", "to klaus.berg@corp.example"] * 3)
    read: list[str] = []
    looks = Words.may_stand_in

    def may_stand_in(self: Words, text: str) -> bool:
        read.append(text)
        return looks(self, text)

    monkeypatch.setattr(Words, "may_stand_in", may_stand_in)
    erase_from_texts(acme.id, Words(KEYS[:3]), beat=lambda: None)

    assert "klaus.strasser@corp.example" in read
    assert not [text for text in read if "Ana" in text or "berg" in text]


def test_many_people_and_other_scripts_are_looked_for_in_all_rows() -> None:
    assert Words(KEYS).traces()
    assert Words(f"person.{number}@corp.example" for number in range(FEW + 1)).traces() is None
    assert Words(["Юлия Иванова"]).traces() is None
    assert Words(["klaus.strasser@corp.example", "Юлия Иванова"]).traces() is None


def test_every_character_that_becomes_ascii_is_known() -> None:
    for character in map(chr, range(0x80, sys.maxunicode + 1)):
        assert "".join(PLAIN.findall(character.casefold())) == BECOME_PLAIN.get(character, ""), character


LAYOUT = Layout(
    encoding="utf-8",
    has_faults=False,
    delimiter=",",
    columns=(
        Column("email", "email"),
        Column("first_name", "value", "preferred_first_name"),
        Column("last_name", "value", "preferred_last_name"),
        Column("manager", "value", "manager"),
    ),
)
ROWS = (
    "email,first_name,last_name,manager\r\n",
    "klaus.strasser@corp.example,Klaus,Strasser,\n",
    "\n",
    "bo@corp.example,Bo,Berg,Klaus.Strasser@corp.example\r",
    'cy@corp.example,"Cy\nof Klaus Strasser",Dahl,"a ""b"""\n',
    '"klaus.strasser@corp.example","Klaus\r\n\nvon",Strasser,\n',
    'di@corp.example,a"b,"c",\n',
    'ed@corp.example,5" disk,"Klaus Strasser,\nand more",\n',
    "fy@corp.example,Klaus,Strasser,x\n",
    'gus@corp.example,Gus,"never closed,klaus.strasser@corp.example\nhal@corp.example,Hal,Klaus Strasser,',
)
NAMED = (2, 4, 5, 7, 11, 13, 14)  # lines at which rows begin that name him


def rewritten(path: Path, may_name: Callable[[str], bool]) -> tuple[str, list[int]]:
    path.write_text("".join(ROWS), "utf-8", newline="")
    words = Words(KEYS)
    eraser = Eraser(LAYOUT, may_name, words.are, words.erased_from)
    eraser.rewrite(path, encoding="utf-8")
    return path.read_bytes().decode(), eraser.lines


@pytest.mark.parametrize("characters", [1, 60, 150, 10_000])
def test_a_file_is_rewritten_the_same_as_where_each_row_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int
) -> None:
    monkeypatch.setattr(erase, "CHARACTERS_AT_ONCE", characters)
    found = rewritten(tmp_path / "people.csv", Words(KEYS).may_stand_in_lines)
    monkeypatch.setattr(erase, "_rows_of_a_line", lambda lines, delimiter: None)
    assert found == rewritten(tmp_path / "people.csv", lambda text: True)

    text, lines = found
    assert tuple(lines) == NAMED
    assert "strasser" not in text.lower()
    assert text.count("bo@corp.example") == text.count("never closed") == 1


def test_an_address_is_told_by_its_own_part() -> None:
    """Its domain stands in nearly every line."""
    words = Words(["ana.ito-berg@bigcompany.example"])
    assert words.may_stand_in("to ana.ito-berg@elsewhere.example")
    assert not words.may_stand_in("bo@bigcompany.example")


@pytest.mark.sqlite
def test_no_stretch_is_sorted_to_be_walked(acme: Organization) -> None:
    """All rows of an organization would be, anew for each stretch."""
    walked: list[str] = []

    def explain(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if sql.startswith("SELECT") and "ORDER BY" in sql:
            with connection.cursor() as cursor:
                plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '1')}").fetchall()
            walked.extend(sql for *_, step in plan if "TEMP B-TREE" in step)
        return execute(sql, params, many, context)

    for words in (Words(KEYS), Words(f"person.{number}@corp.example" for number in range(FEW + 1))):
        with connection.execute_wrapper(explain):
            erase_from_texts(acme.id, words, beat=lambda: None)
    assert walked == []
