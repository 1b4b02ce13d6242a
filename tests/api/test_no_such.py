"""Addresses and methods that are not there are answered like every other error of the API."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1/", "/api/v1/usag", "/api/v1/usage/", "/api/v2/usage", "/xapi/", "/xapi/agents"]
)
def test_an_unknown_address_is_said_in_json(method: str, address: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert answer.json() == {"code": "not_found", "message": "There is nothing at this address.", "details": {}}
    assert answer.has_header("X-Experience-API-Version") == address.startswith("/xapi/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [("GET", "/api/v1/usage", "POST"), ("DELETE", "/api/v1/usage", "POST"), ("POST", "/api/v1/access", "GET, HEAD")],
)
def test_another_method_is_said_in_json(method: str, address: str, allowed: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, address)

    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, allowed, "application/json")
    assert answer.json() == {
        "code": "wrong_method",
        "message": f"{method} is not taken here. These are: {allowed}.",
        "details": {},
    }
