"""Download users via CSV."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/admin-center/downloads/"


def person(acme: Organization, email: str) -> Learner:
    factories.import_csv(acme, f"invited_email_address\n{email}\n")
    return factories.learner(acme, email)


def content(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_everyone_is_written_and_logged(owner: Client, acme: Organization) -> None:
    factories.learner(acme, "ann@acme.example")
    factories.learner(acme, "bob@acme.example")
    page = owner.get(URL)
    assert "Download CSV" in page.content.decode()
    text = content(owner.post(URL))
    assert "ann@acme.example" in text
    assert "bob@acme.example" in text
    entry = AuditEntry.objects.get(organization_id=acme.id, action="users.exported")
    assert entry.facts["rows"] == 2


def test_a_limited_admin_gets_own_people_only(sub_admin_of_group: Client, acme: Organization, other_group: Group) -> None:
    ann = factories.learner(acme, "ann@acme.example")
    factories.learner(acme, "bob@acme.example")
    GroupMember.objects.create(organization_id=acme.id, group=other_group, learner=ann)
    text = content(sub_admin_of_group.post(URL))
    assert "ann@acme.example" in text
    assert "bob@acme.example" not in text


@pytest.mark.parametrize("value", ["x", "999999999999", "-1", "²"])
def test_an_unknown_license_is_not_found(owner: Client, value: str) -> None:
    assert owner.post(URL, {"licenses": value}).status_code == 404
    assert not AuditEntry.objects.filter(action="users.exported").exists()


def test_a_filter_narrows_the_file_and_a_broken_one_is_explained(owner: Client, acme: Organization) -> None:
    factories.learner(acme, "ann@acme.example")
    factories.learner(acme, "bob@acme.example")
    text = content(owner.post(URL, {"q": "ann"}))
    assert "ann@acme.example" in text
    assert "bob@acme.example" not in text
    refused = owner.post(URL, {"q": "nosuchattribute:x"})
    assert refused.status_code == 422
