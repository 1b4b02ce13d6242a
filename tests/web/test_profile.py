"""Enterprise Profile."""

from django.test import Client

from seatkeeper.directory.models import Organization
from tests import factories


def person(of: Organization) -> str:
    factories.pool(of)
    factories.import_csv(of, "invited_email_address,license_learning_status\na@acme.example,active\n")
    return f"/admin-center/users/{factories.learner(of, 'a@acme.example').id}/"


def test_a_person_with_licenses(acme: Organization, owner: Client) -> None:
    page = owner.get(person(acme)).content.decode()
    assert "a@acme.example" in page
    assert 'data-state="active"' in page
    assert "tester" in page


def test_beyond_reach_is_not_found(acme: Organization, sub_admin_of_group: Client, other_organization_admin: Client) -> None:
    at = person(acme)
    assert sub_admin_of_group.get(at).status_code == 404
    assert other_organization_admin.get(at).status_code == 404


def test_no_such_number_and_wrong_method(acme: Organization, owner: Client) -> None:
    at = person(acme)
    assert owner.get(f"/admin-center/users/{'9' * 40}/").status_code == 404
    assert owner.post(at).status_code == 405
