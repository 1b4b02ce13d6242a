"""Patches of profiles: the three comparisons, and that both databases compute the same."""

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.kernel import profile_json
from seatkeeper.kernel.profile_json import dump, json_after, json_before, json_undo

KEYS = st.sampled_from(("work_title", "location", "attribute_größe", 'attribute_"quoted"'))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
VALUES = st.dictionaries(KEYS, WORDS, max_size=4)
PATCHES = st.dictionaries(KEYS, st.none() | WORDS, max_size=4)


def patched(values: dict[str, str], patch: dict[str, str | None]) -> dict[str, str]:
    """RFC 7396 for flat objects, said once more in the plainest way."""
    return {key: value for key, value in (values | patch).items() if value is not None}


@pytest.mark.parametrize(
    ("values", "patch", "before", "after"),
    [
        ({}, {"location": "Bonn"}, {"location": None}, {"location": "Bonn"}),
        ({"location": "Bonn"}, {"location": "Bonn"}, {}, {}),
        ({"location": "Bonn"}, {"location": "Kiel"}, {"location": "Bonn"}, {"location": "Kiel"}),
        ({"location": "Bonn"}, {"location": None}, {"location": "Bonn"}, {"location": None}),
        ({}, {"location": None}, {}, {}),
        ({"location": ""}, {"location": None}, {"location": ""}, {"location": None}),
        (
            {"location": "Bonn", "work_title": "Clerk"},
            {"work_title": "Chief"},
            {"work_title": "Clerk"},
            {"work_title": "Chief"},
        ),
    ],
)
def test_before_and_after_hold_only_what_changes(
    values: dict[str, str], patch: dict[str, str | None], before: dict[str, str | None], after: dict[str, str | None]
) -> None:
    assert json_before(dump(values), dump(patch)) == dump(before)
    assert json_after(dump(values), dump(patch)) == dump(after)


def test_equal_values_are_equal_text() -> None:
    assert dump({"b": "ü", "a": "1"}) == dump({"a": "1", "b": "ü"}) == '{"a":"1","b":"ü"}'


@given(values=VALUES, patch=PATCHES)
def test_undo_puts_back_what_the_patch_changed(values: dict[str, str], patch: dict[str, str | None]) -> None:
    before, after = json_before(dump(values), dump(patch)), json_after(dump(values), dump(patch))
    now = patched(values, patch)
    assert patched(now, json.loads(json_undo(dump(now), before, after))) == values


@given(values=VALUES, patch=PATCHES, since=PATCHES)
def test_undo_leaves_alone_what_was_changed_since(
    values: dict[str, str], patch: dict[str, str | None], since: dict[str, str | None]
) -> None:
    before, after = json_before(dump(values), dump(patch)), json_after(dump(values), dump(patch))
    now = patched(patched(values, patch), since)
    undo = json.loads(json_undo(dump(now), before, after))
    assert all(now.get(key) == json.loads(after)[key] for key in undo)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "patch", "since"),
    [
        ({}, {}, {}),
        ({}, {"location": "Bonn"}, {}),
        ({}, {"location": None}, {}),
        ({"location": "Bonn"}, {"location": "Kiel", "work_title": None}, {}),
        ({"location": "Bonn", "work_title": "Chief"}, {"location": None, "work_title": "Clerk"}, {"work_title": "Chef"}),
        ({"attribute_größe": "“L”"}, {"attribute_größe": 'a "b" \\ c', "location": "\n"}, {"location": "x"}),
    ],
)
def test_the_database_computes_the_same(
    values: dict[str, str], patch: dict[str, str | None], since: dict[str, str | None]
) -> None:
    before, after = json_before(dump(values), dump(patch)), json_after(dump(values), dump(patch))
    now = dump(patched(patched(values, patch), since))
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT json_before(%s{cast}, %s), json_after(%s{cast}, %s), json_undo(%s{cast}, %s{cast}, %s{cast}),"
            f" json_patch(%s{cast}, %s)",
            [dump(values), dump(patch), dump(values), dump(patch), now, before, after, dump(values), dump(patch)],
        )
        found = [loaded(cell) for cell in cursor.fetchone()]
    assert found == [json.loads(before), json.loads(after), json.loads(json_undo(now, before, after)), patched(values, patch)]


def test_every_function_of_the_databases_is_one_of_this_module() -> None:
    assert {name: getattr(profile_json, name) for name in profile_json.SQL_FUNCTIONS} == profile_json.SQL_FUNCTIONS


def loaded(cell: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str) else cell
