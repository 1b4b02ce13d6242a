"""Promise 8: whoever may not, finds nothing and changes nothing, at every address there is.

Every address of the Admin Center has its line in `every_page.py`; a new one without a line fails.
The world below is Acme's, made once for all of the tests. Each of the cast asks with every method:

- who may not gets *not found* (somebody who is not signed in is sent to sign in) or, for a
  method that nobody may use there, *not allowed*; and the database is as it was;
- who may open the page, but about their own things only, reads none of Acme's secrets, and
  of what is Acme's nothing is changed.
"""

import hashlib
import io
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse

from seatkeeper.accounts.models import Account, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.tokens import make_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.erasing.services.ask import ask as ask_to_delete
from seatkeeper.gate.services.content import add_content
from seatkeeper.invitations.services.texts import save_text
from seatkeeper.notices.services.test_mail import send_test_mail
from seatkeeper.reports.models import SavedReport
from seatkeeper.uploads.models import Upload
from seatkeeper.usage.services.files import read_usage_file, receive_usage_file
from seatkeeper.web.urls import urlpatterns
from tests import factories
from tests.shared import Once
from tests.web.conftest import admin_of_group, full_admin, signed_in
from tests.web.every_page import ANONYMOUS, LEARNER, NOBODY, OTHER_ADMIN, OUTSIDERS, PAGES, SECRET, SUB_ADMIN, World

OWNER, READER = "owner", "reader"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOT_FOUND, NOT_ALLOWED = 404, 405
LINKS = {"sign_in_link", "invitation", "no_reminders", "learn_license", "join", "join_confirm"}
LEFT_OUT = {  # written by sessions and logs, not by what was asked for
    "sessions.session",
    "usersessions.usersession",
    "accounts.auditentry",
}


def names() -> Iterator[str]:
    """All but the ways in: a link is for whoever has it."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name not in LINKS:
            yield str(pattern.name)


@pytest.fixture(scope="module")
def world(once: Once) -> World:
    return once(make_world)


def make_world() -> World:
    acme = factories.organization("Acme")
    full_admin(acme, "owner@acme.example")
    pool = factories.pool(acme, seats=5, license_type="Learning")
    content = f"invited_email_address,license_learning_status\n{SECRET}@acme.example,active\n"
    operation = factories.import_csv(acme, content, name=f"{SECRET}.csv")
    group = add_group(organization_id=acme.id, name=f"Group {SECRET}")
    learner = factories.learner(acme, f"{SECRET}@acme.example")
    GroupMember.objects.create(organization=acme, group=group, learner=learner)
    upload = Upload.objects.get(organization_id=acme.id)
    theirs = add_group(organization_id=acme.id, name=f"Group {SECRET} of an admin")
    account = Account.objects.create_user(f"{SECRET}@acme.example")
    admin = Membership.objects.create(organization=acme, account=account, is_admin=True)
    Grant.objects.create(membership=admin, permission=Permission.MANAGE_USERS, group=theirs)
    token = send_test_mail(
        organization_id=acme.id, recipient=f"{SECRET}@acme.example", actor="owner@acme.example", now=factories.NOW
    )
    people = Learner.objects.filter(id=learner.id)
    deletion = ask_to_delete(
        people, organization_id=acme.id, actor=f"{SECRET}@acme.example", source="page", typed=1, now=factories.NOW
    )
    by: dict[str, Any] = {"organization_id": acme.id, "actor": "owner@acme.example", "now": factories.NOW}
    course = add_content(**by, title=f"Group {SECRET}", address=f"/{SECRET}", license_types=["learning"])
    api_token = make_token(**by, name=f"{SECRET}@app", scopes=[TokenScope.ACCESS]).token
    own_words = save_text(**by, text_id=None, name=f"Own {SECRET}", subject=SECRET, text=f"{SECRET} {{link}}")
    told = io.BytesIO(f"learner,content,day,seconds,completed\n{SECRET}@unknown.example,X,2026-01-01,1,no\n".encode())
    usage_file = receive_usage_file(told, organization_id=acme.id, name=f"{SECRET}.csv", actor="owner", now=factories.NOW).file
    read_usage_file(usage_file, clock=factories.frozen_clock)
    of_owner = Membership.objects.get(account__email="owner@acme.example")
    saved = SavedReport.objects.create(organization=acme, membership=of_owner, name=f"Own {SECRET}", report="licenses")
    things = (acme, group, learner, pool, operation, upload, admin, token, deletion, course, api_token, own_words, usage_file)
    return World(*things, saved)


@pytest.fixture(scope="module")
def sessions(once: Once, world: World) -> dict[str, Client]:
    return once(lambda: sign_in_all(world))


def sign_in_all(world: World) -> dict[str, Client]:
    other_group = add_group(organization_id=world.acme.id, name="Other")
    person = Account.objects.create_user("learner@acme.example")
    Membership.objects.create(organization=world.acme, account=person, learner=world.learner)
    reader = Account.objects.create_user("reader@acme.example")
    membership = Membership.objects.create(organization=world.acme, account=reader, is_admin=True)
    for permission in (Permission.VIEW_REPORTS, Permission.VIEW_AUDIT):
        Grant.objects.create(membership=membership, permission=permission)
    accounts = {
        OWNER: Account.objects.get(email="owner@acme.example"),
        SUB_ADMIN: admin_of_group(other_group, "sub@acme.example"),
        OTHER_ADMIN: full_admin(factories.organization("Other Corp"), "boss@other.example"),
        LEARNER: person,
        READER: reader,
    }
    return {who: signed_in(account) for who, account in accounts.items()}


@pytest.fixture
def cast(sessions: dict[str, Client], db: None) -> dict[str, Client]:
    """Each signed in as at the beginning, whatever became of that in the test before."""
    found = {ANONYMOUS: Client()}
    for who, client in sessions.items():
        found[who] = Client()
        found[who].cookies = deepcopy(client.cookies)
    return found


def state(of: Organization | None = None) -> dict[str, str]:
    """A checksum of every table; with an organization, of its rows in the tables that have organizations."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if statement := every_row_of(model, of.id if of else None):
                cursor.execute(*statement)
                lines = sorted(map(repr, cursor.fetchall()))
                found[model._meta.label_lower] = f"{len(lines)} {hashlib.sha256(''.join(lines).encode()).hexdigest()}"
    return found


