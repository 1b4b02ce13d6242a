"""The gate: who may open what, and why not. One statement a request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.accounts.services.tokens import make_token, revoke_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.gate import queries
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.kernel.prepared import fetch_prepared
from seatkeeper.licensing.models import Activation, LicensePool
from tests import factories
from tests.gate.asking import answer_of, ask, set_license, signed_in


def free_content(of: Organization, address: str) -> Content:
    return add_content(organization_id=of.id, title="Free", address=address, is_free=True, actor="tester", now=factories.NOW)


def test_an_active_license_opens_and_says_who_it_is(course: Content, ann: Learner, anns_browser: Client) -> None:
    answer = answer_of(anns_browser, "/courses/python/1.html?page=2")

    assert (answer.status_code, answer["X-Seatkeeper-Reason"]) == (200, "active")
    assert answer["X-Seatkeeper-Learner"] == str(ann.id)
    assert answer["X-Seatkeeper-Email"] == "ann@acme.example"
    assert answer["X-Seatkeeper-Unique-User-Id"] == "A1"
    assert answer["X-Seatkeeper-Content"] == str(course.id)
    assert answer["Cache-Control"] == "no-store"


def test_why_not(course: Content, acme: Organization, learning: LicensePool, ann: Learner, anns_browser: Client) -> None:
    assert ask(anns_browser, "/elsewhere") == (403, "unknown_content")
    assert ask(Client()) == (401, "not_signed_in")
    set_license(acme, ann, "inactive")
    assert ask(anns_browser) == (403, "no_license")

    newcomer = Account.objects.create_user("new@acme.example")
    assert ask(signed_in(newcomer)) == (403, "no_profile")
    factories.import_csv(acme, "invited_email_address\nnew@acme.example\n")
    Membership.objects.create(organization=acme, account=newcomer, learner=factories.learner(acme, "new@acme.example"))
    assert ask(signed_in(newcomer)) == (403, "no_license")
    course_too = factories.pool(acme, license_type="Learning", budget_group="Sales", activation=Activation.INVITE)
    set_license(acme, factories.learner(acme, "new@acme.example"), "active", column="sales_license_learning_status")
    assert course_too.license_type_id == learning.license_type_id
    assert ask(signed_in(newcomer)) == (403, "invited")


def test_a_license_of_another_type_opens_nothing(course: Content, acme: Organization, anns_browser: Client) -> None:
    factories.pool(acme, license_type="Coding")
    add_content(
        organization_id=acme.id,
        title="Go",
        address="/courses/python/go",
        license_types=["coding"],
        actor="tester",
        now=factories.NOW,
    )

    assert ask(anns_browser, "/courses/python/go/1.html") == (403, "no_license")
    assert ask(anns_browser, "/courses/python/gopher") == (200, "active")


def test_free_content_is_for_everyone(acme: Organization, course: Content) -> None:
    first = free_content(acme, "/courses/python/1.html")
    assert ask(Client(), "/courses/python/1.html") == (200, "free")
    assert ask(Client(), "/courses/python/2.html") == (401, "not_signed_in")

    remove_content(organization_id=acme.id, content_id=first.id, actor="tester", now=factories.NOW)
    assert ask(Client(), "/courses/python/1.html") == (401, "not_signed_in")


def test_content_on_one_host(acme: Organization, course: Content, anns_browser: Client) -> None:
    free_content(acme, "https://open.example/courses/python")

    assert ask(Client(), X_Forwarded_Host="open.example") == (200, "free")
    assert ask(Client(), X_Forwarded_Host="learn.example") == (401, "not_signed_in")


@pytest.mark.parametrize(
    "uri",
    [
        "/free/../courses/python",
        "/free/%2e%2e/courses/python",
        "/free/..%2fcourses/python",
        "/free/..;/courses/python",
        "/free/%252e%252e/courses/python",
        "/free/..\\courses/python",
        "free",
        "",
    ],
)
def test_a_path_of_several_meanings_opens_nothing(uri: str, acme: Organization, course: Content) -> None:
    free_content(acme, "/free")

    assert ask(Client(), "/free/1.html") == (200, "free")
    assert ask(Client(), uri) == (403, "unknown_content")


def test_capitals_and_doubled_slashes_go_round_nothing(acme: Organization, course: Content) -> None:
    free_content(acme, "/")

    assert ask(Client(), "//COURSES/%50ython//1.html") == (401, "not_signed_in")


def test_a_second_header_opens_nothing(acme: Organization, course: Content) -> None:
    """Servers pass on what browsers send: of two names for the request, one is the browser's."""
    free_content(acme, "/free")

    assert ask(Client(), "/free/1", X_Forwarded_Uri="/free/1") == (200, "free")
    assert ask(Client(), "/free/1", X_Forwarded_Uri="/courses/python") == (403, "unknown_content")


def test_it_ends_with_the_session_the_account_and_the_password(
    course: Content, anns_account: Account, anns_browser: Client
) -> None:
    assert ask(anns_browser) == (200, "active")
    left = signed_in(anns_account)
    key = left.cookies["seatkeeper_session"].value
    left.post("/account/logout/")
    left.cookies["seatkeeper_session"] = key
    assert ask(left) == (401, "not_signed_in")

    anns_account.is_active = False
    anns_account.save()
    assert ask(anns_browser) == (401, "not_signed_in")
    anns_account.is_active = True
    anns_account.set_password("another long password")
    anns_account.save()
    assert ask(anns_browser) == (401, "not_signed_in")


