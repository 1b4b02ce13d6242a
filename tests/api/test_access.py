"""The gate's answer for applications, by token."""

from typing import Any

import pytest
from django.test import Client

from seatkeeper.accounts.services.tokens import make_token, revoke_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate import spool
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.services.suspend import suspend_learner
from tests import factories
from tests.gate.asking import set_license
from tests.gate.conftest import acme, ann, course, learning  # noqa: F401  the same people and content


@pytest.fixture
def token(acme: Organization) -> str:  # noqa: F811
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=system_clock())
    return made.secret


def asked(token: str, **question: Any) -> Any:
    return Client().get("/api/v1/access", question, headers={"Authorization": f"Bearer {token}"})


def test_yes_and_why_and_no_and_why(course: Content, acme: Organization, ann: Learner, token: str) -> None:  # noqa: F811
    yes = asked(token, email="ann@acme.example", address="/courses/python/1.html").json()
    set_license(acme, ann, "inactive")
    no = asked(token, learner=ann.id, content=course.id).json()

    told = {"learner": ann.id, "content": {"id": course.id, "title": "Python"}}
    assert yes == told | {"allowed": True, "reason": "active", "since": "2026-03-04T14:02:00+00:00"}
    assert no == told | {"allowed": False, "reason": "no_license", "since": "2026-03-04T14:02:00+00:00"}
    assert asked(token, unique_user_id="nobody", content=course.id).json()["reason"] == "unknown_learner"
    assert asked(token, learner=ann.id, address="/elsewhere").json()["reason"] == "unknown_content"


def test_of_another_organization_nothing_is_known(course: Content, ann: Learner, token: str) -> None:  # noqa: F811
    other = factories.organization("Other")
    theirs = add_content(
        organization_id=other.id, title="Secret", address="/secret", is_free=True, actor="tester", now=factories.NOW
    )
    factories.import_csv(other, "invited_email_address\nbo@other.example\n")

    assert asked(token, learner=ann.id, content=theirs.id).json()["content"] is None
    assert asked(token, email="bo@other.example", content=course.id).json()["reason"] == "unknown_learner"


def test_only_who_says_so_opens(course: Content, ann: Learner, token: str) -> None:  # noqa: F811
    asked(token, learner=ann.id, content=course.id)
    assert not spool.folder().exists()
    asked(token, learner=ann.id, content=course.id, opens=1)
    assert len(list(spool.folder().iterdir())) == 1


@pytest.mark.parametrize("question", [{}, {"learner": 1}, {"content": 1}, {"learner": 1, "email": "a", "content": 1}])
def test_half_a_question(question: dict[str, Any], token: str) -> None:
    answer = asked(token, **question)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_usage")


def test_without_a_good_token_nothing_is_told(course: Content, acme: Organization, ann: Learner) -> None:  # noqa: F811
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=system_clock())
    assert asked(made.secret, learner=ann.id, content=course.id).status_code == 200
    in_lower_case = {"Authorization": f"bearer {made.secret}"}
    assert Client().get("/api/v1/access", {"learner": ann.id, "content": course.id}, headers=in_lower_case).status_code == 200
    revoke_token(organization_id=acme.id, token_id=made.token.pk, actor="tester", now=system_clock())

    for answer in (
        asked(made.secret, learner=ann.id, content=course.id),
        Client().get("/api/v1/access", {"learner": ann.id, "content": course.id}),
    ):
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] == "token_refused"


def test_suspended_and_since_when(course: Content, ann: Learner, token: str) -> None:  # noqa: F811
    suspend_learner(learner=ann, actor="tester", now=factories.NOW)
    no = asked(token, learner=ann.id, content=course.id).json()
    assert (no["allowed"], no["reason"], no["since"]) == (False, "suspended", factories.NOW.isoformat())
