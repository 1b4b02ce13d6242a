"""What waits goes to whom it belongs, and who comes pays for their own facts only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.bulk import refresh_statistics
from seatkeeper.usage.models import Source, WaitingFact
from seatkeeper.usage.places import LONGEST_PLACE, place_of_words, places_leading_to
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.attach import attach_waiting
from seatkeeper.usage.services.take_in import take_in
from tests import factories
from tests.plans import plans_of
from tests.usage.reckoning import kept, reckoned

Adding = Callable[[Organization], object]


def wait(acme: Organization, *named: tuple[str, str]) -> None:
    """A fact of each learner and content; none is known as yet."""
    facts = [Told(learner, content, day=factories.NOW.date(), views=1) for learner, content in named]
    assert take_in(organization_id=acme.id, facts=facts, source=Source.API, now=factories.NOW).waiting == len(facts)


def rust(acme: Organization, address: str = "https://learn.corp.example/videos/rust", title: str = "Rust") -> Content:
    return add_content(organization_id=acme.id, title=title, address=address, is_free=True, actor="tester", now=factories.NOW)


def dan(acme: Organization) -> Any:
    return factories.import_csv(acme, "invited_email_address,unique_user_id\ndan@corp.example,D4\n")


@pytest.mark.parametrize("adding", [dan, rust])
def test_what_waits_for_others_is_not_looked_at(
    adding: Adding, acme: Organization, courses: list[Content], settings: Settings
) -> None:
    settings.STAGE_ROWS = settings.CHUNK_ROWS = 5
    mine = "dan@corp.example", "Python"
    if adding is rust:
        mine = "ann@corp.example", "Rust"
    wait(acme, mine, *((f"nobody{n}@corp.example", "Python") for n in range(60)), *(("A1", f"nothing {n}") for n in range(60)))
    assert attach_waiting() == 0
    adding(acme)
    with CaptureQueriesContext(connection) as captured:
        assert attach_waiting() == 1

    sql = [query["sql"] for query in captured if "usage_waitingfact" in query["sql"]]
    assert len(sql) < 20, "\n".join(sql)
    with CaptureQueriesContext(connection) as captured:
        attach_waiting()
    assert len(captured) < 10


@pytest.mark.parametrize("index", ["waiting_fact_of", "waiting_fact_at"])
def test_what_waits_is_found_by_an_index(index: str, acme: Organization, courses: list[Content]) -> None:
    others = ((f"nobody{n}@corp.example", f"nothing {n}") for n in range(500))
    wait(acme, ("dan@corp.example", "Python"), ("A1", "Rust"), *others)
    attach_waiting()
    dan(acme)
    rust(acme)
    refresh_statistics("usage_waitingfact")
    with CaptureQueriesContext(connection) as captured:
        assert attach_waiting() == 2
    assert any(index in plan for plan in plans_of(captured, "usage_waitingfact"))


@pytest.mark.parametrize("name", ["Dan@corp.example", "D4", "number"])
def test_people_are_found_by_each_of_their_names(name: str, acme: Organization, courses: list[Content]) -> None:
    wait(acme, ("zoe@corp.example", "Python"))
    attach_waiting()
    dan(acme)
    learner = Learner.objects.get(organization=acme, email="dan@corp.example")
    fact = WaitingFact.objects.get()
    fact.learner = str(learner.id) if name == "number" else name.lower() if "@" in name else name
    fact.save()

    assert attach_waiting() == 1


def test_people_are_found_by_a_name_that_they_get_later(acme: Organization, courses: list[Content]) -> None:
    wait(acme, ("bobby@corp.example", "Python"), ("C3", "SQL"))
    assert attach_waiting() == 0
    factories.import_csv(acme, "existing_email_address,primary_email_address\nbob@corp.example,bobby@corp.example\n")
    assert attach_waiting() == 1
    factories.import_csv(acme, "invited_email_address,unique_user_id\ncleo@corp.example,C3\n")
    assert attach_waiting() == 1
    assert kept(acme.id) == reckoned(acme.id)


@pytest.mark.parametrize(
    "name",
    [
        "Rust",
        " rUSt ",
        "https://learn.corp.example/videos/rust",
        "https://learn.corp.example/Videos/Rust/1.html?page=2#top",
        "/videos/rust/",
        "https://learn.corp.example/videos/rust/" + "long/" * 300,
    ],
)
def test_content_is_found_by_each_of_its_names(name: str, acme: Organization) -> None:
    wait(acme, ("ann@corp.example", name), ("ann@corp.example", "/videos/rusty"))
    assert attach_waiting() == 0
    rust(acme, *(("/videos/rust",) if name.startswith("/") else ()))
    assert attach_waiting() == 1


@pytest.mark.parametrize(
    ("word", "title", "path"),
    [
        ("7", "", "/x"),
        ("007", "", "/x"),
        ("/A//b/./", "/a//B/./", "/x"),
        ("https://a.example/%2f", "HTTPS://a.example/%2F", "/x"),
        ("https://a.example/x/y", "", "/"),
        ("/" + "x" * 499 + "/y", "", "/" + "x" * 499),
        ("/" + "x" * 498 + "/y", "", "/" + "x" * 498),
        ("/" + "x" * 900 + "/y", "", "/" + "x" * 900),
        ("/" + "x" * 400 + "/y" * 99, "", "/" + "x" * 400),
    ],
)
def test_where_something_waits_its_content_looks(word: str, title: str, path: str) -> None:
    places, place = places_leading_to(content_id=7, title=title, path=path), place_of_words(word)
    assert place in places.among or places.since <= place < places.until
    assert len(place) <= LONGEST_PLACE


@pytest.mark.parametrize("adding", [dan, rust])
def test_who_comes_while_a_fact_is_taken_in_is_not_missed(adding: Adding, acme: Organization, courses: list[Content]) -> None:
    """It was found that they are unknown, they came, others looked for what waits, and then it was committed."""
    wait(acme, ("dan@corp.example", "Python"), ("ann@corp.example", "Rust"))
    late = list(WaitingFact.objects.values())
    WaitingFact.objects.all().delete()
    wait(acme, ("zoe@corp.example", "Python"))
    adding(acme)
    attach_waiting()
    for fact in late:
        WaitingFact.objects.create(**fact | {"id": None})

    assert attach_waiting() == 1
