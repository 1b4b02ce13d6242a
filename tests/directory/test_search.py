"""People are found by words, on both databases alike."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.directory.folding import fold, text_of
from seatkeeper.directory.models import Organization, SearchEntry
from seatkeeper.directory.search import first_hits
from tests import factories, steps
from tests.directory.cast import add_people, check_index, found, index
from tests.shared import Once

pytestmark = pytest.mark.django_db

HEADER = "invited_email_address,unique_user_id,first_name,last_name,title\n"
PEOPLE = HEADER + (
    "muller@corp.example,E00120034,Jürgen,Müller,Engineer\n"
    "soren@corp.example,E-7,Søren,Strauß,Data Scientist\n"
    "tanaka@corp.example,,田中,美咲,\n"
    "li@corp.example,900,Li,Na,\n"
    "oneil@corp.example,0000001,Anna-Lena,O'Neil,\n"
    "curly@corp.example,000001,Pat,O’Neil,\n"
    "julia@mail.example,,Julia,Olivier,R&D Lead\n"
    "kim@corp.example,,민준,김,\n"
    "ivan@corp.example,,Иван,Королёв,\n"
    "zolc@corp.example,,Żółć,Łoś,\n"
)


RENAMED = (
    "invited_email_address,new_unique_user_id,first_name,last_name,title\nmuller@corp.example,X-99,Jürgen,Schulze,Director\n"
)


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    def make() -> Organization:
        acme = factories.organization()
        factories.import_csv(acme, PEOPLE)
        return acme

    return once(make)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Muller", "muller"),
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("ulle", "muller"),
        ("jurgen muller", "muller"),
        ("muller jurgen", "muller"),
        ("mueller", ""),
        ("strauss", "soren"),
        ("STRAUSS", "soren"),
        ("auß", "soren"),
        ("Soren", "soren"),
        ("søren", "soren"),
        ("scientist", "soren"),
        ("data scien", "soren"),
        ("田中", "tanaka"),
        ("中美", ""),
        ("美", "tanaka"),
        ("咲", ""),
        ("민준", "kim"),
        ("김", "kim"),
        ("Li", "li"),
        ("li", "li"),
        ("liv", "julia"),
        ("l", "li oneil julia zolc"),  # Li, Lena, Lead, Łoś
        ("na", "li"),
        ("ana", "tanaka"),
        ("O'Neil", "oneil curly"),
        ("o’neil", "oneil curly"),
        ("oneil", "oneil"),
        ("neil", "oneil curly"),
        ("lena", "oneil"),
        ("anna-lena", "oneil"),
        ("12003", "muller"),
        ("E-7", "soren"),
        ("00120034", "muller"),
        ("000001", "oneil curly"),
        ("0000001", "oneil"),
        ("00000", "oneil curly"),
        ("900", "li"),
        ("90", "li"),
        ("00", "oneil curly"),
        ("corp.example", "muller soren tanaka li oneil curly kim ivan zolc"),
        ("corp_example", ""),
        ("mail.example", "julia"),
        ("@mail", "julia"),
        ("R&D", "julia"),
        ("иван", "ivan"),
        ("КОРОЛЕВ", "ivan"),
        ("ко", "ivan"),
        ("zolc los", "zolc"),
        ("żółć", "zolc"),
        ("nobody", ""),
        ("muller nobody", ""),
        ("%", ""),
        ("---", ""),
        ("", ""),
        ("a%b_c\\d", ""),
        ('"', ""),
        ("NEAR(a b)", ""),
        ("\0", ""),
    ],
)
def test_words_find(made: Organization, words: str, expected: str) -> None:
    assert found(made, words) == expected.split()


def test_only_so_many_are_found(made: Organization) -> None:
    assert found(made, "corp", limit=2) == ["muller", "soren"]


def test_people_of_another_organization_are_not_found() -> None:
    ours, theirs = factories.organization(), factories.organization()
    factories.import_csv(theirs, PEOPLE)
    assert found(ours, "muller") == []
    factories.import_csv(ours, HEADER + "bo@corp.example,,Bo,Ek,\n")
    assert found(ours, "muller") == []
    assert found(ours, "corp.example") == ["bo"]


def test_who_is_renamed_is_found_by_the_new_name_only() -> None:
    acme = factories.organization()
    factories.import_csv(acme, PEOPLE)
    renamed = factories.import_csv(acme, RENAMED)
    assert (found(acme, "muller engineer"), found(acme, "E00120034")) == ([], [])
    assert found(acme, "schulze") == found(acme, "director") == found(acme, "x-99") == ["muller"]

    steps.undo(renamed)
    assert found(acme, "schulze") == []
    assert found(acme, "engineer muller") == ["muller"]
    check_index()


def test_who_is_taken_out_again_is_not_found() -> None:
    acme = factories.organization()
    factories.import_csv(acme, HEADER + "stays@corp.example,,Muller,,\n")
    joined = factories.import_csv(acme, PEOPLE)
    assert found(acme, "muller") == ["stays", "muller"]

    steps.undo(joined)
    assert found(acme, "muller") == ["stays"]
    assert SearchEntry.objects.filter(organization=acme).count() == 1
    check_index()


def test_a_value_that_is_no_word_leaves_the_entry_alone() -> None:
    acme = factories.organization()
    ana = add_people(acme, [("ana@corp.example", "Ana", "Li")])
    index(acme, ana, "updated")
    assert found(acme, "ana") == ["ana"]
    check_index()


@pytest.mark.parametrize("kind", ["added", "updated"])
def test_indexing_takes_as_many_statements_at_any_length(kind: str) -> None:
    acme = factories.organization()
    counts = []
    for size in (1, 400):
        people = add_people(acme, [(f"{kind}{size}-{n}@corp.example", "Ana", f"Li{n}") for n in range(size)])
        for person in people:
            person.attributes["preferred_last_name"] = "Ek"
        if kind == "added":
            connection.cursor().execute("DELETE FROM directory_searchentry")
        with CaptureQueriesContext(connection) as queries:
            index(acme, people, kind)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.postgresql
def test_a_search_leaves_the_settings_of_the_transaction_around_it_alone() -> None:
    acme = factories.organization()
    add_people(acme, [(f"p{n}@corp.example", "Ana", f"Li{n}") for n in range(300)])
    with transaction.atomic(), connection.cursor() as cursor:
        assert first_hits(acme.id, "li299")
        for name in ("enable_seqscan", "enable_indexscan", "enable_bitmapscan", "jit"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("on",)


@given(st.text(), st.text())
def test_folded_text_is_ascii_and_holds_its_own_words(names: str, others: str) -> None:
    text = text_of(names=names, others=others)
    assert text.isascii()
    for word in fold(names + " " + others).split():
        assert word in text


def test_an_extension_that_may_not_be_made_is_named_with_the_remedy() -> None:
    class Editor:
        def execute(self, statement: str) -> None:
            raise DatabaseError('permission denied to create extension "pg_trgm"\nHINT: …')

    migration = import_module("seatkeeper.directory.migrations.0003_search_index")
    with pytest.raises(migration.ExtensionMissing, match=r"CREATE EXTENSION pg_trgm;.*permission denied"):
        migration._create_extension("pg_trgm", Editor())
