"""The grammar alone: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.directory.attributes import STANDARD
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import parse_filter
from seatkeeper.directory.terms import license_terms

SCRAPS = st.sampled_from(
    '- " "" : \0 \ud800 % _ \\ \' 90 x Müller 田中 active a@b.c pool: status: idle: group: attribute. email: id:'.split(" ")
)
BLANKS = st.sampled_from([" ", "\t", "\n", "\u3000"])
ANY_TEXT = st.one_of(st.text(max_size=40), st.lists(SCRAPS | BLANKS, max_size=12).map("".join))


def terms(text: str) -> list[tuple[str, str]]:
    """Names and values; a minus before a name that is negated; words have no name."""
    return [(("-" if term.is_negated else "") + term.name, term.value) for term in parse_filter(text).terms]


def groups(text: str) -> list[list[tuple[str, str]]]:
    return [
        [(("-" if term.is_negated else "") + term.name, term.value) for term in group]
        for group in parse_filter(text).license_groups
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\u3000", []),
        ("ana", [("", "ana")]),
        ("  ana   li ", [("", "ana"), ("", "li")]),
        ("-ana", [("-", "ana")]),
        ("anna-lena", [("", "anna-lena")]),
        ("a-", [("", "a-")]),
        ('"ana li"', [("", "ana li")]),
        ('-"ana li"', [("-", "ana li")]),
        ('"say ""hi"""', [("", 'say "hi"')]),
        ('""""', [("", '"')]),
        ('"-ana"', [("", "-ana")]),
        ('"12:30"', [("", "12:30")]),
        ("O'Neil", [("", "O'Neil")]),
        (r"a\b", [("", r"a\b")]),
        ("department:Finance", [("department_name", "Finance")]),
        ("Department:Finance", [("department_name", "Finance")]),
        ("-department:Finance", [("-department_name", "Finance")]),
        ("department:-Finance", [("department_name", "-Finance")]),
        ("title:Engineer location:Berlin", [("work_title", "Engineer"), ("location", "Berlin")]),
        ('group:"Sales EMEA"', [("group", "Sales EMEA")]),
        ('group:"Sales ""EMEA"""', [("group", 'Sales "EMEA"')]),
        ("group:A group:B", [("group", "A"), ("group", "B")]),
        ("group:A:B", [("group", "A:B")]),
        ("attribute.cost_center:CC-001", [("attribute_cost_center", "CC-001")]),
        ("attribute.Cost_Center:CC-001", [("attribute_cost_center", "CC-001")]),
        ('attribute."Shoe  Size":42', [("attribute_shoe size", "42")]),
        ('attribute."a:b":"c d"', [("attribute_a:b", "c d")]),
        ('-attribute."shoe size":42', [("-attribute_shoe size", "42")]),
        ("attribute.x", [("", "attribute.x")]),
        ("email:Ana@Corp.Example", [("email", "Ana@Corp.Example")]),
        ("id:E-7", [("id", "E-7")]),
        ("worker_status:inactive country_code:DE", [("worker_status", "inactive"), ("country_code", "DE")]),
    ],
)
def test_terms_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert terms(text) == expected


