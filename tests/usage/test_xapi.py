"""Which statements are statements (xAPI 1.0.3, part two), and what they come to."""

from typing import Any

import pytest
from pydantic import ValidationError

from seatkeeper.usage.models import FactKind
from seatkeeper.usage.xapi import Statement, place_of_null
from seatkeeper.usage.xapi_facts import NobodyKnown, digest_of_statement, seconds_of, told_of_statement
from tests.factories import NOW
from tests.usage.statements import ADL, AGENT, EVERYTHING, ID, MINIMAL, changed, without

GROUP = {"objectType": "Group", "member": [AGENT]}
REFERENCE = {"objectType": "StatementRef", "id": ID}
SUB = {"objectType": "SubStatement", "actor": AGENT, "verb": {"id": ADL + "completed"}, "object": {"id": "https://a.example/"}}


@pytest.mark.parametrize(
    "statement",
    [
        MINIMAL,
        EVERYTHING,
        changed(MINIMAL, "actor", {"mbox_sha1sum": "f" * 40}),
        changed(MINIMAL, "actor", {"openid": "https://ana.example/"}),
        changed(MINIMAL, "actor", GROUP),
        changed(MINIMAL, "actor", GROUP | {"mbox": "mailto:team@corp.example"}),
        changed(MINIMAL, "object", AGENT),
        changed(MINIMAL, "object", GROUP),
        changed(MINIMAL, "object", REFERENCE),
        changed(MINIMAL, "object", SUB),
        changed(changed(MINIMAL, "verb.id", ADL + "voided"), "object", REFERENCE),
        changed(MINIMAL, "timestamp", "2026-03-03T10:00"),
        changed(MINIMAL, "result.duration", "P1Y2M3DT4H5M6.07S"),
        changed(MINIMAL, "result.duration", "P4W"),
        changed(MINIMAL, "result.duration", "PT4H35M59.14S"),
        changed(MINIMAL, "result.duration", "P0,5Y"),
        changed(MINIMAL, "timestamp", "20260303T100000.123456789Z"),
        changed(MINIMAL, "context.language", "tlh"),
        changed(MINIMAL, "context.language", "zh-cmn-Hans-CN"),
        changed(MINIMAL, "context.language", "sl-rozaj-biske-1994"),
        changed(MINIMAL, "context.language", "de-419-a-bbb-x-private"),
        changed(MINIMAL, "context.language", "x-whatever"),
        changed(MINIMAL, "context.language", "i-klingon"),
        changed(MINIMAL, "version", "1.0"),
        changed(MINIMAL, "authority", {"objectType": "Group", "member": [AGENT, {"mbox": "mailto:a@corp.example"}]}),
        changed(MINIMAL, "object.definition", {"interactionType": "likert", "scale": [{"id": "1"}]}),
    ],
)
def test_these_are_statements(statement: dict[str, Any]) -> None:
    Statement.model_validate(statement)
    assert place_of_null(statement) == ()


