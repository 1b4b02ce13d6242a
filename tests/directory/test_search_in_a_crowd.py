"""Among many with much the same names, a search and a filter find exactly who has the words."""

import random

import pytest
from django.db import DatabaseError, connection
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.directory import terms
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.folding import terms_of, terms_of_phrase, text_of
from seatkeeper.directory.models import Learner, Organization, SearchEntry
from seatkeeper.directory.search import first_hits
from seatkeeper.directory.services.find import tidy_after_bulk
from seatkeeper.kernel.bulk import refresh_statistics
from tests import factories
from tests.directory.cast import TODAY, add_people, check_index, index, matching
from tests.shared import Once

pytestmark = pytest.mark.django_db

SYLLABLES = ("ka", "lo", "mi", "ta", "re", "ü", "ß", "ø", "o'", "-", "an", "na", "田", "中", "00", "000", "1")


@pytest.fixture(scope="module")
def crowd(once: Once) -> Organization:
    return once(make_crowd)


def make_crowd() -> Organization:
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
    # And so locked: an analysis from outside sees none of these rows, and may make each search take seconds.
    refresh_statistics("directory_learner", "directory_standing", "directory_searchentry")
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

    @settings(max_examples=80)
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


@pytest.mark.sqlite
def test_the_check_of_the_index_sees_a_text_that_was_changed_behind_its_back(crowd: Organization) -> None:
    entry = SearchEntry.objects.filter(organization=crowd)[:1].get()
    SearchEntry.objects.filter(learner_id=entry.learner_id).update(text="  quite  different")
    with pytest.raises(DatabaseError, match="malformed"):
        check_index()
