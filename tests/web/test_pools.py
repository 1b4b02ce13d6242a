"""Pools: everyone sees them, few change them, and never below what is taken."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import AuditEntry, Grant
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool, PoolDay
from seatkeeper.licensing.services.alerts import alerts_of
from tests import factories

NEW = {"budget_group": "R&D", "license_type": "Pro", "seats": "1200", "activation": "immediate"}


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    """Two of four seats taken."""
    pool = factories.pool(acme, seats=4)
    factories.import_csv(acme, "invited_email_address,license_learning_status\na@x.example,active\nb@x.example,active\n")
    return pool


def test_the_fullest_pool_comes_first(owner: Client, acme: Organization, learning: LicensePool) -> None:
    factories.pool(acme, seats=1000, license_type="Another")

    page = owner.get("/admin-center/pools/").content.decode()

    assert page.index("Learning · Default") < page.index("Another · Default")
    assert "1,000" in page


def test_no_pool_says_how_to_begin(owner: Client) -> None:
    assert "Begin with a pool" in owner.get("/admin-center/pools/").content.decode()


def test_adding_a_pool_is_logged(owner: Client, acme: Organization) -> None:
    assert owner.get("/admin-center/pools/new/").status_code == 200
    assert owner.post("/admin-center/pools/new/", NEW).status_code == 302

    pool = LicensePool.objects.get(organization=acme)
    assert (pool.key, pool.seats_in_force, pool.activation) == ("r&d/pro", 1200, "immediate")
    assert AuditEntry.objects.get(action="pool.added").actor == "owner@acme.example"
    assert PoolDay.objects.get().seats_in_force == 1200
    assert "Pool Pro · R&amp;D is added." in owner.get("/admin-center/pools/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("seats", "many", "whole number"),
        ("seats", "-1", "whole number"),
        ("seats", "10000000000000000000", "whole number"),
        ("budget_group", "", "Write a name"),
        ("budget_group", "_x", "letter or digit"),
        ("license_type", "/", "letter or digit"),
        ("license_type", "Learning", "already"),
        ("activation", "later", "Choose one"),
    ],
)
def test_bad_input_gets_a_sentence(owner: Client, learning: LicensePool, field: str, value: str, says: str) -> None:
    wanted = NEW | {"budget_group": "Default"} | {field: value}
    answer = owner.post("/admin-center/pools/new/", wanted)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert LicensePool.objects.count() == 1


def test_seats_never_go_below_those_taken(owner: Client, learning: LicensePool) -> None:
    address = f"/admin-center/pools/{learning.id}/"
    assert 'value="4"' in owner.get(address).content.decode()

    refused = owner.post(address, {"seats": "1", "activation": "immediate"})
    assert refused.status_code == 422
    assert "2 seats are taken or held, 1 more than 1. Unassign 1 license first." in refused.content.decode()
    assert owner.post(address, {"seats": "2", "activation": "invite"}).status_code == 302

    learning.refresh_from_db()
    assert (learning.seats_in_force, learning.activation) == (2, "invite")
    entry = AuditEntry.objects.get(action="pool.seats_changed")
    assert (entry.facts["before"], entry.facts["after"]) == (4, 2)


def test_who_is_limited_to_groups_sees_pools_and_changes_none(sub_admin_of_group: Client, learning: LicensePool) -> None:
    assert "Learning · Default" in sub_admin_of_group.get("/admin-center/pools/").content.decode()
    for address in ("/admin-center/pools/new/", f"/admin-center/pools/{learning.id}/"):
        assert sub_admin_of_group.get(address).status_code == 404
        assert sub_admin_of_group.post(address, NEW | {"seats": "9"}).status_code == 404
    Grant.objects.update(group=None)
    assert sub_admin_of_group.get(f"/admin-center/pools/{learning.id}/").status_code == 200


def test_another_organization_finds_no_pool(other_organization_admin: Client, learning: LicensePool) -> None:
    address = f"/admin-center/pools/{learning.id}/"
    assert other_organization_admin.post(address, {"seats": "9", "activation": "invite"}).status_code == 404
    assert "Learning · Default" not in other_organization_admin.get("/admin-center/pools/").content.decode()


def test_the_list_is_only_read(owner: Client) -> None:
    assert owner.post("/admin-center/pools/").status_code == 405


def test_alerts_are_set_shown_and_logged(owner: Client, acme: Organization, learning: LicensePool) -> None:
    address = f"/admin-center/pools/{learning.id}/"
    assert 'value="75, 95"' in owner.get(address).content.decode()
    kept = {"seats": "4", "activation": learning.activation}

    assert owner.post(address, kept | {"alerts": "90 %, 50"}).status_code == 302
    assert alerts_of(acme.id) == {learning.id: [50, 90]}
    assert "50 %, 90 %" in owner.get("/admin-center/pools/").content.decode()
    owner.post(address, kept | {"alerts": "50, 90"})
    entry = AuditEntry.objects.get(action="pool.alerts_changed")
    assert (entry.facts["before"], entry.facts["after"]) == ([75, 95], [50, 90])

    owner.post(address, kept | {"alerts": " "})
    assert alerts_of(acme.id) == {}
    assert "Never" in owner.get("/admin-center/pools/").content.decode()


@pytest.mark.parametrize("alerts", ["0", "101", "many", "7.5", "-5", "1,2,3,4,5,6", "१०", "75-95"])
def test_alerts_are_few_whole_percentages(owner: Client, acme: Organization, learning: LicensePool, alerts: str) -> None:
    answer = owner.post(f"/admin-center/pools/{learning.id}/", {"seats": "4", "activation": "invite", "alerts": alerts})
    assert answer.status_code == 422
    assert "Write at most 5 whole numbers from 1 to 100" in answer.content.decode()
    assert alerts_of(acme.id) == {learning.id: [75, 95]}


def test_a_new_pool_has_the_alerts_it_is_given(owner: Client, acme: Organization) -> None:
    assert 'value="75, 95"' in owner.get("/admin-center/pools/new/").content.decode()
    owner.post("/admin-center/pools/new/", NEW | {"alerts": "80"})
    assert list(alerts_of(acme.id).values()) == [[80]]