@pytest.mark.parametrize("name", ["actor", "verb", "object"])
def test_what_is_required_is_required(name: str) -> None:
    with pytest.raises(ValidationError):
        Statement.model_validate(without(MINIMAL, name))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("more", 1),
        ("Actor", AGENT),
        ("id", "7"),
        ("id", ID.replace("-", "")),
        ("id", ID.replace("9a3b", "ca3b")),  # of another variant
        ("actor", {}),
        ("actor", {"name": "Ana"}),
        ("actor", {"mbox": "ana@corp.example"}),
        ("actor", {"mbox": "mailto:nobody"}),
        ("actor", {"mbox": "mailto:a@corp.example", "openid": "https://a.example/"}),
        ("actor", {"mbox_sha1sum": "f" * 39}),
        ("actor", {"account": {"name": "E1"}}),
        ("actor", {"account": {"homePage": "corp", "name": "E1"}}),
        ("actor", {"account": {"homePage": "https://corp.example", "name": "E1", "more": 1}}),
        ("actor", {"objectType": "agent", "mbox": "mailto:a@corp.example"}),
        ("actor", {"objectType": "Group"}),
        ("actor", {"objectType": "Group", "member": []}),
        ("actor", {"objectType": "Group", "member": [GROUP]}),
        ("actor", {"mbox": "mailto:a@corp.example", "name": 7}),
        ("verb", {}),
        ("verb", {"id": "completed"}),
        ("verb", {"id": ADL + "completed", "display": {"en us": "completed"}}),
        ("verb", {"id": ADL + "completed", "display": "completed"}),
        ("verb", {"id": ADL + "voided"}),
        ("object", {}),
        ("object", {"id": "/courses/python"}),
        ("object", {"objectType": "Course", "id": "https://a.example/"}),
        ("object", {"objectType": "StatementRef", "id": "7"}),
        ("object", SUB | {"id": ID}),
        ("object", SUB | {"object": SUB}),
        ("object", SUB | {"authority": AGENT}),
        ("object.definition", {"more": 1}),
        ("object.definition", {"choices": [{"id": "a"}]}),
        ("object.definition", {"interactionType": "quiz"}),
        ("object.definition", {"interactionType": "likert", "choices": [{"id": "a"}]}),
        ("object.definition", {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]}),
        ("object.definition", {"extensions": {"x": 1}}),
        ("result.score", {"scaled": 1.1}),
        ("result.score", {"raw": 11, "min": 0, "max": 10}),
        ("result.score", {"min": 10, "max": 0}),
        ("result.score", {"raw": "5"}),
        ("result.score", {"raw": True}),
        ("result.score", {"raw": float("inf")}),  # 1e999
        ("result.score", {"scaled": -1.01}),
        ("result.score", {"min": 1, "max": 1}),
        ("result.score", {"raw": -1, "min": 0}),
        ("result.score", {"percent": 50}),
        ("result.success", "true"),
        ("result.completion", 1),
        ("result.duration", "90"),
        ("result.duration", "PT"),
        ("result.duration", "P"),
        ("result.duration", "P1DT"),
        ("result.duration", "P1W2D"),
        ("result.duration", "PT1H-30M"),
        ("result.duration", "PT1.5H30M"),
        ("result.duration", "P0003-06-04T12:30:05"),
        ("result.duration", ""),
        ("context.registration", "7"),
        ("context.team", AGENT),
        ("context.language", "en_US!"),
        ("context.language", "e"),
        ("context.language", "a12345"),
        ("context.language", "de-419-DE"),
        ("context.language", "en-US-"),
        ("context.language", ""),
        ("context.contextActivities", {"sibling": {"id": "https://a.example/"}}),
        ("context.contextActivities", {"parent": {"id": "a"}}),
        ("timestamp", "yesterday"),
        ("timestamp", "2026-03-03"),
        ("timestamp", "2026-03-03T10:00:00-00:00"),
        ("timestamp", 1_772_532_000),
        ("version", "0.95"),
        ("version", "1.1.0"),
        ("version", "2.0.0"),
        ("authority", GROUP),
        ("attachments", [{"usageType": "https://a.example/"}]),
        ("attachments", {}),
    ],
)
def test_these_are_none(place: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Statement.model_validate(changed(MINIMAL, place, value))


@pytest.mark.parametrize("name", ["revision", "platform"])
@pytest.mark.parametrize("value", ["2", ""])
def test_only_an_activity_has_a_revision_and_a_platform(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="revision"):
        Statement.model_validate(changed(changed(MINIMAL, "object", AGENT), f"context.{name}", value))


@pytest.mark.parametrize("place", ["actor.name", "result", "object.definition.name", "context.platform"])
def test_null_is_found_outside_of_extensions(place: str) -> None:
    assert place_of_null(changed(MINIMAL, place, None)) == tuple(place.split("."))


@pytest.mark.parametrize(
    ("verb", "kind", "seconds", "views", "completions"),
    [
        (ADL + "launched", FactKind.OPENED, 0, 1, 0),
        (ADL + "initialized", FactKind.OPENED, 0, 1, 0),
        (ADL + "experienced", FactKind.OPENED, 0, 1, 0),
        (ADL + "attempted", FactKind.OPENED, 0, 1, 0),
        ("http://activitystrea.ms/schema/1.0/open", FactKind.OPENED, 0, 1, 0),
        (ADL + "progressed", FactKind.VIEWED, 90, 1, 0),
        (ADL + "terminated", FactKind.VIEWED, 90, 1, 0),
        (ADL + "completed", FactKind.COMPLETED, 0, 0, 1),
        (ADL + "passed", FactKind.PASSED, 0, 0, 1),
    ],
)
def test_verbs_that_count(verb: str, kind: str, seconds: int, views: int, completions: int) -> None:
    told = told_of(changed(changed(MINIMAL, "verb.id", verb), "result.duration", "PT1M30S"))

    assert (told.kind, told.seconds, told.views, told.completions) == (kind, seconds, views, completions)
    assert (told.learner, told.content, told.id) == ("ana@corp.example", MINIMAL["object"]["id"], ID)


@pytest.mark.parametrize(
    "statement",
    [
        changed(MINIMAL, "verb.id", ADL + "answered"),
        changed(MINIMAL, "verb.id", ADL + "failed"),
        changed(MINIMAL, "actor", GROUP),
        changed(MINIMAL, "object", REFERENCE),
        changed(changed(MINIMAL, "verb.id", ADL + "answered"), "actor", {"mbox_sha1sum": "f" * 40}),
    ],
)
def test_others_tell_of_no_use(statement: dict[str, Any]) -> None:
    assert told_of_statement(Statement.model_validate(statement), its_id=ID, now=NOW) is None


def test_an_account_is_a_unique_user_id_and_a_number_names_our_content() -> None:
    told = told_of(changed(EVERYTHING, "object", {"id": "urn:seatkeeper:content:7"}))
    assert (told.learner, told.content) == ("E2", "7")


def test_without_a_time_it_is_now() -> None:
    assert told_of(without(MINIMAL, "timestamp")).at == NOW


@pytest.mark.parametrize("actor", [{"mbox_sha1sum": "f" * 40}, {"openid": "https://ana.example/"}])
def test_by_a_digest_nobody_is_found(actor: dict[str, Any]) -> None:
    with pytest.raises(NobodyKnown):
        told_of(changed(MINIMAL, "actor", actor))


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (None, 0),
        ("PT0S", 0),
        ("PT1H30M", 5_400),
        ("PT0.9S", 0),
        ("PT1,5M", 90),
        ("P1D", 86_400),
        ("P2DT1H", 86_400),
        ("P1W", 86_400),
    ],
)
def test_a_duration_counts_for_a_day_at_the_most(duration: str | None, seconds: int) -> None:
    assert seconds_of(duration) == seconds


