"""The frame of every page, and the pages for when there is none."""

import re
from pathlib import Path

import pytest
from allauth.core.ratelimit import respond_429
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.test import Client
from django.urls import reverse

import seatkeeper.web
from seatkeeper.accounts.models import Account, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.web.navigation import PLACES
from seatkeeper.web.templatetags.seatkeeper import plainly, undo_url
from tests import factories

WEB = Path(seatkeeper.web.__file__).parent
STATIC_WEIGHT = 150_000


def signed_in(*permissions: Permission, is_full: bool = False, enforce_csrf_checks: bool = False) -> Client:
    organization = factories.organization("Acme")
    account = Account.objects.create_user("kim@acme.example", "long enough", name="Kim Xu")
    membership = Membership.objects.create(organization=organization, account=account, is_admin=True, is_full_admin=is_full)
    for permission in permissions:
        Grant.objects.create(membership=membership, permission=permission)
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(account)
    return client


@pytest.mark.django_db
def test_a_full_admin_sees_every_place_in_the_side_bar() -> None:
    page = signed_in(is_full=True).get(reverse("overview")).content.decode()
    for name, _label, _icon in PLACES:
        assert f'class="side__link" href="{reverse(name)}"' in page
    assert page.count('aria-current="page"') >= 1


@pytest.mark.django_db
def test_every_place_that_the_side_bar_shows_opens() -> None:
    client = signed_in(Permission.EDIT_GROUPS)
    page = client.get(reverse("overview")).content.decode()
    shown = re.findall(r'class="side__link" href="([^"]+)"', page)
    assert shown
    assert [url for url in shown if client.get(url).status_code != 200] == []


@pytest.mark.django_db
def test_who_came_by_a_link_is_told_to_set_a_password() -> None:
    client = signed_in(is_full=True)
    account = Account.objects.get()
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    page = client.get(reverse("learning_management")).content.decode()
    assert "You have no password yet." in page
    account.set_password("quite long enough")
    account.save()
    client.force_login(account)
    assert "You have no password yet." not in client.get(reverse("learning_management")).content.decode()


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (["link"], "link"),
        ({}, "nothing"),
        ({"manage_users": [3, 4]}, "manage_users: 3, 4"),
        (True, "yes"),
        ("", "nothing"),
        (0, "0"),
    ],
)
def test_facts_of_the_audit_log_are_plain(fact: object, shown: str) -> None:
    assert plainly(fact) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["learning_management", "learning"])
def test_learning_is_not_the_admin_center(name: str) -> None:
    page = signed_in(is_full=True).get(reverse(name)).content.decode()
    assert "Manage users in Admin Center" in page
    assert "side__link" not in page
    assert 'type="search"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["users", "overview"])
def test_a_page_has_one_search_for_people(name: str) -> None:
    page = signed_in(is_full=True).get(reverse(name)).content.decode()
    assert page.count('name="q" ') == 1 + page.count('type="hidden" name="q" ')
    assert page.count(f'hx-get="{reverse("user_suggestions")}"') == 1


@pytest.mark.django_db
def test_an_unknown_address_keeps_the_frame_for_an_admin() -> None:
    answer = signed_in(is_full=True).get("/admin-center/nothing-here/")
    assert answer.status_code == 404
    assert "side__link" in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_bare_for_others(client: Client) -> None:
    page = client.get("/nothing-here/").content.decode()
    assert "Not found" in page
    assert "side__link" not in page


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = signed_in(is_full=True, enforce_csrf_checks=True).post(reverse("account_logout"))
    assert answer.status_code == 403
    assert "Go back, reload the page" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_with_too_many_fields_says_so() -> None:
    client = signed_in(is_full=True, enforce_csrf_checks=True)
    client.get(reverse("me"))
    answer = client.post(reverse("account_logout"), {"id": [str(number) for number in range(10_001)]})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_needs_no_database(django_assert_num_queries, rf) -> None:  # type: ignore[no-untyped-def]
    from seatkeeper.web.views.errors import server_error

    with django_assert_num_queries(0):
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Look at Operations" in answer.content.decode()


@pytest.mark.django_db
def test_the_choice_of_dark_is_in_the_page_itself() -> None:
    client = signed_in(is_full=True)
    client.cookies["seatkeeper_theme"] = "dark"
    assert 'data-theme="dark"' in client.get(reverse("overview")).content.decode()
    client.cookies["seatkeeper_theme"] = "<script>"
    assert "data-theme=" not in client.get(reverse("overview")).content.decode()


@pytest.mark.django_db
def test_a_page_weighs_little_without_a_cache() -> None:
    client = signed_in(is_full=True)
    page = client.get(reverse("overview")).content.decode()
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    modules = {f"/static/seatkeeper/{file.name}" for file in (WEB / "static/seatkeeper").glob("*.js")}
    weight = sum(len(b"".join(client.get(url))) for url in loaded | modules)
    assert weight + len(page) <= STATIC_WEIGHT


@pytest.mark.parametrize(
    ("tags", "url"), [("undo:/operations/7/", "/operations/7/"), ("safe undo:/x/", "/x/"), ("", ""), (None, "")]
)
def test_a_message_may_carry_the_address_of_its_undo(tags: str | None, url: str) -> None:
    assert undo_url(Message(constants.SUCCESS, "Done.", extra_tags=tags)) == url


def test_who_tries_too_often_is_told_to_wait(rf, db) -> None:  # type: ignore[no-untyped-def]
    request = rf.get("/account/login/")
    request.user, request.session = AnonymousUser(), {}
    answer = respond_429(request)
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()


@pytest.mark.django_db
def test_pages_can_be_skipped_through_and_printed() -> None:
    client = signed_in(is_full=True)
    page = client.get(reverse("users")).content.decode()
    for words, place in (("Skip to content", "content"), ("Skip to search", "people-search")):
        assert f'<a class="skip" href="#{place}">{words}</a>' in page
        assert f'id="{place}"' in page
    assert "css/print.css" in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["users", "groups", "pools", "operations", "uploads", "audit", "notices", "overview"])
def test_a_page_without_anything_says_how_to_begin(name: str) -> None:
    page = signed_in(is_full=True).get(reverse(name)).content.decode()
    assert re.search(r'class="empty[^"]*"', page)
