"""Download users via CSV."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/admin-center/downloads/"


def person(acme: Organization, email: str) -> Learner:
    factories.import_csv(acme, f"invited_email_address,location\n{email},Graz\n")
    return factories.learner(acme, email)


def content(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_everyone_is_written_and_logged(owner: Client, acme: Organization) -> None:
    person(acme, "ann@acme.example")
    person(acme, "bob@acme.example")
    page = owner.get(URL)
    assert "Download CSV" in page.content.decode()
    text = content(owner.post(URL))
    assert "ann@acme.example" in text
    assert "bob@acme.example" in text
    entry = AuditEntry.objects.get(organization_id=acme.id, action="users.exported")
    assert entry.facts["rows"] == 2


def test_a_limited_admin_gets_own_people_only(sub_admin_of_group: Client, acme: Organization, other_group: Group) -> None:
    ann = person(acme, "ann@acme.example")
    person(acme, "bob@acme.example")
    GroupMember.objects.create(organization_id=acme.id, group=other_group, learner=ann)
    text = content(sub_admin_of_group.post(URL))
    assert "ann@acme.example" in text
    assert "bob@acme.example" not in text


@pytest.mark.parametrize("value", ["x", "999999999999", "-1", "²"])
def test_an_unknown_license_is_not_found(owner: Client, value: str) -> None:
    assert owner.post(URL, {"licenses": value}).status_code == 404
    assert not AuditEntry.objects.filter(action="users.exported").exists()


def test_a_filter_narrows_the_file_and_a_broken_one_is_explained(owner: Client, acme: Organization) -> None:
    person(acme, "ann@acme.example")
    person(acme, "bob@acme.example")
    text = content(owner.post(URL, {"q": "ann"}))
    assert "ann@acme.example" in text
    assert "bob@acme.example" not in text
    refused = owner.post(URL, {"q": "nosuchattribute:x"})
    assert refused.status_code == 422


def test_columns_licenses_and_groups_are_chosen(owner: Client, acme: Organization, other_group: Group) -> None:
    pool = factories.pool(acme)
    factories.pool(acme, license_type="Coding")
    ann = person(acme, "ann@acme.example")
    person(acme, "bob@acme.example")
    GroupMember.objects.create(organization_id=acme.id, group=other_group, learner=ann)

    answer = owner.post(URL, {"attributes": ["location"], "licenses": [pool.id], "groups": [other_group.id]})

    assert content(answer) == "invited_email_address,location,default_license_learning_status\nann@acme.example,Graz,inactive\n"
    assert answer["Content-Disposition"].startswith('attachment; filename="users-')
    facts = AuditEntry.objects.get(action="users.exported").facts
    assert facts["groups"] == ["Other"]
    assert facts["columns"] == ["invited_email_address", "location"]


def test_a_download_uploads_again_unchanged(owner: Client, acme: Organization) -> None:
    factories.pool(acme)
    factories.import_csv(acme, "invited_email_address,license_learning_status,location\nann@acme.example,active,=1+1\n")

    again = factories.import_csv(acme, content(owner.post(URL)))

    assert (again.counts["unchanged"], again.counts["problems"]) == (1, 0)


def test_choices_are_found_with_and_without_script(owner: Client, acme: Organization) -> None:
    for number in range(120):
        add_group(organization_id=acme.id, name=f"Team {number:03}")
    chosen = acme.group_set.get(name="Team 007").id
    assert "20 more" in owner.get(URL).content.decode()

    page = owner.post(URL, {"show": "1", "find_groups": "team 11", "groups": [chosen]}).content.decode()
    part = owner.get(URL, {"part": "groups", "find_groups": "team 11", "groups": str(chosen)}, headers={"HX-Request": "true"})

    for text in (page, part.content.decode()):
        assert f'value="{chosen}" checked' in text
        assert "Team 119" in text
        assert "Team 120" not in text
    assert "<html" not in part.content.decode()


def test_groups_beyond_reach_are_not_found(sub_admin_of_group: Client, acme: Organization) -> None:
    secret = add_group(organization_id=acme.id, name="Secret")
    assert "Secret" not in sub_admin_of_group.get(URL).content.decode()
    assert sub_admin_of_group.post(URL, {"groups": [secret.id]}).status_code == 404


def test_who_may_not_manage_users_finds_nothing(acme: Organization) -> None:
    account = Account.objects.create_user("reader@acme.example")
    membership = Membership.objects.create(organization=acme, account=account, is_admin=True)
    Grant.objects.create(membership=membership, permission=Permission.VIEW_REPORTS)
    reader = Client()
    reader.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert reader.get(URL).status_code == 404
    assert reader.post(URL).status_code == 404


def test_markup_in_names_is_text(owner: Client, acme: Organization) -> None:
    add_group(organization_id=acme.id, name="<script>alert(1)</script>")
    assert "<script>alert" not in owner.get(URL).content.decode()


def test_another_method_is_not_allowed(owner: Client) -> None:
    assert owner.put(URL).status_code == 405
