"""`/xapi/statements`: answers for good and bad requests as the specification's tables say."""

import base64
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.api import applications, xapi
from seatkeeper.directory.models import Organization
from seatkeeper.usage.models import Fact, KnownStatement, WaitingFact
from tests import factories
from tests.usage.asking import acme, post, python, token, token_of  # noqa: F401  the same people and content
from tests.usage.statements import ADL, EVERYTHING, ID, MINIMAL, changed

ADDRESS = "/xapi/statements"
VERSION = {"X-Experience-API-Version": "1.0.3"}


def sent(token: str, body: Any, **headers: str) -> Any:  # noqa: F811
    return post(ADDRESS, body, token, **VERSION | headers)


@pytest.mark.usefixtures("python")
def test_statements_are_answered_with_their_ids_in_order_and_count_once(token: str) -> None:  # noqa: F811
    lasting = changed(changed(MINIMAL, "verb.id", ADL + "terminated"), "result.duration", "PT10M") | {"id": str(uuid.uuid4())}
    unknown = changed(EVERYTHING, "actor.account.name", "E404") | {"id": str(uuid.uuid4())}
    batch = [EVERYTHING, lasting, unknown]

    first, again = sent(token, batch), sent(token, batch)

    assert (first.status_code, first.json()) == (200, [one["id"] for one in batch])
    assert (again.status_code, again.json()) == (200, first.json())
    assert sorted(Fact.objects.values_list("kind", "seconds", "completions")) == [("completed", 0, 1), ("viewed", 600, 0)]
    assert WaitingFact.objects.get().learner == "E404"
    assert first["X-Experience-API-Version"] == "1.0.3"
    assert first["X-Experience-API-Consistent-Through"]


@pytest.mark.usefixtures("python")
def test_a_single_statement_gets_an_id(token: str) -> None:  # noqa: F811
    (one,) = sent(token, MINIMAL).json()

    assert str(KnownStatement.objects.get().statement_id) == one
    assert Fact.objects.count() == 1


@pytest.mark.usefixtures("python")
def test_a_statement_without_an_id_counts_once_though_it_is_sent_again(token: str) -> None:  # noqa: F811
    lasting = changed(changed(MINIMAL, "verb.id", ADL + "progressed"), "result.duration", "PT30M")

    answers = [sent(token, lasting).status_code for _ in range(2)]
    later = sent(token, changed(lasting, "timestamp", "2026-03-03T10:30:00Z")).status_code

    assert [*answers, later] == [200, 200, 200]
    assert list(Fact.objects.values_list("seconds", flat=True)) == [1800, 1800]


@pytest.mark.usefixtures("python")
def test_without_id_and_time_each_one_counts(token: str) -> None:  # noqa: F811
    now = changed(changed(MINIMAL, "verb.id", ADL + "progressed"), "result.duration", "PT30M")
    del now["timestamp"]

    assert sent(token, [now, now]).status_code == 200
    assert Fact.objects.count() == 2


@pytest.mark.usefixtures("python")
def test_of_a_statement_nothing_personal_is_kept(token: str) -> None:  # noqa: F811
    assert sent(token, changed(EVERYTHING, "verb.id", ADL + "answered")).status_code == 200

    assert set(KnownStatement.objects.values("verb").get().values()) == {ADL + "answered"}
    kept = {field.name for field in KnownStatement._meta.concrete_fields}
    assert kept == {"organization_id", "statement_id", "digest", "verb", "stored_at"}
    assert not Fact.objects.exists()
    assert not WaitingFact.objects.exists()


