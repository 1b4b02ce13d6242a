"""Groups: made, renamed, deleted; people join and leave by operations that can be undone."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.undo import plan_undo
from tests import factories, steps


@pytest.fixture
def sales(acme: Organization) -> Group:
    return add_group(organization_id=acme.id, name="Sales")


@pytest.fixture
def people(acme: Organization) -> list[Learner]:
    return steps.people(acme, 4)


def members(group: Group) -> set[str]:
    of = Learner.objects.filter(id__in=GroupMember.objects.filter(group_id=group.id).values("learner_id"))
    return set(of.values_list("email", flat=True))


def test_a_group_is_made_once(owner: Client, acme: Organization) -> None:
    assert "There is no group yet" in owner.get("/admin-center/groups/").content.decode()
    made = owner.post("/admin-center/groups/", {"name": " Sales "})
    group = Group.objects.get(organization=acme)
    assert made["Location"] == f"/admin-center/groups/{group.id}/"
    assert group.name == "Sales"

    again = owner.post("/admin-center/groups/", {"name": "SALES"})
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert owner.post("/admin-center/groups/", {"name": " "}).status_code == 422
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["group.added"]


def test_renaming_keeps_members(owner: Client, acme: Organization, sales: Group, people: list[Learner]) -> None:
    add_group(organization_id=acme.id, name="Taken")
    owner.post(f"/admin-center/groups/{sales.id}/members/", {"email": people[0].email})
    address = f"/admin-center/groups/{sales.id}/name/"

    assert owner.post(address, {"name": "taken"}).status_code == 422
    assert owner.post(address, {"name": "Selling"}).status_code == 302

    sales.refresh_from_db()
    assert (sales.name, sales.key, members(sales)) == ("Selling", "selling", {people[0].email})
    assert AuditEntry.objects.get(action="group.renamed").facts["before"] == "Sales"


def test_deleting_says_the_consequence_first(owner: Client, sales: Group, people: list[Learner]) -> None:
    owner.post(f"/admin-center/groups/{sales.id}/members/", {"email": people[0].email})
    address = f"/admin-center/groups/{sales.id}/deletion/"

    page = owner.get(address).content.decode()
    assert "1 person leaves the group" in page
    assert "be undone" in page
    assert owner.post(address).status_code == 302
    assert not Group.objects.filter(id=sales.id).exists()
    assert not GroupMember.objects.filter(group_id=sales.id).exists()
    assert AuditEntry.objects.get(action="group.deleted").facts["members"] == 1


def test_a_group_that_limits_an_admin_stays(owner: Client, sub_admin_of_group: Client, other_group: Group) -> None:
    for client, names in ((owner, True), (sub_admin_of_group, False)):
        answer = client.post(f"/admin-center/groups/{other_group.id}/deletion/")
        assert answer.status_code == 422
        assert ("sub@acme.example</li>" in answer.content.decode()) is names
    assert Group.objects.filter(id=other_group.id).exists()


def test_joining_and_leaving_can_be_undone(owner: Client, acme: Organization, sales: Group, people: list[Learner]) -> None:
    address = f"/admin-center/groups/{sales.id}/"
    owner.post(f"{address}members/", {"email": people[0].email.upper()})
    assert people[0].email in owner.get(address).content.decode()
    owner.post(f"{address}leavers/", {"id": [people[0].id, people[1].id]})
    assert members(sales) == set()

    last = Operation.objects.filter(organization=acme).latest("number")
    assert (last.verb, last.counts["left"]) == ("leave", 1)
    steps.apply(plan_undo(last, act=steps.act(acme, "undo"), clock=factories.frozen_clock))
    assert members(sales) == {people[0].email}


def test_members_come_in_pages(owner: Client, acme: Organization, sales: Group) -> None:
    everyone = steps.people(acme, 120)
    owner.post("/admin-center/groups/members/", {"all": "1", "q": "", "group": sales.id})
    page, seen = owner.get(f"/admin-center/groups/{sales.id}/"), 0
    while True:
        seen += len(page.context["people"])
        if not page.context["next"]:
            break
        page = owner.get(f"/admin-center/groups/{sales.id}/?after={page.context['next']}")
    assert seen == len(everyone)
    assert owner.get(f"/admin-center/groups/{sales.id}/?after=x").status_code == 200


def test_a_selection_is_asked_for_its_group_and_joins(owner: Client, sales: Group, people: list[Learner]) -> None:
    selection = {"q": "corp.example", "all": "1", "except": people[1].id}
    asked = owner.post("/admin-center/groups/members/", selection).content.decode()
    assert "3 people join the group" in asked
    assert f'name="except" value="{people[1].id}"' in asked
    assert owner.post("/admin-center/groups/members/", selection | {"group": sales.id}).status_code == 302
    assert members(sales) == {person.email for person in people} - {people[1].email}
    joined = Operation.objects.get(verb="join")
    undo = f'action="/admin-center/operations/{joined.number}/reversals/"'
    toast = owner.get(f"/admin-center/groups/{sales.id}/").content.decode()
    assert "3 people joined Sales." in toast
    assert undo in toast


@pytest.mark.parametrize("data", [{}, {"id": "x"}, {"all": "1", "q": "status:gone"}, {"all": "1", "q": "nobody"}])
def test_a_selection_of_nobody_is_refused_in_words(owner: Client, sales: Group, data: dict[str, str]) -> None:
    answer = owner.post("/admin-center/groups/members/", data | {"group": sales.id})
    assert answer.status_code == 422
    assert not Operation.objects.filter(verb="join").exists()


@pytest.mark.parametrize("email", ["", "nobody@x.example", "p1@corp.example"])
def test_beyond_reach_and_unknown_get_the_same_answer(
    sub_admin_of_group: Client, other_group: Group, people: list[Learner], email: str
) -> None:
    answer = sub_admin_of_group.post(f"/admin-center/groups/{other_group.id}/members/", {"email": email})
    assert answer.status_code == 422
    assert ("Nobody you can add has this address" in answer.content.decode()) is bool(email)
    assert members(other_group) == set()


def test_a_limited_admin_finds_only_their_groups(
    sub_admin_of_group: Client, other_group: Group, sales: Group, people: list[Learner]
) -> None:
    page = sub_admin_of_group.get("/admin-center/groups/").content.decode()
    assert "Other" in page
    assert "Sales" not in page
    assert sub_admin_of_group.post("/admin-center/groups/", {"name": "New"}).status_code == 404
    for more, data in {"": {}, "name/": {"name": "x"}, "deletion/": {}, "members/": {"email": people[0].email}}.items():
        assert sub_admin_of_group.post(f"/admin-center/groups/{sales.id}/{more}", data).status_code in (404, 405)
        assert sub_admin_of_group.get(f"/admin-center/groups/{sales.id}/{more}").status_code in (404, 405)
    joins = {"id": people[0].id, "group": sales.id}
    assert sub_admin_of_group.post("/admin-center/groups/members/", joins).status_code == 404
    into_theirs = sub_admin_of_group.post("/admin-center/groups/members/", joins | {"group": other_group.id})
    assert into_theirs.status_code == 422
    assert members(sales) == members(other_group) == set()


def test_ids_beyond_every_number_are_not_found(owner: Client) -> None:
    assert owner.get(f"/admin-center/groups/{10**30}/").status_code == 404
    assert owner.post("/admin-center/groups/members/", {"id": "1", "group": "9" * 40}).status_code == 404
