"""The pages of the list of people are what a plain look at each person says."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.folding import fold, sorts_as
from seatkeeper.directory.models import GroupMember, Learner, Organization, SearchEntry, Standing
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing import people, walks
from seatkeeper.licensing.models import License, Status
from seatkeeper.licensing.orders import SORTS
from seatkeeper.licensing.people import LAST, Listing, count_people, page_of, people_suggested
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = factories.NOW.date()
HEADER = "invited_email_address,first_name,last_name,department,location,attribute_team,license_learning_status\n"
NAMES = ("Ana", "ana", "Émile", "Zoë", "", "李", "Bo")
DEPARTMENTS = ("Sales", "SALES", "Finance", "Über Büro", "")
TEAMS = ("Red", "red", "Blue", "")
FILTERS: dict[str, Any] = {
    "": lambda person: True,
    "department:sales": lambda person: person["department"].lower() == "sales",
    "-department:sales": lambda person: person["department"].lower() != "sales",
    'department:"über büro"': lambda person: person["department"] == "Über Büro",
    "department:Nowhere": lambda person: False,
    "-department:Nowhere": lambda person: True,
    "attribute.team:RED": lambda person: person["team"].lower() == "red",
    "status:active": lambda person: person["active"],
    "status:none": lambda person: not person["active"],
    "status:invited": lambda person: False,
    "-status:active department:finance": lambda person: not person["active"] and person["department"] == "Finance",
    "group:Red": lambda person: person["team"].lower() == "red",
    "ana": lambda person: "ana" in f"{person['first']} {person['last']}".lower(),
    "-bo department:sales": lambda person: (
        "Bo" not in (person["first"], person["last"]) and person["department"].lower() == "sales"
    ),
    "active-within:30": lambda person: person["activity"] in (TODAY, TODAY - timedelta(days=1)),
    "-pool:default/learning": lambda person: not person["active"],
    "-pool:default/learning attribute.team:blue department:sales": lambda person: (
        not person["active"] and person["team"] == "Blue" and person["department"].lower() == "sales"
    ),
    "idle:90": lambda person: False,
    "email:p1@corp.example": lambda person: person["email"] == "p1@corp.example",
}


def person_at(number: int, draw: Any) -> dict[str, Any]:
    return {
        "email": f"p{number}@corp.example",
        "first": draw(st.sampled_from(NAMES)),
        "last": draw(st.sampled_from(NAMES)),
        "department": draw(st.sampled_from(DEPARTMENTS)),
        "team": draw(st.sampled_from(TEAMS)),
        "active": draw(st.booleans()),
        "activity": draw(st.sampled_from((None, TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=40)))),
    }


@st.composite
def some_people(draw: Any) -> list[dict[str, Any]]:
    return [person_at(number, draw) for number in range(draw(st.integers(0, 17)))]


def made(rows: list[dict[str, Any]]) -> Organization:
    acme = factories.organization()
    factories.pool(acme, seats=100)
    group = add_group(organization_id=acme.id, name="Red")
    lines = [
        f"{row['email']},{row['first']},{row['last']},{row['department']},,{row['team']},{'active' if row['active'] else ''}\n"
        for row in rows
    ]
    factories.import_csv(acme, HEADER + "x@corp.example,,,,,Blue,\n" + "".join(lines))
    ids = dict(Learner.objects.filter(organization=acme).values_list("email", "id"))
    for row in rows:
        row["id"] = ids[row["email"]]
        row["name"] = sorts_as(fold(f"{row['first']} {row['last']}").strip()) or row["email"]
        row["status"] = Status.ACTIVE if row["active"] else Status.UNASSIGNED
        if row.get("activity"):
            Standing.objects.filter(learner_id=row["id"]).update(last_activity_on=row["activity"])
    reds = [row for row in rows if row["team"].lower() == "red"]
    GroupMember.objects.bulk_create(GroupMember(organization=acme, group=group, learner_id=row["id"]) for row in reds)
    Learner.objects.filter(id=ids["x@corp.example"]).delete()
    return acme


def turned(listing: Listing, reach: Reach, *, backwards: bool = False) -> list[int]:
    """All pages one after the other."""
    found: list[int] = []
    if backwards:
        listing = replace(listing, before=LAST)
    for _ in range(30):
        page = page_of(listing, reach, today=TODAY)
        ids = [person.id for person in page.people]
        found = ids + found if backwards else found + ids
        cursor = page.previous if backwards else page.next
        if not cursor:
            return found
        listing = replace(listing, before=cursor, after="") if backwards else replace(listing, after=cursor, before="")
    raise AssertionError("no end")


@settings(max_examples=15)
@given(rows=some_people(), data=st.data())
def test_pages_are_the_list(rows: list[dict[str, Any]], data: st.DataObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", data.draw(st.integers(1, 7)))
    # Both ways to a page, whatever the number of people.
    monkeypatch.setattr(walks, "FIRST_LOOK", data.draw(st.integers(1, 20)))
    monkeypatch.setattr(walks, "SECOND_LOOK", data.draw(st.integers(1, 20)))
    monkeypatch.setattr(walks, "READ_AT_FIRST", data.draw(st.integers(1, 20)))
    monkeypatch.setitem(walks.READ_AT_MOST, connection.vendor, data.draw(st.sampled_from((0, 5, 40))))
    monkeypatch.setattr(walks, "COMMON", data.draw(st.integers(0, 3)))
    monkeypatch.setattr(walks, "FEW", data.draw(st.integers(0, 20)))
    acme = made(rows)
    reach = Reach(acme.id)
    if data.draw(st.booleans()):
        reach = Reach(acme.id, tuple(group.id for group in reach.groups()))
        rows = [row for row in rows if row["team"].lower() == "red"]
    for text in data.draw(st.lists(st.sampled_from(sorted(FILTERS)), min_size=4, max_size=4, unique=True)):
        fits = FILTERS[text]
        for column in data.draw(st.lists(st.sampled_from(sorted(SORTS)), min_size=2, max_size=2, unique=True)):
            ordered = sorted(rows, key=lambda row: (row[column] is not None, row[column], row["id"]))
            expected = [row["id"] for row in ordered if fits(row)]
            assert turned(Listing(text, column), reach) == expected, (text, column)
            assert turned(Listing(text, f"-{column}"), reach) == expected[::-1], (text, column)
            assert turned(Listing(text, column), reach, backwards=True) == expected, (text, column)
        assert count_people(text, reach, today=TODAY, exactly=True) == len(expected)
        assert count_people(text, reach, today=TODAY) == len(expected)


ROWS = [
    {"email": "ana@corp.example", "first": "Ana", "last": "Ito", "department": "Sales", "team": "Red", "active": True},
    {"email": "bo@corp.example", "first": "Bo", "last": "Ana", "department": "Sales", "team": "Blue", "active": True},
]


def test_names_stand_where_a_reader_looks_for_them() -> None:
    """Digits, Latin letters with accents beside those without, then Greek, Cyrillic, Chinese; never by capitals."""
    latin = (
        "3rd Floor",
        "ángel",
        "Ángela",
        "de la Cruz",
        "Eli",
        "Élodie",
        "Emil",
        "O'Brien",
        "Øystein",
        "Öztürk",
        "Zoë",
        "zofia",
    )
    in_order = (*latin, "Ωmega", "Андрей", "Юлия", "李")
    blank = {"last": "", "department": "", "team": "", "active": False}
    rows = [blank | {"email": f"p{number}@corp.example", "first": name} for number, name in enumerate(reversed(in_order))]
    acme = made(rows)

    for listing, expected in ((Listing("", "name"), in_order), (Listing("", "-name"), in_order[::-1])):
        assert tuple(person.name for person in page_of(listing, Reach(acme.id), today=TODAY).people) == expected


def test_names_that_were_kept_before_sort_as_new_ones() -> None:
    acme = made([dict(row) | {"first": first} for row, first in zip(ROWS, ("Юлия", "Zoë"), strict=True)])
    fresh = list(SearchEntry.objects.order_by("learner_id").values_list("name", flat=True))
    statements = import_module("seatkeeper.directory.migrations.0012_other_scripts_last")
    with connection.cursor() as cursor:
        cursor.execute(statements.FIRST)
        assert [name.startswith("Z") for name in SearchEntry.objects.order_by("learner_id").values_list("name", flat=True)] == [
            True,
            False,
        ]
        for _ in range(2):
            cursor.execute(statements.LAST)

    assert list(SearchEntry.objects.order_by("learner_id").values_list("name", flat=True)) == fresh
    assert [person.name for person in page_of(Listing("", "name"), Reach(acme.id), today=TODAY).people] == [
        "Zoë Ana",
        "Юлия Ito",
    ]


def test_what_a_row_shows() -> None:
    acme = made([dict(row) for row in ROWS])
    page = page_of(Listing(), Reach(acme.id), today=TODAY)

    ana, bo = page.people
    assert (ana.name, ana.status, [held.pool for held in ana.licenses], ana.groups) == (
        "Ana Ito",
        Status.ACTIVE,
        ["default/learning"],
        ["Red"],
    )
    assert bo.groups == []
    assert (page.previous, page.next) == ("", "")


def test_nothing_beyond_the_reach_is_known() -> None:
    acme = made([dict(row) for row in ROWS])
    add_group(organization_id=acme.id, name="Hidden")
    red = Reach(acme.id).groups().get(name="Red")
    reach = Reach(acme.id, (red.id,))

    assert [person.email for person in people_suggested("ana", reach)] == ["ana@corp.example"]
    assert count_people("ana", reach, today=TODAY, exactly=True) == 1
    assert count_people("", Reach(acme.id, ()), today=TODAY) == 0
    with pytest.raises(FilterRefused) as refused:
        learners_matching(acme.id, "group:Hidden", today=TODAY, reach=reach)
    assert refused.value.known == ["Red"]


@pytest.mark.parametrize("cursor", ["", "x", "~", "-1~x", "99999999999999999999~x", "1", "\0~\0"])
def test_a_cursor_that_is_none_counts_as_none(cursor: str) -> None:
    acme = made([dict(row) for row in ROWS])

    assert len(page_of(Listing(after=cursor), Reach(acme.id), today=TODAY).people) == 2


def test_a_page_takes_few_statements(django_assert_max_num_queries: Any) -> None:
    acme = made([dict(row) for row in ROWS])
    with django_assert_max_num_queries(16):
        page = page_of(Listing("department:sales status:active"), Reach(acme.id), today=TODAY + timedelta(days=1))
    assert len(page.people) == License.objects.filter(organization_id=acme.id, status=Status.ACTIVE).count()
