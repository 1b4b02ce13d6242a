"""Which content the words of a teller mean, and that no more of it is read than they may mean."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.gate.titles import title_key
from seatkeeper.kernel.bulk import refresh_statistics
from seatkeeper.usage.services.known import contents_named
from tests import factories
from tests.plans import plans_of


def add(home: Organization, title: str, address: str) -> Content:
    words = {"title": title, "address": address, "is_free": True}
    return add_content(organization_id=home.id, **words, actor="tester", now=factories.NOW)  # type: ignore[arg-type]


def test_content_is_meant_by_number_address_and_title(acme: Organization, courses: list[Content]) -> None:
    whole = add(acme, "All of it", "https://learn.corp.example/")
    part = add(acme, "Éclairs: a \ufb01rst course", "https://learn.corp.example/videos/eclairs")
    long = add(acme, "x" * 600 + "y", "/long")
    names = {
        str(part.id): part.id,
        f" {part.id} ": part.id,
        "https://learn.corp.example/Videos/Eclairs/2.html?t=1": part.id,
        "https://learn.corp.example/videos/eclairs-old": whole.id,
        "https://other.example/courses/python/1.html": courses[0].id,
        "/courses/python": courses[0].id,
        "éCLAIRS: A \ufb01RST COURSE": part.id,
        "X" * 600 + "Y": long.id,
        "python ": courses[0].id,
    }
    unknown = (
        "/videos/eclairs",
        "https://other.example/videos/eclairs",
        "Pytho",
        "x" * 600 + "z",
        "0",
        "/a/../courses/python",
        "",
    )
    assert contents_named(acme.id, [*names, *unknown]) == names


def test_the_oldest_of_one_title_is_meant_and_what_was_removed_only_by_its_number(acme: Organization) -> None:
    first, second = add(acme, "Go", "/go"), add(acme, "GO", "/go-2")
    assert contents_named(acme.id, ["go"]) == {"go": first.id}
    remove_content(organization_id=acme.id, content_id=first.id, actor="tester", now=factories.NOW)
    names = ["go", "/go/1.html", str(first.id)]
    assert contents_named(acme.id, names) == {"go": second.id, str(first.id): first.id}


def test_content_of_others_is_not_meant(acme: Organization, courses: list[Content]) -> None:
    other = factories.organization("Globex")
    assert contents_named(other.id, ["Python", "/courses/python", str(courses[0].id)]) == {}


@pytest.mark.parametrize(("word", "index"), [("/courses/python/1", "content_address_once"), ("Python", "content_by_title")])
def test_it_is_found_by_an_index(word: str, index: str, acme: Organization, courses: list[Content]) -> None:
    Content.objects.bulk_create(
        Content(id=n, organization=acme, title=str(n), title_key=title_key(str(n)), address=f"/{n}", path=f"/{n}")
        for n in range(1, 500)
    )
    refresh_statistics("gate_content")
    with CaptureQueriesContext(connection) as captured:
        assert contents_named(acme.id, [word]) == {word: courses[0].id}
    (plan,) = plans_of(captured, "gate_content")
    assert index in plan
