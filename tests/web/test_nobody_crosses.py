"""Promise 8: whoever may not, finds nothing and changes nothing, at every address there is.

Every address of the Admin Center has its line in `PAGES`; a new one without a line fails.
The world below is Acme's. Each of the cast asks with every method:

- who may not gets *not found* (somebody who is not signed in is sent to sign in) or, for a
  method that nobody may use there, *not allowed*; and the database is as it was;
- who may open the page, but about their own things only, reads none of Acme's secrets, and
  of what is Acme's nothing is changed.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse

from seatkeeper.accounts.models import Account, ApiToken, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.services.tokens import make_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.erasing.models import Deletion
from seatkeeper.erasing.services.ask import ask as ask_to_delete
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.invitations.models import InvitationText
from seatkeeper.invitations.services.texts import save_text
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.notices.services.test_mail import send_test_mail
from seatkeeper.reports.models import SavedReport
from seatkeeper.uploads.models import Upload
from seatkeeper.usage.models import UsageFile
from seatkeeper.usage.services.files import read_usage_file, receive_usage_file
from seatkeeper.web.urls import urlpatterns
from tests import factories

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOT_FOUND, NOT_ALLOWED = 404, 405
SECRET = "zebedee"  # in every name of what is Acme's and not of the group `Other`
SUB_ADMIN, OTHER_ADMIN, LEARNER, ANONYMOUS = "sub admin", "other admin", "learner", "anonymous"
OUTSIDERS = (SUB_ADMIN, OTHER_ADMIN, LEARNER, ANONYMOUS)
ADMINS = frozenset({SUB_ADMIN, OTHER_ADMIN})
EVERYONE = frozenset(OUTSIDERS)
NOBODY: frozenset[str] = frozenset()
LINKS = {"sign_in_link", "invitation", "no_reminders", "learn_license", "join", "join_confirm"}
LEFT_OUT = {  # written by sessions and logs, not by what was asked for
    "sessions.session",
    "usersessions.usersession",
    "accounts.auditentry",
}


@dataclass(frozen=True)
class World:
    """What there is at Acme to be crossed into."""

    acme: Organization
    group: Group
    learner: Learner
    pool: LicensePool
    operation: Operation
    upload: Upload
    admin: Membership  # limited to another group
    mail_token: str
    deletion: Deletion
    content: Content
    api_token: ApiToken
    invitation_text: InvitationText
    usage_file: UsageFile
    saved_report: SavedReport


@dataclass(frozen=True)
class Page:
    """How to ask for an address, validly; and who of the outsiders may open it, about their own things."""

    at: Callable[[World], tuple[Any, ...]] = lambda world: ()
    query: Callable[[World], Mapping[str, Any]] = lambda world: {}
    data: Callable[[World], Mapping[str, Any]] = lambda world: {}
    open_to: frozenset[str] = NOBODY
    owner_gets: tuple[int, ...] = (200, 302)
    ones_own: frozenset[str] = NOBODY  # tables in which whoever asks may change what is their own


def group_id(world: World) -> tuple[Any, ...]:
    return (world.group.id,)


def operation_number(world: World) -> tuple[Any, ...]:
    return (world.operation.number,)


def deletion_id(world: World) -> tuple[Any, ...]:
    return (world.deletion.id,)


def admin_id(world: World) -> tuple[Any, ...]:
    return (world.admin.id,)


PAGES: dict[str, Page] = {
    "start": Page(open_to=frozenset({SUB_ADMIN, OTHER_ADMIN, LEARNER})),
    "learning_management": Page(open_to=ADMINS),
    "overview": Page(open_to=ADMINS),
    "overview_idle": Page(open_to=ADMINS),
    "users": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_suggestions": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_count": Page(open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "user_add": Page(
        open_to=ADMINS, data=lambda world: {"email": "new@acme.example", "pool": world.pool.key, "group": world.group.id}
    ),
    "profile": Page(at=lambda world: (world.learner.id,)),
    "manage_license": Page(at=lambda world: (world.learner.id, world.pool.id), data=lambda world: {"status": "none"}),
    "profile_disconnection": Page(at=lambda world: (world.learner.id,)),
    "profile_suspension": Page(at=lambda world: (world.learner.id,), data=lambda world: {"act": "suspend"}),
    "profile_merge": Page(
        at=lambda world: (world.learner.id,), data=lambda world: {"email": world.learner.email}, owner_gets=(200, 422)
    ),
    "profile_joins": Page(at=lambda world: (world.learner.id,), data=lambda world: {"group": world.group.id}),
    "profile_leaves": Page(at=lambda world: (world.learner.id,), data=lambda world: {"group": world.group.id}),
    "manage_licenses": Page(
        open_to=ADMINS,
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "what": "none", "reason": "left"},
        owner_gets=(200, 422),  # nothing is done whose numbers were not shown
    ),
    "manage_invitations": Page(
        open_to=ADMINS,
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "what": "withdraw"},
        owner_gets=(200, 422),  # nobody is invited
    ),
    "groups": Page(open_to=ADMINS, data=lambda world: {"name": "New"}),
    "group": Page(at=group_id),
    "group_rename": Page(at=group_id, data=lambda world: {"name": "Renamed"}),
    "group_delete": Page(at=group_id),
    "group_add_member": Page(at=group_id, data=lambda world: {"email": world.learner.email}),
    "group_remove_members": Page(at=group_id, data=lambda world: {"id": world.learner.id}),
    "group_members": Page(data=lambda world: {"id": world.learner.id, "group": world.group.id}),
    "pools": Page(open_to=ADMINS),
    "pool_add": Page(
        data=lambda world: {"budget_group": "R&D", "license_type": "Pro", "seats": 5, "activation": "invite"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "pool_change": Page(at=lambda world: (world.pool.id,), data=lambda world: {"seats": 77, "activation": "invite"}),
    "course": Page(at=lambda world: ("python",), open_to=EVERYONE),
    "contents": Page(open_to=frozenset({OTHER_ADMIN})),
    "content_add": Page(
        data=lambda world: {"title": "Course", "address": "/course", "kind": "course", "is_free": "on"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "content_remove": Page(at=lambda world: (world.content.id,)),
    "tokens": Page(data=lambda world: {"name": "App", "scopes": "access", "days": "9"}, open_to=frozenset({OTHER_ADMIN})),
    "token_revocation": Page(at=lambda world: (world.api_token.pk,)),
    "uploads": Page(open_to=ADMINS),
    "upload_new": Page(open_to=ADMINS, owner_gets=(200, 422)),  # 422: without a file
    "upload_template": Page(open_to=ADMINS),
    "upload": Page(at=lambda world: (world.operation.number,)),
    "upload_apply": Page(at=lambda world: (world.operation.number,)),
    "upload_cancel": Page(at=lambda world: (world.operation.number,)),
    "upload_results": Page(at=lambda world: (world.operation.number,)),
    "downloads": Page(open_to=ADMINS),
    "usage_files": Page(open_to=frozenset({OTHER_ADMIN}), owner_gets=(200, 422)),  # 422: without a file
    "usage_file_problems": Page(at=lambda world: (world.usage_file.pk,)),
    "usage_discard": Page(
        open_to=frozenset({OTHER_ADMIN}),
        data=lambda world: {"waits_for": "learner", "name": f"{SECRET}@unknown.example"},
    ),
    "user_deletion": Page(
        open_to=frozenset({OTHER_ADMIN}),
        query=lambda world: {"id": world.learner.id},
        data=lambda world: {"id": world.learner.id, "typed": "1"},
    ),
    "deletions": Page(open_to=frozenset({OTHER_ADMIN})),
    "deletion_new": Page(open_to=frozenset({OTHER_ADMIN}), owner_gets=(200, 422)),  # 422: without a file
    "deletion": Page(at=deletion_id, data=lambda world: {"typed": "1"}),
    "deletion_call_off": Page(at=deletion_id),
    "deletion_problems": Page(at=deletion_id),
    "operations": Page(open_to=ADMINS),
    "operation": Page(at=operation_number),
    "operation_reversals": Page(at=operation_number, data=lambda world: {"reason": "Wrong file."}),
    "operation_runs": Page(at=operation_number, data=lambda world: {"unassigned": "0"}, owner_gets=(409,)),
    "operation_cancellation": Page(at=operation_number, owner_gets=(409,)),
    "operation_changes": Page(at=operation_number),
    "reports": Page(open_to=ADMINS),
    "report": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "report_numbers": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "report_file": Page(at=lambda world: ("licenses",), open_to=ADMINS, query=lambda world: {"q": SECRET}),
    "saved_reports": Page(open_to=ADMINS),
    "saved_report_add": Page(
        at=lambda world: ("licenses",),
        data=lambda world: {"name": "Own", "schedule": "daily"},
        open_to=ADMINS,
        ones_own=frozenset({"reports.savedreport"}),
    ),
    "saved_report": Page(at=lambda world: (world.saved_report.id,), data=lambda world: {"act": "delete"}),
    "admins": Page(open_to=ADMINS),
    "admin_add": Page(open_to=ADMINS, data=lambda world: {"email": "new@acme.example", "manage_users": world.group.id}),
    "admin_change": Page(at=admin_id, data=lambda world: {"role": "sub", "manage_users": world.group.id}),
    "admin_end": Page(at=admin_id),
    "admin_link": Page(at=admin_id),
    "audit": Page(open_to=frozenset({OTHER_ADMIN})),
    "settings": Page(open_to=frozenset({OTHER_ADMIN})),
    "settings_change": Page(
        at=lambda world: ("brake",),
        data=lambda world: {"percent": "9", "at_least": "9"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "help": Page(open_to=ADMINS),
    "help_page": Page(at=lambda world: ("filters",), open_to=ADMINS),
    "learning": Page(open_to=ADMINS),
    "learn_home": Page(
        open_to=frozenset({LEARNER}),
        owner_gets=(404,),
        query=lambda world: {"own": world.content.title},  # the learner's license opens it
    ),
    "learn_history": Page(open_to=frozenset({LEARNER}), owner_gets=(404,)),
    "learn_data": Page(
        open_to=frozenset({LEARNER}),
        owner_gets=(404,),
        query=lambda world: {"own": world.learner.email, "group": world.group.name},  # their own comes back
    ),
    "waiting_settings": Page(
        data=lambda world: {"act": "rules", "offer_hours": 1, "rest_minutes": 1, "rest_above": 10},
        open_to=frozenset({OTHER_ADMIN}),
        ones_own=frozenset({"licensing.books"}),
    ),
    "invitation_texts": Page(
        data=lambda world: {"good_for_days": 9, "remind_after_days": 3},
        open_to=frozenset({OTHER_ADMIN}),
        ones_own=frozenset({"invitations.invitationrules"}),
    ),
    "invitation_text_add": Page(
        data=lambda world: {"name": "Own", "subject": "Own", "text": "{link}"},
        open_to=frozenset({OTHER_ADMIN}),
    ),
    "invitation_text_change": Page(at=lambda world: (world.invitation_text.id,), data=lambda world: {"act": "delete"}),
    "learn_licenses": Page(open_to=frozenset({LEARNER}), owner_gets=(404,)),
    "license_requests": Page(open_to=ADMINS, owner_gets=(200, 302, 422), data=lambda world: {"act": "approve"}),
    "pool_waitlist": Page(
        at=lambda world: (world.pool.id,),
        data=lambda world: {"learner": world.learner.id},
        open_to=frozenset({SUB_ADMIN}),
    ),
    "gate_check": Page(open_to=EVERYONE, owner_gets=(403,)),  # asked about no address
    "refused": Page(open_to=EVERYONE, query=lambda world: {"address": "/courses"}),
    "me": Page(
        open_to=ADMINS,
        data=lambda world: {"name": "Kim", "language": "en"},
        ones_own=frozenset({"accounts.account", "accounts.membership"}),
    ),
    "me_profile": Page(
        open_to=ADMINS, data=lambda world: {"email": world.learner.email}, ones_own=frozenset({"accounts.profilecode"})
    ),
    "me_profile_code": Page(open_to=ADMINS, data=lambda world: {"code": "ABCDEFGH"}, owner_gets=(422,)),
    "me_profile_disconnection": Page(open_to=ADMINS),
    "choose_organization": Page(data=lambda world: {"organization": world.acme.id}, open_to=frozenset({SUB_ADMIN})),
    "my_notices": Page(open_to=ADMINS, data=lambda world: {"held-by_mail": "on"}, ones_own=frozenset({"notices.preference"})),
    "notices": Page(open_to=ADMINS),
    "notice_readings": Page(open_to=ADMINS),
    "mail_tests": Page(open_to=frozenset({OTHER_ADMIN})),
    "mail_confirmation": Page(at=lambda world: (world.mail_token,)),
    "mail_retries": Page(open_to=frozenset({OTHER_ADMIN})),
}


def names() -> Iterator[str]:
    """All but the ways in: a link is for whoever has it."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name not in LINKS:
            yield str(pattern.name)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def world(acme: Organization, owner: Client, other_group: Group) -> World:
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
    usage_file = receive_usage_file(told, organization_id=acme.id, name=f"{SECRET}.csv", actor="owner", now=factories.NOW)
    read_usage_file(usage_file, clock=factories.frozen_clock)
    of_owner = Membership.objects.get(account__email="owner@acme.example")
    saved = SavedReport.objects.create(organization=acme, membership=of_owner, name=f"Own {SECRET}", report="licenses")
    things = (acme, group, learner, pool, operation, upload, admin, token, deletion, course, api_token, own_words, usage_file)
    return World(*things, saved)


