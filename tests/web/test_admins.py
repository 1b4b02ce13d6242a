"""The pages of admins: add, change, end; the one-time link; several organizations."""

import html
import re

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, Grant, Membership
from seatkeeper.accounts.permissions import FULL, server_operator
from seatkeeper.accounts.services.admins import add_admin
from seatkeeper.directory.models import Group, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from tests import factories

ADMINS = "/admin-center/admins/"
LINK = re.compile(r"http://testserver/sign-in/[\w-]+/")


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_an_added_admin_signs_in_by_the_link_that_is_shown_once(owner: Client, other_group: Group) -> None:
    data = {
        "email": "New@acme.example",
        "name": "Nina New",
        "role": "sub",
        "manage_users": [other_group.id],
        "view_audit": "everyone",
    }
    shown = owner.post(f"{ADMINS}new/", data)
    (link,) = LINK.findall(text(shown))
    assert "no-store" in shown["Cache-Control"]

    listed = text(owner.get(ADMINS))
    assert "Nina New" in listed
    assert "Manage users and licenses: Other" in listed
    assert "View audit: everyone" in listed
    assert not LINK.findall(listed)
    new = Client()
    assert new.post(link)["Location"] == "/"
    assert new.get("/admin-center/audit/").status_code == 200
    assert new.get("/admin-center/settings/").status_code == 404


def test_what_is_missing_is_said_and_the_rest_kept(owner: Client, other_group: Group) -> None:
    none = owner.post(f"{ADMINS}new/", {"email": "ana@acme.example", "role": "sub"})
    bad = owner.post(f"{ADMINS}new/", {"email": "ana", "role": "sub", "manage_users": [other_group.id]})
    assert (none.status_code, bad.status_code) == (422, 422)
    assert "Choose at least one permission" in text(none)
    assert "This is no e-mail address." in text(bad)
    assert re.search(rf'name="manage_users" value="{other_group.id}" checked', text(bad))
    assert not Account.objects.filter(email__startswith="ana").exists()


def test_an_admin_is_changed_and_ended_and_loses_access_at_the_next_request(owner: Client, sub_admin_of_group: Client) -> None:
    membership = Membership.objects.get(account__email="sub@acme.example")
    assert sub_admin_of_group.get("/admin-center/groups/").status_code == 200

    assert owner.post(f"{ADMINS}{membership.id}/", {"role": "sub", "view_audit": "everyone"}).status_code == 302
    assert sub_admin_of_group.get("/admin-center/groups/").status_code == 404
    assert sub_admin_of_group.get("/admin-center/audit/").status_code == 200

    assert "From the next page on" in text(owner.get(f"{ADMINS}{membership.id}/end/"))
    assert owner.post(f"{ADMINS}{membership.id}/end/").status_code == 302
    assert sub_admin_of_group.get("/admin-center/audit/").status_code == 404
    assert "Nothing here for you yet" in text(sub_admin_of_group.get("/"))
    assert owner.get(f"{ADMINS}{membership.id}/").status_code == 404


def test_a_link_of_an_ended_admin_says_so(owner: Client) -> None:
    data = {"email": "new@acme.example", "role": "sub", "view_audit": "everyone"}
    (link,) = LINK.findall(text(owner.post(f"{ADMINS}new/", data)))
    membership = Membership.objects.get(account__email="new@acme.example")
    owner.post(f"{ADMINS}{membership.id}/end/")

    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 410
        assert "its admin access has ended" in text(answer)


def test_the_last_full_admin_stays_and_the_page_says_why(owner: Client) -> None:
    membership = Membership.objects.get(account__email="owner@acme.example")
    for answer in (
        owner.post(f"{ADMINS}{membership.id}/end/"),
        owner.post(f"{ADMINS}{membership.id}/", {"role": "sub", "view_audit": "everyone"}),
    ):
        assert answer.status_code == 422
        assert "last full admin" in text(answer)
    assert owner.get(ADMINS).status_code == 200


def test_a_sub_admin_is_offered_and_gives_their_own_only(
    sub_admin_of_group: Client, other_group: Group, acme: Organization
) -> None:
    legal = add_group(organization_id=acme.id, name="Legal")
    page = text(sub_admin_of_group.get(f"{ADMINS}new/"))
    assert "Legal" not in page
    assert "Full admin" not in page
    assert "For everyone" not in page
    data = {
        "email": "ana@acme.example",
        "role": "full",
        "manage_users": ["everyone"],
        "edit_groups": [legal.id, other_group.id],
    }
    refused = sub_admin_of_group.post(f"{ADMINS}new/", data)
    assert "You can give only" in text(refused)
    assert not Account.objects.filter(email="ana@acme.example").exists()

    assert sub_admin_of_group.post(f"{ADMINS}new/", data | {"manage_users": []}).status_code == 200
    assert list(Grant.objects.filter(membership__account__email="ana@acme.example").values_list("permission", "group_id")) == [
        ("edit_groups", other_group.id)
    ]


