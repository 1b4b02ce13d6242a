"""The details of the audit log name people and groups; numbers of the database say nothing to an admin."""

import re

from django.test import Client

from seatkeeper.accounts.models import Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Group, Organization
from seatkeeper.directory.services.groups import add_group
from tests import factories

AUDIT = "/admin-center/audit/"


def details(owner: Client) -> str:
    cells = re.findall(r'data-label="Details">(.*?)</td>', owner.get(AUDIT).content.decode(), re.DOTALL)
    return "\n".join(cells)


def test_permissions_and_whose_they_are_in_words(owner: Client, sub_admin_of_group: Client, other_group: Group) -> None:
    membership = Membership.objects.get(account__email="sub@acme.example")
    owner.post(f"/admin-center/admins/{membership.id}/", {"role": "sub", "edit_groups": [other_group.id]})

    shown = details(owner)

    assert "Whose: sub@acme.example" in shown
    assert "After: Edit groups: Other" in shown
    assert shown.index("Before:") < shown.index("After:")
    assert "Whose: owner@acme.example" not in shown  # the entry says who
    assert f": {membership.account_id}" not in shown
    assert "edit_groups" not in shown


def test_a_group_goes_by_its_name_and_a_learner_by_their_address(acme: Organization, owner: Client) -> None:
    owner.post("/admin-center/groups/", {"name": "Sales"})
    factories.import_csv(acme, "email\nann@acme.example\n")
    learner = factories.learner(acme, "ann@acme.example")
    log_act(organization_id=acme.id, actor="kim", action="waitlist.removed", now=factories.NOW, pool="a/b", learner=learner.id)
    log_act(organization_id=acme.id, actor="kim", action="waitlist.removed", now=factories.NOW, pool="a/b", learner=10**12)
    whose = Membership.objects.get(account__email="owner@acme.example").account_id
    facts = {"account": whose, "taken_from": [whose, 10**12]}
    log_act(organization_id=acme.id, actor="kim", action="profile.connected", now=factories.NOW, **facts)

    shown = details(owner)

    assert "Name: Sales" in shown
    assert "Learner: ann@acme.example" in shown
    assert "Learner: somebody who is gone" in shown
    assert "Taken over from: owner@acme.example, somebody who is gone" in shown


def test_facts_stand_in_one_order_on_both_databases(acme: Organization, owner: Client) -> None:
    facts = {"rows": 3, "seats": 5, "offer_hours": 7, "after": {"offer_hours": 9, "rows": 8}, "before": {}}
    log_act(organization_id=acme.id, actor="kim", action="users.exported", now=factories.NOW, **facts)

    shown = details(owner)

    places = [shown.index(f"{word}: ") for word in ("Hours that offers stand", "Rows", "Seats", "Before", "After")]
    assert places == sorted(places)
    assert "After: Hours that offers stand: 9; Rows: 8" in shown


def test_nobody_of_another_organization_is_named(owner: Client, acme: Organization, other_organization_admin: Client) -> None:
    boss = Membership.objects.get(account__email="boss@other.example")
    theirs = add_group(organization_id=boss.organization_id, name="Theirs")
    facts = {"account": boss.account_id, "before": {}, "after": {"edit_groups": [theirs.id]}}
    log_act(organization_id=acme.id, actor="kim", action="admin.changed", now=factories.NOW, **facts)

    shown = details(owner)

    assert "boss@other.example" not in shown
    assert "Theirs" not in shown
    assert "Edit groups: a deleted group" in shown
