"""An export, imported again, changes nothing, whatever people are called."""

import io
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seatkeeper.directory.models import Attribute, Learner, Organization
from seatkeeper.licensing.models import Activation, LicensePool
from seatkeeper.licensing.queries import pools_of
from seatkeeper.uploads.export import export_learners
from tests import factories
from tests.uploads.files import (
    ACTIVE,
    ANA,
    BO,
    CY,
    INVITED,
    UNASSIGNED,
    answers,
    licensed,
    person,
    problems,
    results,
    snapshot,
    table,
)

pytestmark = pytest.mark.django_db
ROUND = settings(max_examples=40)

# Values as the directory keeps them: with something in them, and no blanks around them.
ODD = st.sampled_from(
    "=1+1|+1|-1|@x|\tx|'|''|'=1|'x|(remove)|'(remove)|\"|a,\"b\";c|a\nb|a\r\nb|0|007|null|NULL|\\N|\\.|\\|%s|%(x)s|{x}"
    "|💺|👩🏽‍💻|مرحبا|\u200fشكر|美咲|e\u0301|\u200b|\ufeff|\x7f|\x01|\u2028x\u2029|\ufffd|O'Neil|D’Arcy|true|[0]|$.x|a:b|İı|ß".split(
        "|"
    )
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=12)
VALUES = st.one_of(ODD, TEXT, st.builds(str.__add__, ODD, TEXT)).filter(
    lambda value: value[-1:].strip() and (value[0].strip() or value[0] == "\t")
)
NAMES = st.text(
    st.one_of(
        st.sampled_from("abcXYZ 09_-./\\\"'%$[]{}:;,=@€ß美\n"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"),
    ),
    min_size=1,
    max_size=10,
).filter(lambda name: " ".join(name.split()).strip("_ "))
IDS = st.one_of(VALUES, st.from_regex(r"[0-9]{1,6}", fullmatch=True))


def exported(of: Organization, *, groups: bool = False) -> bytes:
    output = io.BytesIO()
    export_learners(
        None, organization_id=of.id, pools=list(pools_of(of.id).values()), groups=groups, columns=None, output=output
    )
    return output.getvalue()


def assert_round_trip_changes_nothing(of: Organization) -> None:
    before = snapshot(of)
    names = sorted(Attribute.objects.filter(organization=of).values_list("key", "name"))
    people = len(before["people"])

    operation = factories.import_csv(of, exported(of))

    assert problems(operation) == []
    assert operation.planned_changes == 0
    assert (operation.counts["rows"], operation.counts["unchanged"]) == (people, people)
    assert snapshot(of) == before
    assert sorted(Attribute.objects.filter(organization=of).values_list("key", "name")) == names


@ROUND
@given(
    st.lists(
        st.tuples(VALUES, VALUES, st.one_of(st.none(), IDS)), min_size=1, max_size=4, unique_by=lambda row: row[2] or object()
    )
)
@example([("(remove)", "'(remove)", "'(remove)"), ("=x", "'", "(remove)")])
@example([("a", "b", "E 17"), ("a", "b", "17"), ("c", "d", "017")])
def test_any_names_values_and_ids_come_back(rows: list[tuple[str, str, str | None]]) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, activation="invite")
    content = table(
        ["email", f"attribute_{'Team'}", "license_learning_status"],
        *[[f"p{n}@corp.example", "x", "active"] for n in range(len(rows))],
    )
    factories.import_csv(acme, content)
    for number, (name, team, unique_user_id) in enumerate(rows):
        values: dict[str, Any] = {"attribute_team": team, "preferred_first_name": name}
        if number % 2:
            values |= {"location": "", "work_title": name + team}
        Learner.objects.filter(organization=acme, email=f"p{number}@corp.example").update(
            unique_user_id=unique_user_id, attributes=values
        )

    assert pool.key in pools_of(acme.id)
    assert_round_trip_changes_nothing(acme)