def test_every_standard_attribute_is_a_term() -> None:
    for key in STANDARD:
        assert terms(f"{key}:x") == [(key, "x")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pool:default/learning", [[("pool", "default/learning")]]),
        ("pool:a status:active", [[("pool", "a"), ("status", "active")]]),
        ("pool:a pool:b", [[("pool", "a")], [("pool", "b")]]),
        ("pool:a -pool:b", [[("pool", "a")], [("-pool", "b")]]),
        ("pool:a status:active pool:b idle:9", [[("pool", "a"), ("status", "active")], [("pool", "b"), ("idle", "9")]]),
        ("pool:a ana status:active", [[("pool", "a")], [("status", "active")]]),
        ("type:a budget-group:b status:none", [[("type", "a"), ("budget-group", "b"), ("status", "none")]]),
        ('status:"No license"', [[("status", "No license")]]),
        ("status:ACTIVE", [[("status", "ACTIVE")]]),
        ("status:unassigned", [[("status", "unassigned")]]),
        ("-idle:090", [[("-idle", "090")]]),
    ],
)
def test_license_terms_that_stand_together_speak_of_one_license(text: str, expected: list[list[tuple[str, str]]]) -> None:
    assert groups(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "fault"),
    [
        ("foo:bar", 0, 'nothing is called "foo"'),
        ("ana -foo:bar", 5, 'nothing is called "foo"'),
        ("12:30", 0, 'nothing is called "12"'),
        ("attribute:x", 0, 'nothing is called "attribute"'),
        ("attribute.:x", 0, 'nothing is called "attribute."'),
        (":x", 0, "a name is missing"),
        ("ana :x", 4, "a name is missing"),
        (":", 0, "a name is missing"),
        ("department:", 11, "a value is missing"),
        ("department: Sales", 11, "a value is missing"),
        ('department:""', 11, "nothing between the quotes"),
        ('department:" "', 11, "nothing between the quotes"),
        ('""', 0, "nothing between the quotes"),
        ('ana "li', 4, "not closed"),
        ('group:"Sales', 6, "not closed"),
        ('"a""', 0, "not closed"),
        ('"""', 0, "not closed"),
        ('attribute."x:1', 10, "not closed"),
        ('attribute."x"', 10, "a colon and a value are missing"),
        ('attribute."x" :1', 10, "a colon and a value are missing"),
        ('an"a', 2, "middle of a word"),
        ('group:Sa"les', 8, "middle of a value"),
        ('"ana"li', 5, "a blank is missing"),
        ('"ana":x', 5, "a blank is missing"),
        ('group:"a"b', 9, "a blank is missing"),
        ("-", 0, "nothing to negate"),
        ("ana - li", 4, "nothing to negate"),
        ("--ana", 0, "nothing to negate"),
        ("-:x", 1, "a name is missing"),
        ("idle:x", 5, "number of days"),
        ("idle:-1", 5, "number of days"),
        ("idle:0", 5, "number of days"),
        ("idle:1.5", 5, "number of days"),
        ("idle:²", 5, "number of days"),
        ("idle:99999999999999999999", 5, "number of days"),
        ("status:gone", 7, "no such status"),
        ("a\0b", 1, "not text"),
        ('"a\ud800"', 2, "not text"),
        ("a " * 51, 100, "more than 50 terms"),
        ("pool:a " * 51, 350, "more than 50 terms"),
    ],
)
def test_a_fault_is_refused_with_its_place(text: str, at: int, fault: str) -> None:
    with pytest.raises(FilterRefused) as refused:
        parse_filter(text)
    assert refused.value.at == at
    assert fault in refused.value.fault
    assert refused.value.text == text


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(FilterRefused) as refused:
        parse_filter("depratment:Sales")
    assert {"department", "group", "email", *license_terms().names, "worker_status"} <= set(refused.value.known)


def test_an_unknown_status_is_told_the_known_ones() -> None:
    with pytest.raises(FilterRefused) as refused:
        parse_filter("status:gone")
    assert {"active", "invited", "none"} <= set(refused.value.known)


def test_the_explanation_marks_the_place() -> None:
    with pytest.raises(FilterRefused) as refused:
        parse_filter("ana foo:bar")
    sentence, text, mark = refused.value.explain().split("\n")
    assert 'nothing is called "foo"' in sentence
    assert text[mark.index("^") :] == "foo:bar"


@given(ANY_TEXT)
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    try:
        parse_filter(text)
    except FilterRefused as refused:
        assert 0 <= refused.at <= len(text)  # noqa: PT017  refused is one of two right answers


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=5))
def test_any_value_can_be_written_in_quotes(values: list[str]) -> None:
    values = [value for value in values if value.strip()]
    text = " ".join('group:"' + value.replace('"', '""') + '"' for value in values)
    assert terms(text) == [("group", value) for value in values]
