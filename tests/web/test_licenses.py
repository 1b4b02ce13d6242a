"""Manage licenses: the numbers are shown first, and what is saved is what was shown."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from seatkeeper.directory.models import Group, Organization
from seatkeeper.invitations.claims import places_of
from seatkeeper.invitations.services.waitlist import join_waitlist
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation, OperationStatus
from seatkeeper.licensing.services.brake import set_brake
from tests import factories, steps

ADDRESS = "/admin-center/licenses/"
REFUSED = 422


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=100)


@pytest.fixture
def pro(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=3, license_type="Pro", activation="invite")


@pytest.fixture
def people(acme: Organization, pool: LicensePool, pro: LicensePool) -> list[int]:
    return [person.id for person in steps.people(acme, 8, "active")]


def shown(client: Client, data: dict[str, Any]) -> str:
    """The numbers that the page shows for these choices."""
    answer = client.post(ADDRESS, data | {"show": "1"})
    assert answer.status_code == 200
    found = re.search(r'name="counted" value="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


def save(client: Client, data: dict[str, Any], **more: Any) -> Any:
    return client.post(ADDRESS, data | {"counted": shown(client, data)} | more)


def test_no_license_for_one(owner: Client, acme: Organization, people: list[int]) -> None:
    page = owner.get(ADDRESS, {"id": people[0]}).content.decode()
    assert "Manage licenses — p1@corp.example" in page
    assert "1 person loses an active license." in page
    answer = save(owner, {"id": people[0], "what": "none"}, reason="left us", next="/admin-center/pools/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin-center/pools/")
    done = Operation.objects.filter(organization=acme).latest("number")
    assert (done.reason, done.verb, done.status) == ("left us", "unassign", OperationStatus.DONE)
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) == "1 person changed. 1 seat is free."
    assert message.extra_tags == f"undo:{reverse('operation_reversals', args=[done.number])}"
    assert steps.statuses(acme)["p1@corp.example"] == "unassigned"
    assert steps.counted(acme, "active") == 7
    owner.post(reverse("operation_reversals", args=[done.number]))
    assert steps.counted(acme, "active") == 8
    steps.assert_books_right(acme)


def test_who_waits_is_counted_and_loses_the_place(
    owner: Client, acme: Organization, people: list[int], pro: LicensePool
) -> None:
    who = {"organization_id": acme.id, "pool_id": pro.id, "learner_id": people[0]}
    join_waitlist(**who, now=system_clock())
    chosen = {"id": people[0], "what": "choose", f"pool-{pro.id}": "none"}
    page = owner.post(ADDRESS, chosen | {"show": "1"}).content.decode()
    assert "1 place in a waitlist, offer or request for a license ends." in page
    assert save(owner, chosen).status_code == 302
    assert places_of(organization_id=acme.id, learner_id=people[0]) == []
    done = Operation.objects.filter(organization=acme).latest("number")
    page = owner.get(f"/admin-center/operations/{done.number}/").content.decode()
    assert "1 place, offer or request ended" in page
    assert reverse("operation_reversals", args=[done.number]) in page
    history = owner.get(f"/admin-center/users/{people[0]}/?tab=activity").content.decode()
    assert "Place in the waitlist, offer or request for Pro · Default ended by" in history
    assert steps.counted(acme, "active") == 8
    owner.post(reverse("operation_reversals", args=[done.number]))
    assert [place.place for place in places_of(organization_id=acme.id, learner_id=people[0])] == [1]


def test_no_license_for_all_but_three(owner: Client, acme: Organization, people: list[int]) -> None:
    chosen: dict[str, Any] = {"q": "", "all": "1", "except": people[:3], "what": "none"}
    assert "Manage licenses — 5 people" in owner.get(ADDRESS, chosen).content.decode()
    assert save(owner, chosen).status_code == 302
    kept = [address for address, status in steps.statuses(acme).items() if status == "active"]
    assert sorted(kept) == steps.emails(1, 2, 3)
    steps.assert_books_right(acme)


def test_per_license(owner: Client, acme: Organization, people: list[int], pool: LicensePool, pro: LicensePool) -> None:
    chosen = {"id": people[:2], "what": "choose", f"pool-{pool.id}": "none", f"pool-{pro.id}": "assign"}
    page = owner.post(ADDRESS, chosen | {"show": "1"}).content.decode()
    assert "2 licenses are reassigned to another pool and keep their status." in page
    assert "Pro · Default: 3 seats are free now, 1 after." in page
    LicensePool.objects.filter(id=pro.id).update(seats_in_force=1)
    assert "Pro · Default: 1 seat is free now, " in owner.post(ADDRESS, chosen | {"show": "1"}).content.decode()
    LicensePool.objects.filter(id=pro.id).update(seats_in_force=3)
    assert save(owner, chosen).status_code == 302
    assert steps.counted(acme, "active", pro) == 2
    assert steps.counted(acme, "active", pool) == 6
    steps.assert_books_right(acme)


def test_more_invitations_than_seats_are_named(owner: Client, people: list[int], pro: LicensePool) -> None:
    chosen = {"q": "", "all": "1", "what": "choose", f"pool-{pro.id}": "assign"}
    page = owner.post(ADDRESS, chosen | {"show": "1"}).content.decode()
    assert "8 invitations for 3 free seats: first to activate, first served." in page


def test_a_pool_of_the_filter_is_chosen_already(owner: Client, people: list[int], pool: LicensePool) -> None:
    page = owner.get(ADDRESS, {"q": f"pool:{pool.key}", "all": "1"}).content.decode()
    assert 'value="choose" checked' in page
    assert page.count('value="none" selected') == 1


def test_the_brake_asks_for_the_number(owner: Client, acme: Organization, people: list[int]) -> None:
    set_brake(organization_id=acme.id, percent=Decimal(0), at_least=2, actor="tester", now=factories.NOW)
    chosen = {"q": "", "all": "1", "what": "none"}
    assert "Type 8 to confirm" in owner.get(ADDRESS, chosen).content.decode()
    for typed in ("", "7"):
        assert save(owner, chosen, typed=typed).status_code == REFUSED
    assert steps.counted(acme, "active") == 8
    assert save(owner, chosen, typed="8").status_code == 302
    assert steps.counted(acme, "active") == 0
    assert Operation.objects.filter(organization=acme).latest("number").released_by


def test_what_changed_meanwhile_is_shown_again(owner: Client, acme: Organization, people: list[int]) -> None:
    chosen = {"q": "", "all": "1", "what": "none"}
    before = shown(owner, chosen)
    steps.do("unassign", acme, steps.emails(1))
    last = Operation.objects.filter(organization=acme).latest("number").number
    answer = owner.post(ADDRESS, chosen | {"counted": before})
    assert answer.status_code == REFUSED
    assert "7 people lose an active license." in answer.content.decode()
    assert steps.counted(acme, "active") == 7
    assert Operation.objects.filter(organization=acme).latest("number").number == last


def test_another_choice_than_shown_is_shown_first(owner: Client, acme: Organization, people: list[int]) -> None:
    answer = owner.post(ADDRESS, {"id": people, "what": "none"})
    assert answer.status_code == REFUSED
    assert steps.counted(acme, "active") == 8


def test_taking_all_and_giving_one_is_refused(owner: Client, acme: Organization, people: list[int], pro: LicensePool) -> None:
    answer = save(owner, {"id": people[0], "what": "none", f"pool-{pro.id}": "assign"})

    assert (answer.status_code, steps.counted(acme, "active")) == (REFUSED, 8)
    assert "Choose one of the two." in answer.content.decode()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("chosen", [{}, {"id": "999"}, {"id": "x"}, {"q": "group:nothing", "all": "1"}, {"q": '"', "all": "1"}])
def test_nobody_selected(owner: Client, chosen: dict[str, str]) -> None:
    for answer in (owner.get(ADDRESS, chosen), owner.post(ADDRESS, chosen | {"what": "none"})):
        assert answer.status_code == REFUSED
        assert "Back to users" in answer.content.decode()


def test_who_is_beyond_the_reach_is_not_touched(
    sub_admin_of_group: Client, other_group: Group, acme: Organization, people: list[int]
) -> None:
    steps.membership(acme, steps.emails(2), other_group, joins=True)
    for chosen in ({"id": people}, {"q": "", "all": "1"}):
        page = sub_admin_of_group.get(ADDRESS, chosen).content.decode()
        assert "Manage licenses — p2@corp.example" in page
    assert sub_admin_of_group.get(ADDRESS, {"id": people[0]}).status_code == REFUSED
    assert save(sub_admin_of_group, {"id": people, "what": "none"}).status_code == 302
    assert steps.counted(acme, "active") == 7
    assert steps.statuses(acme)["p2@corp.example"] == "unassigned"


@pytest.mark.parametrize("bad", ["a\0b", "x" * 1_001])
def test_a_bad_reason_is_refused(owner: Client, acme: Organization, people: list[int], bad: str) -> None:
    assert save(owner, {"id": people, "what": "none"}, reason=bad).status_code == REFUSED
    assert steps.counted(acme, "active") == 8


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_it_leads_back_to_our_pages_only(owner: Client, people: list[int], elsewhere: str) -> None:
    answer = save(owner, {"id": people, "what": "none"}, next=elsewhere)
    assert answer["Location"] == "/admin-center/users/"


def test_it_leads_back_to_the_page_before(owner: Client, people: list[int]) -> None:
    ours, theirs = "http://testserver/admin-center/users/?q=p1", "https://evil.example/x"
    assert 'name="next" value="/admin-center/users/?q=p1"' in _opened_from(owner, ours, people)
    assert 'name="next" value="/admin-center/users/"' in _opened_from(owner, theirs, people)


def _opened_from(client: Client, page: str, people: list[int]) -> str:
    return client.get(ADDRESS, {"id": people[0]}, headers={"Referer": page}).content.decode()


def test_other_methods_are_refused(owner: Client) -> None:
    assert owner.put(ADDRESS).status_code == 405
