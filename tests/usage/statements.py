"""Statements to be sent, and to be spoiled."""

from copy import deepcopy
from typing import Any

ADL = "http://adlnet.gov/expapi/verbs/"
ID = "7d7f28a4-9d3c-4c19-9a3b-0f0a8f2f3c11"
MINIMAL: dict[str, Any] = {
    "actor": {"mbox": "mailto:ana@corp.example"},
    "verb": {"id": ADL + "initialized"},
    "object": {"id": "https://learn.corp.example/courses/python/1.html"},
    "timestamp": "2026-03-03T10:00:00Z",
}
AGENT = {"objectType": "Agent", "name": "Kim", "account": {"homePage": "https://corp.example", "name": "E2"}}
EVERYTHING: dict[str, Any] = {
    "id": ID,
    "actor": AGENT,
    "verb": {"id": ADL + "completed", "display": {"en-US": "completed", "de": "abgeschlossen"}},
    "object": {
        "objectType": "Activity",
        "id": "https://learn.corp.example/courses/python",
        "definition": {
            "name": {"en": "Python"},
            "description": {"en": "From the beginning"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "https://learn.corp.example/more",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
            "extensions": {"https://corp.example/x": {"null": None}},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": True,
        "response": "a[,]b",
        "duration": "PT1H30M",
        "extensions": {"https://corp.example/y": [1, None]},
    },
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "instructor": {"mbox": "mailto:teacher@corp.example"},
        "team": {"objectType": "Group", "name": "Team", "member": [{"mbox": "mailto:a@corp.example"}]},
        "contextActivities": {"parent": {"id": "https://corp.example/p"}, "category": [{"id": "https://corp.example/c"}]},
        "revision": "2",
        "platform": "LMS",
        "language": "pt-BR",
        "statement": {"objectType": "StatementRef", "id": "ec531277-b57b-4c15-8d91-d292c5b2b8f7"},
        "extensions": {"https://corp.example/z": "z"},
    },
    "timestamp": "2026-03-03T12:00:00.123456+02:00",
    "stored": "2026-03-03T12:00:01Z",
    "authority": {"account": {"homePage": "https://corp.example", "name": "lms"}},
    "version": "1.0.0",
    "attachments": [
        {
            "usageType": "https://corp.example/certificate",
            "display": {"en": "Certificate"},
            "contentType": "application/pdf",
            "length": 9,
            "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
            "fileUrl": "https://learn.corp.example/certificate.pdf",
        }
    ],
}


def changed(statement: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """A copy with another value at `object.definition.name`."""
    copy = deepcopy(statement)
    *way, last = place.split(".")
    inner = copy
    for name in way:
        inner = inner.setdefault(name, {})
    inner[last] = value
    return copy


def without(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in deepcopy(statement).items() if key != name}
