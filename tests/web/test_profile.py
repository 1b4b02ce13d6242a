"""Enterprise Profile."""

from unittest.mock import patch

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account
from seatkeeper.directory.models import Group, GroupMember, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import Books, License, LicensePool, Operation, Status
from seatkeeper.web.wording import attribute_label
from tests import factories

COLUMNS = "invited_email_address,license_learning_status,preferred_first_name,preferred_last_name,work_title,Shoe size\n"
EMAIL = "a@acme.example"


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=1)


@pytest.fixture
def at(acme: Organization, pool: LicensePool) -> str:
    """The address of Ana, who has an active license."""
    factories.import_csv(acme, f"{COLUMNS}{EMAIL},active,Ana,Sol,Pilot,38\n")
    return f"/admin-center/users/{factories.learner(acme, EMAIL).id}/"


def status_at(of: Organization) -> int:
    return License.objects.get(organization_id=of.id, learner_id=factories.learner(of, EMAIL).id).status


def test_head_info_and_licenses_first(at: str, pool: LicensePool, owner: Client) -> None:
    page = owner.get(at).content.decode()
    assert "<h1>Ana Sol</h1>" in page
    assert "Pilot" in page
    assert '<span class="status" data-state="active">Active</span>' in page
    assert 'href="?tab=licenses" aria-current="page"' in page
    assert f'href="{at}licenses/{pool.id}/" data-dialog' in page
    assert "tester" in page


def test_manage_license_to_no_license_and_back(acme: Organization, at: str, pool: LicensePool, owner: Client) -> None:
    address = f"{at}licenses/{pool.id}/"
    form = owner.get(address).content.decode()
    assert '<option value="none">No license</option>' in form
    assert "Assign" not in form
    page = owner.post(address, {"status": "none", "reason": "Left the company."}, follow=True).content.decode()
    assert '<span class="status" data-state="none">No license</span>' in page
    assert "Ana Sol has no license of Learning · Default any more." in page
    assert 'action="/admin-center/operations/2/reversals/"' in page
    assert "Left the company." in page
    assert status_at(acme) == Status.UNASSIGNED
    assert '<option value="assign">Assign</option>' in owner.get(address).content.decode()
    owner.post("/admin-center/operations/2/reversals/")
    assert status_at(acme) == Status.ACTIVE
    activity = owner.get(at, {"tab": "activity"}).content.decode()
    assert "Undone by operation 3." in activity
    owner.post(address, {"status": "none"})
    owner.post(address, {"status": "assign"})
    assert status_at(acme) == Status.ACTIVE


def test_an_invitation_is_activated(acme: Organization, owner: Client) -> None:
    pool = factories.pool(acme, activation="invite")
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{EMAIL},active\n")
    address = f"/admin-center/users/{factories.learner(acme, EMAIL).id}/licenses/{pool.id}/"
    assert status_at(acme) == Status.INVITED
    assert owner.post(address, {"status": "activate"}).status_code == 302
    assert status_at(acme) == Status.ACTIVE


def test_keep_and_nonsense(acme: Organization, at: str, pool: LicensePool, owner: Client) -> None:
    address = f"{at}licenses/{pool.id}/"
    assert "Nothing was changed" in owner.post(address, {"status": "keep"}, follow=True).content.decode()
    bad: tuple[dict[str, str], ...] = (
        {},
        {"status": "assign"},
        {"status": "x"},
        {"status": "none", "reason": "x" * 1_001},
        {"status": "none", "reason": "\0"},
    )
    for data in bad:
        assert owner.post(address, data).status_code == 422
    assert owner.put(address).status_code == 405
    assert Operation.objects.filter(organization_id=acme.id).count() == 1
    assert owner.get(f"{at}licenses/{'9' * 40}/").status_code == 404
    assert owner.get(f"{at}licenses/{pool.id + 77}/").status_code == 404


def test_no_free_seat_leads_to_the_operation_that_says_so(
    acme: Organization, at: str, pool: LicensePool, owner: Client
) -> None:
    factories.import_csv(acme, "invited_email_address\nb@acme.example\n")
    other = factories.learner(acme, "b@acme.example")
    page = owner.post(f"/admin-center/users/{other.id}/licenses/{pool.id}/", {"status": "assign"}, follow=True)
    assert "No seat is free in the pool." in page.content.decode()


def test_the_brake_holds_one_license_too(acme: Organization, at: str, pool: LicensePool, owner: Client) -> None:
    Books.objects.filter(organization_id=acme.id).update(brake_at_least=0)
    answer = owner.post(f"{at}licenses/{pool.id}/", {"status": "none"}, follow=True)
    assert "Number of licenses to be unassigned" in answer.content.decode()
    assert status_at(acme) == Status.ACTIVE


