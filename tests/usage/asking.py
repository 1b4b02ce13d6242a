"""An organization with people, content and a token that tells of usage."""

import json
from typing import Any

import pytest
from django.test import Client

from seatkeeper.accounts.services.tokens import make_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from tests import factories

PEOPLE = "invited_email_address,unique_user_id\nana@corp.example,E1\nbo@corp.example,E2\n"


@pytest.fixture
def acme(db: None) -> Organization:
    made = factories.organization("Acme")
    factories.import_csv(made, PEOPLE)
    return made


@pytest.fixture
def python(acme: Organization) -> Content:
    return add_content(
        organization_id=acme.id,
        title="Python",
        address="https://learn.corp.example/courses/python",
        is_free=True,
        actor="tester",
        now=factories.NOW,
    )


@pytest.fixture
def token(acme: Organization) -> str:
    return token_of(acme, TokenScope.USAGE)


def token_of(organization: Organization, scope: TokenScope) -> str:
    return make_token(organization_id=organization.id, name="LMS", scopes=[scope], actor="tester", now=system_clock()).secret


def post(address: str, body: Any, token: str = "", **headers: str) -> Any:
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(address, sent, content_type="application/json", headers=shown | headers)