@ROUND
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
@example({"a.b": "x", '"': "y", "[0]": "z", "\\": "w"})
@example({"cost\\u0062": "x", "b\\b": "y", "Cost  Center": "z"})
def test_any_names_of_attributes_come_back(attributes: dict[str, str]) -> None:
    from seatkeeper.uploads.layout import fold_header

    acme = factories.organization()
    by_key = {fold_header(f"attribute_{name}"): name for name in attributes}
    values = {name: attributes[name] for name in by_key.values()}
    header = [f"attribute_{name}" for name in values]

    factories.import_csv(acme, table(["email", *header], [ANA, *map(_cell, values.values())], [BO, *[""] * len(values)]))

    kept = factories.learner(acme, ANA).attributes
    assert sorted(kept.values()) == sorted(values.values())
    assert {row[0] for row in Attribute.objects.filter(organization=acme).values_list("key")} == set(kept)
    assert_round_trip_changes_nothing(acme)
    assert all(json.dumps(value, ensure_ascii=False)[1:-1] for value in kept.values())


def _cell(value: str) -> str:
    from seatkeeper.uploads.cells import guarded

    return guarded(value)


@ROUND
@given(st.text("abc'+-.=_0", min_size=1, max_size=8))
@example("'")
@example("=x")
@example("+x")
def test_any_address_comes_back(local: str) -> None:
    from seatkeeper.directory.attributes import is_sound_email

    address = f"{local}@corp.example"
    acme = factories.organization()
    person(acme, ANA)
    if is_sound_email(address):
        Learner.objects.filter(organization=acme, email=ANA).update(email=address)

    assert_round_trip_changes_nothing(acme)


@pytest.mark.parametrize("way", [Activation.INVITE, Activation.IMMEDIATE])
def test_licenses_of_any_status_come_back(way: str) -> None:
    acme = factories.organization()
    learning, pro = (
        factories.pool(acme, seats=1, activation=way),
        factories.pool(acme, budget_group="Sales EMEA", license_type="Pro Plus"),
    )
    licensed(learning, ANA, ACTIVE)
    licensed(learning, BO, INVITED)
    licensed(learning, CY, UNASSIGNED)
    licensed(pro, CY, ACTIVE)
    person(acme, "di@corp.example")
    LicensePool.objects.filter(id=learning.id).update(activation=way)

    assert (
        exported(acme).decode().splitlines()[0].endswith("default_license_learning_status,sales emea_license_pro plus_status")
    )
    assert_round_trip_changes_nothing(acme)


def test_an_export_with_groups_is_refused_until_they_are_left_out() -> None:
    from seatkeeper.uploads.errors import FileRefused

    acme = factories.organization()
    person(acme, ANA)
    content = exported(acme, groups=True)

    with pytest.raises(FileRefused):
        factories.import_csv(acme, content)
    assert answers(factories.import_csv(acme, content, without_groups=True)) == [("unchanged", "")]


def test_an_export_edited_in_one_cell_changes_that_alone() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    for email in (ANA, BO):
        licensed(pool, email, ACTIVE)

    lines = exported(acme).decode().splitlines()
    lines[2] = lines[2].replace("active", "inactive")
    operation = factories.import_csv(acme, "\n".join(lines))

    assert answers(operation) == [("unchanged", ""), ("unassigned", "")]
    assert operation.planned_changes == 1


@pytest.mark.parametrize("value", ["\rx", "a\rb", "a\r\nb", "a\r"])
def test_a_carriage_return_in_a_value_comes_back(value: str) -> None:
    acme = factories.organization()
    person(acme, ANA)
    Learner.objects.filter(organization=acme, email=ANA).update(attributes={"location": f"{value}."})

    assert_round_trip_changes_nothing(acme)


def test_a_carriage_return_in_a_cell_stays_in_its_cell_of_the_results() -> None:
    acme = factories.organization()

    operation = factories.import_csv(acme, 'email,title\nana@corp.example,"a\rb"\nno,"\r"\n')

    assert [(row["title"], row["status"]) for row in results(operation)] == [("a\rb", "added"), ("\r", "problem")]
