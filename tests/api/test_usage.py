"""`POST /api/v1/usage`"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.api import applications
from seatkeeper.api.usage import MESSAGES, MOST_ITEMS
from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.usage.models import Fact, WaitingFact
from tests import factories
from tests.usage.asking import acme, post, python, token, token_of  # noqa: F401  the same people and content

ADDRESS = "/api/v1/usage"
ITEM = {"learner": "ana@corp.example", "content": "Python", "day": "2026-03-03", "seconds": 60}


def told(token: str, *items: Any) -> Any:  # noqa: F811
    answer = post(ADDRESS, {"items": list(items)}, token)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.usefixtures("python")
def test_a_batch_counts_once(acme: Organization, token: str) -> None:  # noqa: F811
    completed = {"learner": "E2", "content": "Python", "at": "2026-03-03T23:30:00-05:00", "completed": True, "id": "a"}
    unknown = {"learner": "new@corp.example", "content": "Python", "day": "2026-03-03"}

    assert told(token, ITEM, completed, unknown) == {"counted": 2, "known": 0, "waiting": 1, "problems": []}
    assert told(token, unknown, completed, ITEM) == {"counted": 0, "known": 3, "waiting": 0, "problems": []}
    facts = Fact.objects.filter(organization_id=acme.id).order_by("seconds")
    assert [(fact.day, fact.at, fact.seconds, fact.completions, fact.source) for fact in facts] == [
        (date(2026, 3, 4), datetime(2026, 3, 4, 4, 30, tzinfo=UTC), 0, 1, "api"),
        (date(2026, 3, 3), None, 60, 0, "api"),
    ]
    assert WaitingFact.objects.get().learner == "new@corp.example"


@pytest.mark.usefixtures("acme")
def test_a_number_names_a_content(python: Content, token: str) -> None:  # noqa: F811
    assert told(token, ITEM | {"content": python.id})["counted"] == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"learner": ""}, "learner", "usage_learner"),
        ({"learner": None}, "learner", "usage_learner"),
        ({"learner": True}, "learner", "usage_learner"),
        ({"content": ["Python"]}, "content", "usage_content"),
        ({"content": "\x00"}, "content", "usage_text"),
        ({"learner": "\ud800"}, "learner", "usage_text"),
        ({"day": "yesterday"}, "day", "usage_when"),
        ({"day": 20260303}, "day", "usage_when"),
        ({"day": "1989-12-31"}, "day", "usage_when"),
        ({"at": "2026-03-03T10:00:00Z"}, "at", "usage_when"),
        ({"day": "", "at": "2026-03-03"}, "at", "usage_when"),
        ({"day": "", "at": "0001-01-01T00:00:00+14:00"}, "at", "usage_when"),
        ({"day": "", "at": "9999-12-31T23:59:59-12:00"}, "at", "usage_when"),
        ({"day": "2199-01-01"}, "day", "usage_day_ahead"),
        ({"day": "", "at": "2199-01-01T10:00:00Z"}, "at", "usage_day_ahead"),
        ({"seconds": 1.5}, "seconds", "usage_seconds"),
        ({"seconds": -1}, "seconds", "usage_seconds"),
        ({"seconds": True}, "seconds", "usage_seconds"),
        ({"seconds": 86_401}, "seconds", "usage_seconds"),
        ({"completed": "yes"}, "completed", "usage_completed"),
        ({"id": 7}, "id", "usage_id"),
        ({"minutes": 7}, "minutes", "usage_field"),
    ],
)
def test_a_problem_is_named_and_the_rest_counts(
    change: dict[str, Any],
    field: str,
    code: str,
    python: Content,  # noqa: F811
    token: str,  # noqa: F811
) -> None:
    answer = told(token, ITEM, {**ITEM, **change})

    assert answer["counted"] == 1
    (problem,) = answer["problems"]
    assert (problem["index"], problem["field"], problem["code"]) == (1, field, code)
    assert problem["message"] == MESSAGES[code.upper()]


def test_an_item_that_is_no_object(python: Content, token: str) -> None:  # noqa: F811
    assert [one["code"] for one in told(token, 7, None, [ITEM])["problems"]] == ["usage_item"] * 3


@pytest.mark.parametrize("body", ["", "{", "[]", '{"items": 7}', '{"item": []}', '{"items": [], "more": 1}', "[" * 100_000])
def test_a_body_that_is_none(body: str, token: str) -> None:  # noqa: F811
    answer = post(ADDRESS, body, token)

    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_usage")


def test_too_much_at_once(token: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    many = post(ADDRESS, {"items": [0] * (MOST_ITEMS + 1)}, token)
    monkeypatch.setattr(applications, "MOST_BYTES", 10)
    large = post(ADDRESS, {"items": []}, token)

    assert [(one.status_code, one.json()["code"]) for one in (many, large)] == [(413, "too_large")] * 2


def test_who_may_not_tell_is_told_so(acme: Organization, python: Content, token: str) -> None:  # noqa: F811
    for_something_else = post(ADDRESS, {"items": [ITEM]}, token_of(acme, TokenScope.ACCESS))
    without = post(ADDRESS, {"items": [ITEM]})

    assert (for_something_else.status_code, for_something_else.json()["code"]) == (403, "scope_missing")
    assert (without.status_code, without.json()["code"], without["WWW-Authenticate"]) == (401, "token_refused", "Bearer")
    assert not Fact.objects.exists()


def test_usage_goes_to_the_organization_of_the_token(acme: Organization, python: Content) -> None:  # noqa: F811
    other = factories.organization("Other")

    answer = told(token_of(other, TokenScope.USAGE), ITEM)

    assert answer == {"counted": 0, "known": 0, "waiting": 1, "problems": []}
    assert WaitingFact.objects.get().organization_id == other.id
    assert not Fact.objects.exists()