def test_activity_in_sentences_newest_first(acme: Organization, at: str, owner: Client) -> None:
    Account.objects.filter(email="owner@acme.example").update(name="Kim Xu")
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{EMAIL},inactive\n", name="leavers.csv")
    Operation.objects.filter(organization_id=acme.id, number=2).update(actor="owner@acme.example", reason="Left the company.")
    page = owner.get(at, {"tab": "activity"}).content.decode()
    assert "Unassigned from Learning · Default by Kim Xu, " in page
    assert ", file leavers.csv line 2: Left the company." in page
    assert "Assigned a license of Learning · Default by tester" in page
    assert page.index("Unassigned from") < page.index("Assigned a license") < page.index("Added to the directory")


def test_activity_keeps_the_newest(at: str, pool: LicensePool, owner: Client) -> None:
    owner.post(f"{at}licenses/{pool.id}/", {"status": "none"})
    owner.post(f"{at}licenses/{pool.id}/", {"status": "assign"})
    with patch("seatkeeper.licensing.history.ENTRIES", 1):
        page = owner.get(at, {"tab": "activity"}).content.decode()
    assert "Assigned a license" in page
    assert "Unassigned" not in page


def test_groups_are_joined_and_left(acme: Organization, at: str, owner: Client) -> None:
    group = add_group(organization_id=acme.id, name="Pilots")
    assert ">Pilots</option>" in owner.get(at, {"tab": "groups"}).content.decode()
    page = owner.post(f"{at}memberships/", {"group": group.id}, follow=True).content.decode()
    assert "Ana Sol joined Pilots." in page
    assert 'aria-current="page">Groups' in page
    assert "Joined group Pilots" in owner.get(at, {"tab": "activity"}).content.decode()
    assert "Ana Sol left Pilots." in owner.post(f"{at}departures/", {"group": group.id}, follow=True).content.decode()
    assert not GroupMember.objects.filter(organization_id=acme.id).exists()
    assert "Choose a group first." in owner.post(f"{at}memberships/", follow=True).content.decode()
    for bad in ("x", "-1", "²", "9" * 30, "0"):
        assert owner.post(f"{at}memberships/", {"group": bad}).status_code == 404
    assert owner.get(f"{at}memberships/").status_code == 405


def test_a_sub_admin_sees_the_groups_within_reach(
    acme: Organization, at: str, pool: LicensePool, owner: Client, other_group: Group, sub_admin_of_group: Client
) -> None:
    hidden = add_group(organization_id=acme.id, name="Hidden")
    for group in (hidden, other_group):
        owner.post(f"{at}memberships/", {"group": group.id})
    for tab in ("groups", "activity", "licenses"):
        page = sub_admin_of_group.get(at, {"tab": tab})
        assert page.status_code == 200
        assert "Hidden" not in page.content.decode()
    assert sub_admin_of_group.post(f"{at}departures/", {"group": hidden.id}).status_code == 404
    assert sub_admin_of_group.post(f"{at}licenses/{pool.id}/", {"status": "none"}).status_code == 302
    answer = sub_admin_of_group.post(f"{at}departures/", {"group": other_group.id}, follow=True)
    assert answer.redirect_chain == [("/admin-center/users/", 302)]
    undo = Operation.objects.filter(organization_id=acme.id).order_by("-number")[0].number
    assert sub_admin_of_group.post(f"/admin-center/operations/{undo}/reversals/").status_code == 302
    assert GroupMember.objects.filter(organization_id=acme.id, group_id=other_group.id).exists()


def test_beyond_reach_is_not_found(
    acme: Organization, at: str, pool: LicensePool, sub_admin_of_group: Client, other_organization_admin: Client
) -> None:
    for client in (sub_admin_of_group, other_organization_admin):
        assert client.get(at).status_code == 404
        assert client.post(f"{at}licenses/{pool.id}/", {"status": "none"}).status_code == 404
    assert status_at(acme) == Status.ACTIVE


def test_no_such_number_and_wrong_method(at: str, owner: Client) -> None:
    assert owner.get(f"/admin-center/users/{'9' * 40}/").status_code == 404
    assert owner.post(at).status_code == 405
    assert owner.get(at, {"tab": "nonsense"}).status_code == 200


def test_an_attribute_that_has_only_its_column_name_is_shown_in_words() -> None:
    assert attribute_label("attribute_cost_center", {"cost_center": "cost_center"}) == "Cost center"
    assert attribute_label("attribute_cost_center", {"attribute_cost_center": "Cost centre (EU)"}) == "Cost centre (EU)"