@pytest.mark.usefixtures("python")
def test_the_same_id_with_another_content_is_a_conflict_and_nothing_is_stored(token: str) -> None:  # noqa: F811
    sent(token, EVERYTHING)
    answer = sent(token, [MINIMAL, changed(EVERYTHING, "actor.account.name", "E1")])

    assert (answer.status_code, answer.json()["code"]) == (409, "statement_conflict")
    assert (KnownStatement.objects.count(), Fact.objects.count()) == (1, 1)


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize(
    "bad",
    [
        {**MINIMAL, "more": 1},
        {**MINIMAL, "result": None},
        changed(MINIMAL, "actor", {"mbox_sha1sum": "f" * 40}),
        {**MINIMAL, "id": ID},  # beside another one with this id
        {**MINIMAL, "timestamp": "2199-01-01T00:00:00Z"},
        {**MINIMAL, "timestamp": "0001-01-01T00:00:00Z"},
        {**MINIMAL, "timestamp": "9999-12-31T23:59:59Z"},
        changed(MINIMAL, "actor", {"account": {"homePage": "https://corp.example", "name": " "}}),
        changed(MINIMAL, "actor", {"account": {"homePage": "https://corp.example", "name": "E" * 3_000}}),
        changed(MINIMAL, "object.id", "urn:seatkeeper:content:"),
        changed(MINIMAL, "actor.name", "\ud800"),
        changed(MINIMAL, "object.id", "https://a.example/\x00"),
        7,
        [MINIMAL],
    ],
)
def test_one_bad_statement_refuses_all(bad: Any, token: str) -> None:  # noqa: F811
    answer = sent(token, [EVERYTHING, bad])

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_statement")
    assert answer.json()["details"]["index"] == 1
    assert answer["X-Experience-API-Version"] == "1.0.3"
    assert "ana@corp.example" not in answer.content.decode()
    assert not KnownStatement.objects.exists()
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("object.id", "/courses/python", "Statement 0, object.id: is no IRI with a scheme, such as https:."),
        ("id", "7", "Statement 0, id: is no UUID."),
        ("verb.display", {"not a tag": "x"}, "is no language tag."),
        ("actor", {"mbox_sha1sum": "f"}, "Statement 0, actor.mbox_sha1sum: is no SHA-1 digest in hex."),
        ("actor", {"objectType": "Robot"}, "Statement 0, actor: has an objectType that has no place there."),
        ("actor", "ana", "Statement 0, actor: is no object."),
        ("verb", {}, "Statement 0, verb.id: is missing."),
        ("version", "1.1.0", "Statement 0, version: is no version 1.0."),
        ("more", 1, "Statement 0, more: has no place there in a statement."),
        ("result.duration", "an hour", "Statement 0, result.duration: is no duration as ISO 8601 writes it."),
        ("result.completion", "yes", "Statement 0, result.completion: input should be a valid boolean."),
        ("object", {"objectType": "Agent", "mbox": "mailto:a@corp.example"}, "Statement 0: only an activity has a revision"),
    ],
)
def test_what_is_wrong_is_said_in_words(place: str, value: Any, said: str, token: str) -> None:  # noqa: F811
    statement = changed(changed(MINIMAL, "context.platform", "LMS"), place, value)

    assert said in sent(token, statement).json()["message"]


@pytest.mark.parametrize("version", ["", "0.9", "1.1.0", "2.0.0", "1.0.3.1", "latest"])
def test_another_version_is_refused(version: str, token: str) -> None:  # noqa: F811
    answer = post(ADDRESS, MINIMAL, token, **({"X-Experience-API-Version": version} if version else {}))

    assert (answer.status_code, answer.json()["code"]) == (400, "version_refused")


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.2", "1.0.9"])
def test_every_version_of_1_0_is_taken(version: str, token: str) -> None:  # noqa: F811
    assert post(ADDRESS, MINIMAL, token, **{"X-Experience-API-Version": version}).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "query"),
    [
        ("{", {}, ""),
        ('{"actor": NaN}', {}, ""),
        (MINIMAL, {}, "?StatementId=7"),
        (MINIMAL, {}, "?statementId=" + ID),
        ("[" * 100_000, {}, ""),
    ],
)
def test_a_request_that_is_none(body: Any, headers: dict[str, str], query: str, token: str) -> None:  # noqa: F811
    assert post(ADDRESS + query, body, token, **VERSION | headers).status_code == 400