def test_where_learners_do_not_sign_in_no_session_counts(
    course: Content, acme: Organization, ann: Learner, anns_browser: Client
) -> None:
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=system_clock())
    OrganizationSettings.objects.create(organization=acme, learners_sign_in=False)

    answer = answer_of(anns_browser)
    assert (answer.status_code, answer["X-Seatkeeper-Reason"], answer["X-Seatkeeper-Email"]) == (401, "not_signed_in", "")
    # Not the sign-in, which sends who is signed in back here.
    assert answer["X-Seatkeeper-Way-On"].startswith("/learn/refused?")
    assert "do not sign in here" in anns_browser.get(answer["X-Seatkeeper-Way-On"]).content.decode()
    for scheme in ("Bearer", "bearer"):
        assert ask(Client(), X_Learner_Id=str(ann.id), Authorization=f"{scheme} {made.secret}") == (200, "active")

    OrganizationSettings.objects.update(learners_sign_in=True)
    assert ask(anns_browser) == (200, "active")


def test_organizations_are_apart(course: Content, anns_browser: Client) -> None:
    other = factories.organization("Other")
    factories.pool(other)
    add_content(
        organization_id=other.id,
        title="Theirs",
        address="/courses",
        license_types=["learning"],
        actor="tester",
        now=factories.NOW,
    )

    assert ask(anns_browser, query="?organization=acme") == (200, "active")
    assert ask(anns_browser, query="?organization=other") == (403, "no_profile")
    assert ask(anns_browser, query="?organization=nobody") == (403, "unknown_content")
    assert ask(anns_browser) == (403, "unknown_content")  # of two organizations, one must be named


def test_a_token_asks_about_a_learner(course: Content, acme: Organization, ann: Learner) -> None:
    now = system_clock()
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=now)
    token = {"Authorization": f"Bearer {made.secret}"}

    assert ask(Client(), X_Learner_Id=str(ann.id), **token) == (200, "active")
    assert ask(Client(), X_Learner_Email="Ann@acme.example", **token) == (200, "active")
    assert ask(Client(), X_Learner_Unique_User_Id=str(ann.unique_user_id), **token) == (200, "active")
    assert ask(Client(), X_Learner_Email="nobody@acme.example", **token) == (403, "unknown_learner")
    assert ask(Client(), X_Learner_Id="x", **token) == (403, "unknown_learner")
    assert ask(Client(), X_Learner_Id=str(ann.id), Authorization="Bearer skt_x") == (401, "token_refused")
    assert ask(Client(), query="?organization=other", X_Learner_Id=str(ann.id), **token) == (401, "token_refused")

    revoke_token(organization_id=acme.id, token_id=made.token.pk, actor="tester", now=now)
    assert ask(Client(), X_Learner_Id=str(ann.id), **token) == (401, "token_refused")


@pytest.mark.parametrize(("scopes", "days"), [([], 1), ([TokenScope.ACCESS], 0)])
def test_a_token_for_nothing_or_too_old(
    scopes: list[TokenScope], days: int, course: Content, acme: Organization, ann: Learner
) -> None:
    now = system_clock() - timedelta(seconds=1)
    made = make_token(organization_id=acme.id, name="App", scopes=scopes, days=days, actor="tester", now=now)

    told = ask(Client(), X_Learner_Id=str(ann.id), Authorization=f"Bearer {made.secret}")

    assert told == (401, "token_refused")


def test_servers_that_hand_our_answer_to_the_browser(course: Content, anns_browser: Client) -> None:
    refused = answer_of(anns_browser, "/elsewhere?a=b", query="?refusal=redirect")
    stranger = answer_of(Client(), "/courses/python", query="?refusal=redirect")

    assert (refused.status_code, refused["Location"]) == (302, "/learn/refused?address=%2Felsewhere%3Fa%3Db")
    assert (stranger.status_code, stranger["Location"]) == (302, "/account/login/code/?next=%2Fcourses%2Fpython")
    assert answer_of(anns_browser, "/courses/python", query="?refusal=redirect").status_code == 200


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is said to the database: through Django, and past it."""
    said: list[str] = []

    def listening(to: Any, query: str, parameters: dict[str, Any]) -> Any:
        said.append(query)
        return fetch_prepared(to, query, parameters)

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(queries, "fetch_prepared", listening)
            with CaptureQueriesContext(connection) as captured:
                yield said
            said += [query["sql"] for query in captured]
        else:
            connection.connection.set_trace_callback(said.append)
            yield said
            connection.connection.set_trace_callback(None)


def test_one_statement_that_reads(course: Content, acme: Organization, ann: Learner, anns_browser: Client) -> None:
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=system_clock())
    with statements() as said:
        assert ask(anns_browser) == (200, "active")
        assert ask(Client(), X_Learner_Id=str(ann.id), Authorization=f"Bearer {made.secret}") == (200, "active")
        assert ask(Client()) == (401, "not_signed_in")

    assert len(said) == 3
    assert all("\nSELECT " in statement for statement in said)
    assert not any(re.search("INSERT|UPDATE|DELETE", statement) for statement in said)