@cache
def every_row_of(model: type[Model], organization_id: int | None) -> tuple[str, Any] | None:
    """The statement, and its parameters, which Django would take longer to find than the database to answer."""
    columns = {column.attname for column in model._meta.concrete_fields}
    if model._meta.label_lower in LEFT_OUT or (organization_id is not None and "organization_id" not in columns):
        return None
    rows = model._base_manager.all()
    if organization_id is not None:
        rows = rows.filter(organization_id=organization_id)
    return rows.values_list(*sorted(columns)).query.sql_with_params()


def ask(client: Client, method: str, name: str, world: World) -> Any:
    page = PAGES[name]
    address = reverse(name, args=page.at(world))
    if method == "GET":
        return client.get(address, page.query(world))
    if method == "POST":
        return client.post(address, page.data(world))
    return client.generic(method, address)


def status_of(answer: Any) -> int:
    if answer.streaming:
        b"".join(answer)  # else its file stays open
    return int(answer.status_code)


def test_every_address_has_its_line() -> None:
    assert sorted(names()) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_is_let_in(name: str, cast: dict[str, Client], world: World) -> None:
    """Else the refusals below would prove nothing."""
    answers = {method: status_of(ask(cast[OWNER], method, name, world)) for method in ("GET", "POST")}
    allowed = [status for status in answers.values() if status != NOT_ALLOWED]
    assert allowed
    assert all(status in PAGES[name].owner_gets for status in allowed), answers


@pytest.mark.parametrize("name", PAGES)
def test_nobody_crosses(name: str, cast: dict[str, Client], world: World) -> None:
    for who in OUTSIDERS:
        assert_kept_out(who, name, cast[who], world)


def assert_kept_out(who: str, name: str, client: Client, world: World) -> None:
    page = PAGES[name]
    is_open = who in page.open_to
    own = page.ones_own if is_open else NOBODY
    before = without(state(world.acme if is_open else None), own)
    for method in METHODS:
        answer = ask(client, method, name, world)
        told = answer.content.decode("utf-8", "replace") if not answer.streaming else b"".join(answer).decode()
        assert_refused(answer, who, is_open=is_open)
        # What was asked for may come back; nothing else of Acme's does.
        asked = [str(value) for value in (*page.query(world).values(), *page.data(world).values())]
        for word in asked:
            told = told.replace(word, "")
        assert f"{SECRET}@" not in told
        assert f"Group {SECRET}" not in told
        assert f"{SECRET}.csv" not in told
    assert without(state(world.acme if is_open else None), own) == before


@pytest.mark.parametrize("name", PAGES)
def test_who_may_only_read_changes_nothing(name: str, cast: dict[str, Client], world: World) -> None:
    """A sub admin for everyone, who may view reports and the audit log."""
    before = without(state(), PAGES[name].ones_own)
    for method in METHODS:
        assert status_of(ask(cast[READER], method, name, world)) < 500
    assert without(state(), PAGES[name].ones_own) == before


def without(found: dict[str, str], tables: frozenset[str]) -> dict[str, str]:
    return {table: checksum for table, checksum in found.items() if table not in tables}


def assert_refused(answer: Any, who: str, *, is_open: bool) -> None:
    if answer.status_code == NOT_ALLOWED or is_open:
        assert answer.status_code < 500
    elif who == ANONYMOUS:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")
    else:
        assert answer.status_code == NOT_FOUND