@pytest.fixture
def cast(world: World, sub_admin_of_group: Client, other_organization_admin: Client) -> dict[str, Client]:
    person = Account.objects.create_user("learner@acme.example")
    Membership.objects.create(organization=world.acme, account=person, learner=world.learner)
    learner = signed_in(person)
    return {SUB_ADMIN: sub_admin_of_group, OTHER_ADMIN: other_organization_admin, LEARNER: learner, ANONYMOUS: Client()}


def state(of: Organization | None = None) -> dict[str, str]:
    """A checksum of every table; with an organization, of its rows in the tables that have organizations."""
    found = {}
    for model in apps.get_models():
        if model._meta.label_lower in LEFT_OUT:
            continue
        rows = model._base_manager.all()
        columns = {column.attname for column in model._meta.concrete_fields}
        if of is not None:
            if "organization_id" not in columns:
                continue
            rows = rows.filter(organization_id=of.id)
        names = sorted(columns)
        lines = sorted(repr(row) for row in rows.values_list(*names))
        found[model._meta.label_lower] = f"{len(lines)} {hashlib.sha256(''.join(lines).encode()).hexdigest()}"
    return found


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
def test_the_owner_is_let_in(name: str, owner: Client, world: World) -> None:
    """Else the refusals below would prove nothing."""
    answers = {method: status_of(ask(owner, method, name, world)) for method in ("GET", "POST")}
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
def test_who_may_only_read_changes_nothing(name: str, world: World) -> None:
    """A sub admin for everyone, who may view reports and the audit log."""
    account = Account.objects.create_user("reader@acme.example")
    membership = Membership.objects.create(organization=world.acme, account=account, is_admin=True)
    for permission in (Permission.VIEW_REPORTS, Permission.VIEW_AUDIT):
        Grant.objects.create(membership=membership, permission=permission)
    reader = signed_in(account)
    before = without(state(), PAGES[name].ones_own)
    for method in METHODS:
        assert status_of(ask(reader, method, name, world)) < 500
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
