"""People are found by words, on both databases alike."""

import random
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.directory import terms
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.folding import fold, terms_of, terms_of_phrase, text_of
from seatkeeper.directory.models import Learner, Organization, SearchEntry
from seatkeeper.directory.search import first_hits
from seatkeeper.directory.services.find import tidy_after_bulk
from tests import factories, steps
from tests.directory.cast import TODAY, add_people, found, index, matching

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
def test_words_find(words: str, expected: str) -> None:
    acme = factories.organization()
    factories.import_csv(acme, PEOPLE)
    assert found(acme, words) == expected.split()


def test_only_so_many_are_found() -> None:
    acme = factories.organization()
    factories.import_csv(acme, PEOPLE)
    assert found(acme, "corp", limit=2) == ["muller", "soren"]


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


SYLLABLES = ("ka", "lo", "mi", "ta", "re", "ü", "ß", "ø", "o'", "-", "an", "na", "田", "中", "00", "000", "1")


@pytest.fixture
def crowd() -> Organization:
    """3,000 people with names that have much in common: more than a look at the first and last can tell."""
    chance = random.Random(7)  # noqa: S311  to be the same each time

    def name() -> str:
        return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 5))).capitalize()

    acme = factories.organization()
    other = factories.organization()
    people = [(f"{n % 37}.user{n}@corp{n % 3}.example", name(), name()) for n in range(3000)]
    add_people(other, people[:300])
    add_people(acme, people[:1500])
    add_people(other, [(f"x{email}", given, family) for email, given, family in people[:300]])
    ids = add_people(acme, [(f"y{email}", given, family) for email, given, family in people[1500:2900]])
    for person in ids[::7]:
        person.attributes["preferred_last_name"] = f"Rare{person.id % 1000}"
        person.save()
    index(acme, ids[::7], "updated")
    return acme


def brute_force(of: Organization, words: str) -> list[int]:
    """What the rule says, word by word, without any index."""
    wanted = terms_of(words)
    texts = []
    for person in Learner.objects.filter(organization=of).order_by("id"):
        values = person.attributes
        names = f"{values['preferred_first_name']} {values['preferred_last_name']}"
        texts.append((person.id, text_of(names=names, others=f"{person.email} {person.unique_user_id}")))
    return [learner_id for learner_id, text in texts if wanted and all(term in text for term in wanted)]


QUERY = st.one_of(
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5).map("".join),
    st.lists(st.sampled_from([*SYLLABLES, " ", " ", "rare", "user", "corp1", "@", "e0", "12"]), max_size=6).map("".join),
    st.integers(0, 3000).map(lambda number: f"user{number}"),
    st.integers(0, 3000).map(lambda number: f"E{number:08d}"),
    st.text(max_size=5),
)


def test_search_and_filter_find_exactly_who_has_the_words(crowd: Organization) -> None:
    entries = list(SearchEntry.objects.filter(organization=crowd).order_by("learner_id").values_list("learner_id", "text"))

    def having(wanted: list[str]) -> list[int]:
        return [learner_id for learner_id, text in entries if wanted and all(term in text for term in wanted)]

    @settings(max_examples=80, deadline=None)
    @given(QUERY, QUERY)
    def check(words: str, more: str) -> None:
        for query in (words, f"{words} {more}"):
            expected, hits = having(terms_of(query)), first_hits(crowd.id, query)
            assert len(hits) == min(20, len(expected))
            assert hits == sorted(hits)
            assert set(hits) <= set(expected)
            if len(expected) <= 20 or connection.vendor == "sqlite":
                assert hits == expected[:20]
            phrases = [word for word in query.replace("\0", "").split() if terms_of_phrase(word)]
            learners = learners_matching(crowd.id, " ".join(map(quoted, phrases)), today=TODAY)
            if phrases:
                wanted = [term for phrase in phrases for term in terms_of_phrase(phrase)]
                assert sorted(learners.values_list("id", flat=True)) == having(wanted)

    for query in ("", "rare", "mi", "田中", "user12"):
        assert having(terms_of(query)) == brute_force(crowd, query)
    check()
    check_index()


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize(
    "words", ["user", "rare", "rare123", "corp1 user12", "ka", "-ka -lo", "E00000012", "-rare", '"@corp1"']
)
@pytest.mark.parametrize("few", [terms.FEW, 0])
def test_a_filter_agrees_with_a_look_at_every_text(
    crowd: Organization, words: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "FEW", few)
    wanted = [word for word in words.split() if not word.startswith("-")]
    expected = set(Learner.objects.filter(organization=crowd).values_list("id", flat=True))
    for word in words.split():
        hits = set(brute_force(crowd, word.removeprefix("-").strip('"')))
        expected = expected & hits if word in wanted else expected - hits
    assert set(learners_matching(crowd.id, words, today=TODAY).values_list("id", flat=True)) == expected


def test_tidying_changes_no_answer(crowd: Organization) -> None:
    before = [first_hits(crowd.id, words) for words in ("rare", "user12", "ka")]
    tidy_after_bulk()
    tidy_after_bulk()
    assert [first_hits(crowd.id, words) for words in ("rare", "user12", "ka")] == before
    check_index()


def test_words_of_one_or_two_letters_begin_a_word(crowd: Organization) -> None:
    assert matching(crowd, "us")  # the address is one word: 0.user0@corp0.example is not meant
    texts = SearchEntry.objects.filter(organization=crowd, learner_id__in=first_hits(crowd.id, "us"))
    assert all("  us" in entry.text for entry in texts)


@given(st.text(), st.text())
def test_folded_text_is_ascii_and_holds_its_own_words(names: str, others: str) -> None:
    text = text_of(names=names, others=others)
    assert text.isascii()
    for word in fold(names + " " + others).split():
        assert word in text


@pytest.mark.sqlite
def test_the_check_of_the_index_sees_a_text_that_was_changed_behind_its_back(crowd: Organization) -> None:
    entry = SearchEntry.objects.filter(organization=crowd)[:1].get()
    SearchEntry.objects.filter(learner_id=entry.learner_id).update(text="  quite  different")
    with pytest.raises(DatabaseError, match="malformed"):
        check_index()


def test_an_extension_that_may_not_be_made_is_named_with_the_remedy() -> None:
    class Editor:
        def execute(self, statement: str) -> None:
            raise DatabaseError('permission denied to create extension "pg_trgm"\nHINT: …')

    migration = import_module("seatkeeper.directory.migrations.0003_search_index")
    with pytest.raises(migration.ExtensionMissing, match=r"CREATE EXTENSION pg_trgm;.*permission denied"):
        migration._create_extension("pg_trgm", Editor())


def check_index() -> None:
    """SQLite compares its index with the texts and raises where they differ; PostgreSQL keeps its own in step."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO directory_searchindex(directory_searchindex, rank) VALUES ('integrity-check', 1)")