def test_files_of_attachments_are_not_taken(token: str) -> None:  # noqa: F811
    headers = {"Authorization": f"Bearer {token}", **VERSION}
    answer = Client().post(ADDRESS, b"--x", content_type="multipart/mixed; boundary=x", headers=headers)

    assert (answer.status_code, "fileUrl" in answer.json()["message"]) == (400, True)


def test_too_much_at_once(token: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(xapi, "MOST_STATEMENTS", 1)
    assert sent(token, [MINIMAL, MINIMAL]).status_code == 413
    monkeypatch.setattr(applications, "MOST_BYTES", 10)
    assert sent(token, MINIMAL).status_code == 413


@pytest.mark.usefixtures("python")
def test_who_sends_shows_a_token_in_either_way(acme: Organization, token: str) -> None:  # noqa: F811
    basic = base64.b64encode(f"lms:{token}".encode()).decode()

    for shown in (f"Basic {basic}", f"basic {basic}", f"Bearer {token}", f"bearer {token}"):
        assert post(ADDRESS, MINIMAL, **VERSION, Authorization=shown).status_code == 200
    for shown in ("", "Basic ???", "Basic bG1z", "Bearer wrong"):
        answer = post(ADDRESS, MINIMAL, **VERSION, Authorization=shown)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="xAPI"')
    assert sent(token_of(acme, TokenScope.ACCESS), MINIMAL).status_code == 403


@pytest.mark.usefixtures("python")
def test_put_stores_one_under_its_id(token: str) -> None:  # noqa: F811
    def put(query: str, body: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {token}", **VERSION}
        return int(Client().put(ADDRESS + query, body, content_type="application/json", headers=headers).status_code)

    assert put("?statementId=" + ID.upper(), MINIMAL) == 204
    assert put("?statementId=" + ID, MINIMAL | {"id": ID}) == 204
    assert put("?statementId=" + ID, EVERYTHING) == 409
    assert put("?statementId=" + str(uuid.uuid4()), EVERYTHING) == 400
    assert put("?statementId=7", MINIMAL) == 400
    assert put("", MINIMAL) == 400
    assert (KnownStatement.objects.count(), Fact.objects.count()) == (1, 1)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(("address", "allowed"), [(ADDRESS, "POST, PUT"), ("/xapi/about", "GET, HEAD")])
def test_other_methods_are_refused_plainly(method: str, address: str, allowed: str, token: str) -> None:  # noqa: F811
    if method in allowed:
        return
    asking = Client(enforce_csrf_checks=True)
    answer = asking.generic(method, address, headers={"Authorization": f"Bearer {token}", **VERSION})

    assert (answer.status_code, answer["Allow"]) == (405, allowed)
    assert answer["X-Experience-API-Version"] == "1.0.3"
    assert method == "HEAD" or answer.json()["code"] == "wrong_method"


def test_about_is_for_everyone() -> None:
    answer = Client().get("/xapi/about")

    assert (answer.status_code, answer.json()) == (200, {"version": ["1.0.3"]})
    assert answer["X-Experience-API-Version"] == "1.0.3"


@pytest.mark.usefixtures("python")
def test_organizations_know_nothing_of_each_other(token: str) -> None:  # noqa: F811
    other = factories.organization("Other")
    sent(token, EVERYTHING)

    theirs = sent(token_of(other, TokenScope.USAGE), changed(EVERYTHING, "actor.account.name", "E1"))

    assert theirs.status_code == 200
    assert KnownStatement.objects.filter(organization_id=other.id).count() == 1
    assert WaitingFact.objects.get().organization_id == other.id


@pytest.mark.usefixtures("python")
def test_as_many_queries_at_any_length(token: str) -> None:  # noqa: F811
    def queries(count: int) -> int:
        batch = [MINIMAL | {"id": str(uuid.uuid4()), "timestamp": f"2026-03-03T10:00:{n % 60:02}Z"} for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert sent(token, batch).status_code == 200
        return len(captured)

    queries(1)  # which makes the connection's temporary tables
    assert queries(2) == queries(50)