def test_a_known_and_an_unknown_address_get_the_same_answer(
    sub_admin_of_group: Client, owner: Client, other_group: Group
) -> None:
    answers = set()
    for email in ("owner@acme.example", "boss@other.example", "new@acme.example"):
        if email.startswith("boss"):
            Account.objects.create_user(email, "a long enough password", name="The Boss")
        answer = sub_admin_of_group.post(f"{ADMINS}new/", {"email": email, "manage_users": [other_group.id]})
        said = re.sub(r'value="[^"]{64}"', "", LINK.sub("LINK", text(answer)).replace(email, "ADDRESS"))
        assert "The Boss" not in text(sub_admin_of_group.get(ADMINS))
        answers.add((answer.status_code, said))
    assert len(answers) == 1


def test_groups_beyond_the_first_are_found_by_name(owner: Client, acme: Organization) -> None:
    groups = [add_group(organization_id=acme.id, name=f"Team {number:03}") for number in range(60)]
    assert "Team 059" not in text(owner.get(f"{ADMINS}new/"))
    data = {"email": "ana@acme.example", "role": "sub", "manage_users": [groups[3].id], "find": "m 059", "do": "find"}
    found = text(owner.post(f"{ADMINS}new/", data))
    assert "Team 059" in found
    assert re.search(rf'name="manage_users" value="{groups[3].id}" checked', found)
    assert "Team 001" not in found
    assert not Account.objects.filter(email="ana@acme.example").exists()


def test_a_new_link_replaces_the_first(owner: Client) -> None:
    data = {"email": "new@acme.example", "role": "sub", "view_audit": "everyone"}
    (first,) = LINK.findall(text(owner.post(f"{ADMINS}new/", data)))
    membership = Membership.objects.get(account__email="new@acme.example")
    (second,) = LINK.findall(text(owner.post(f"{ADMINS}{membership.id}/link/")))

    assert Client().get(first).status_code == 410
    assert Client().post(second).status_code == 302


def test_a_link_for_who_signs_in_already_leads_to_the_sign_in_page(owner: Client) -> None:
    Account.objects.create_user("boss@other.example", "a long enough password", last_login=system_clock())
    data = {"email": "boss@other.example", "role": "sub", "view_audit": "everyone"}
    (link,) = LINK.findall(text(owner.post(f"{ADMINS}new/", data)))

    client = Client()
    assert client.post(link)["Location"] == "/account/login/"
    assert "_auth_user_id" not in client.session


def test_who_is_admin_of_two_organizations_chooses_and_falls_back(owner: Client, acme: Organization) -> None:
    beta = factories.organization("Beta")
    operator = server_operator(organization_id=beta.id, name="cli:root")
    add_admin(giver=operator, email="owner@acme.example", name="", role=FULL, now=system_clock())
    second = add_admin(giver=operator, email="second@beta.example", name="", role=FULL, now=system_clock())
    assert second.membership.is_full_admin

    assert f'value="{beta.id}"' in text(owner.get("/admin-center/"))
    assert owner.post("/me/organization/", {"organization": beta.id}).status_code == 302
    page = owner.get(ADMINS)
    assert page.context["organization"] == beta
    mine = Membership.objects.get(organization=beta, account__email="owner@acme.example")
    owner.post(f"{ADMINS}{mine.id}/end/")
    assert owner.get(ADMINS).context["organization"] == acme
    assert "choose_organization" not in text(owner.get("/admin-center/"))


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999999999999"])
def test_no_other_organization_can_be_chosen(owner: Client, value: str) -> None:
    assert owner.post("/me/organization/", {"organization": value}).status_code == 404


def test_what_concerns_the_whole_organization_is_given_for_everyone_or_not_at_all(owner: Client, other_group: Group) -> None:
    page = text(owner.get(f"{ADMINS}new/"))
    assert f'id="manage_users-{other_group.id}"' in page
    for permission in ("view_audit", "manage_it_settings"):
        assert f'id="{permission}-everyone"' in page
        assert f'id="{permission}-{other_group.id}"' not in page

    data = {"email": "new@acme.example", "role": "sub", "view_audit": [other_group.id]}
    assert owner.post(f"{ADMINS}new/", data).status_code == 422
