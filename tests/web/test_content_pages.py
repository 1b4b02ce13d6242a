"""Content and tokens in the Admin Center."""

import re

import pytest
from django.test import Client

from seatkeeper.accounts.models import ApiToken
from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from seatkeeper.licensing.models import LicensePool


@pytest.fixture(autouse=True)
def _pool(learning: LicensePool) -> None:
    """There is a license type."""


def test_content_is_added_and_removed(owner: Client, acme: Organization) -> None:
    wanted = {"title": "Python", "address": "/courses/python", "kind": "course", "minutes": "90", "license_types": "learning"}
    added = owner.post("/admin-center/content/new/", wanted, follow=True).content.decode()
    content = Content.objects.get(organization=acme)
    asked = owner.get(f"/admin-center/content/{content.id}/removal/").content.decode()
    removed = owner.post(f"/admin-center/content/{content.id}/removal/", follow=True).content.decode()

    assert "Content Python is added." in added
    assert "Learning" in added
    assert "From the next request on" in asked
    assert "Content Python is removed." in removed
    assert "There is no content yet." in removed
    assert owner.get(f"/admin-center/content/{content.id}/removal/").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Write a name."),
        ({"address": "x"}, "Write a path or a URL"),
        ({"address": "/taken"}, "“Taken” has this address."),
        ({"is_free": ""}, "Choose what opens it, or make it free."),
        ({"license_types": "coding"}, "Choose one of the list."),
        ({"minutes": "0"}, "Write a whole number from 1"),
        ({"kind": "song"}, "Choose one of the list."),
    ],
)
def test_content_that_is_refused(change: dict[str, str], said: str, owner: Client) -> None:
    right = {"title": "Other", "address": "/other", "kind": "course", "is_free": "on"}
    owner.post("/admin-center/content/new/", right | {"title": "Taken", "address": "/taken"})

    answer = owner.post("/admin-center/content/new/", right | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Content.objects.count() == 1


def test_a_token_is_shown_once_and_revoked(owner: Client) -> None:
    made = owner.post("/admin-center/tokens/", {"name": "Portal", "scopes": "access", "days": "30"})
    secret = re.search(r"skt_[\w-]+", made.content.decode())
    listed = owner.get("/admin-center/tokens/").content.decode()
    token = ApiToken.objects.get()
    revoked = owner.post(f"/admin-center/tokens/{token.pk}/revocation/", follow=True).content.decode()

    assert secret
    assert made["Cache-Control"].count("no-store") == 1
    assert "Portal" in listed
    assert secret[0] not in listed
    assert "Token Portal is revoked." in revoked
    assert "Revoked on" in revoked
    assert owner.post("/admin-center/tokens/", {"name": "x", "days": "0"}).status_code == 422
    assert ApiToken.objects.count() == 1