@pytest.mark.parametrize(
    "same",
    [
        without(EVERYTHING, "stored"),
        without(EVERYTHING, "authority"),
        without(EVERYTHING, "version"),
        without(EVERYTHING, "attachments"),
        changed(EVERYTHING, "timestamp", "2026-03-03T10:00:00.123456Z"),
        changed(EVERYTHING, "verb.display", {"en": "done"}),
        changed(EVERYTHING, "object", {"id": EVERYTHING["object"]["id"]}),
        changed(EVERYTHING, "context.contextActivities.parent", [{"id": "https://corp.example/p", "objectType": "Activity"}]),
        dict(reversed(EVERYTHING.items())),
    ],
)
def test_the_same_statement_in_other_words(same: dict[str, Any]) -> None:
    assert digest_of_statement(same) == digest_of_statement(EVERYTHING)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("actor.account.name", "E3"),
        ("verb.id", ADL + "passed"),
        ("object.id", "https://learn.corp.example/courses/java"),
        ("result.duration", "PT90M"),
        ("result.extensions", {"https://corp.example/y": [1]}),
        ("timestamp", "2026-03-03T12:00:00Z"),
    ],
)
def test_another_statement(place: str, value: Any) -> None:
    assert digest_of_statement(changed(EVERYTHING, place, value)) != digest_of_statement(EVERYTHING)


def told_of(statement: dict[str, Any]) -> Any:
    found = told_of_statement(Statement.model_validate(statement), its_id=ID, now=NOW)
    assert found is not None
    return found
