"""Operations: the list and one operation's page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.licensing.models import Books, License, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import plan_assign
from seatkeeper.licensing.services.operations import Act
from tests import factories

NOW = datetime(2026, 3, 4, 14, 2, tzinfo=UTC)
LIST = "/admin-center/operations/"


def operation(organization: Organization, number: int, actor: str = "owner@acme.example") -> None:
    Operation.objects.create(
        organization=organization,
        number=number,
        verb="unassign",
        source="web",
        actor=actor,
        reason=f"Reason {number}.",
        status="done",
        planned_at=NOW,
        planned_changes=1412,
    )


def test_newest_first_and_page_by_page(acme: Organization, owner: Client) -> None:
    for number in (101, 102, 103):
        operation(acme, number)
    with patch("seatkeeper.web.views.operations.OPERATIONS_A_PAGE", 2):
        first = owner.get(LIST).content.decode()
        second = owner.get(LIST, {"before": "102"}).content.decode()
    assert first.index("Reason 103.") < first.index("Reason 102.")
    assert "Reason 101." not in first
    assert "?before=102" in first
    assert "Reason 101." in second
    assert "Reason 102." not in second
    assert "?before=" not in second


def test_one_operation_with_its_facts(acme: Organization, owner: Client) -> None:
    operation(acme, 101)
    page = owner.get(f"{LIST}101/").content.decode()
    assert "Reason 101." in page
    assert "1,412" in page
    assert "Done" in page


def test_limited_to_groups_sees_only_their_own(acme: Organization, sub_admin_of_group: Client) -> None:
    operation(acme, 101)
    operation(acme, 102, actor="sub@acme.example")
    page = sub_admin_of_group.get(LIST).content.decode()
    assert "Reason 102." in page
    assert "Reason 101." not in page
    assert sub_admin_of_group.get(f"{LIST}101/").status_code == 404
    assert sub_admin_of_group.get(f"{LIST}102/").status_code == 200


def test_another_organization_finds_nothing(acme: Organization, other_organization_admin: Client) -> None:
    operation(acme, 101)
    assert "Reason 101." not in other_organization_admin.get(LIST).content.decode()
    assert other_organization_admin.get(f"{LIST}101/").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40])
def test_a_bad_page_is_the_first(acme: Organization, owner: Client, before: str) -> None:
    operation(acme, 101)
    assert "Reason 101." in owner.get(LIST, {"before": before}).content.decode()


def test_no_such_number_and_wrong_method(acme: Organization, owner: Client) -> None:
    assert owner.get(f"{LIST}{'9' * 40}/").status_code == 404
    assert owner.post(LIST).status_code == 405


HEADER = "invited_email_address,license_learning_status\n"


def imported(of: Organization, *emails: str, status: str = "active", apply: bool = True) -> Operation:
    lines = "".join(f"{email},{status}\n" for email in emails)
    return factories.import_csv(of, HEADER + lines, apply=apply)


def status_of(of: Organization, email: str) -> int:
    return License.objects.get(organization_id=of.id, learner_id=factories.learner(of, email).id).status


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme)


def test_undo_puts_back_and_can_be_undone(acme: Organization, pool: LicensePool, owner: Client) -> None:
    imported(acme, "a@acme.example")
    leavers = imported(acme, "a@acme.example", status="inactive")
    page = owner.get(f"{LIST}{leavers.number}/").content.decode()
    assert "1 license unassigned" in page
    assert "CSV file" in page
    answer = owner.post(f"{LIST}{leavers.number}/reversals/", {"reason": "Wrong file."}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}{leavers.number + 1}/", 302)]
    assert "Wrong file." in answer.content.decode()
    assert f'action="{LIST}{leavers.number + 1}/reversals/"' in answer.content.decode()  # of the toast and of the page
    assert status_of(acme, "a@acme.example") == Status.ACTIVE
    assert '<button class="button">Redo</button>' in answer.content.decode()
    again = owner.post(f"{LIST}{leavers.number + 1}/reversals/", follow=True)
    assert 'reversals/"' in again.content.decode()
    assert f"Done again: operation {leavers.number + 1}, which had undone it, is undone." in again.content.decode()
    assert '<button class="button">Redo</button>' not in again.content.decode()
    assert status_of(acme, "a@acme.example") == Status.UNASSIGNED
    assert owner.post(f"{LIST}{leavers.number}/reversals/").status_code == 302  # its undo was undone


def test_undo_says_what_it_takes_back_and_no_more(acme: Organization, pool: LicensePool, owner: Client) -> None:
    factories.import_csv(acme, "invited_email_address,license_learning_status\na@acme.example,active\n")
    lines = "a@acme.example,active\nb@acme.example,active\nnobody,active\n"
    this = factories.import_csv(acme, f"invited_email_address,license_learning_status\n{lines}")
    page = owner.get(f"{LIST}{this.number}/").content.decode()
    facts, undo = page.split('id="undo"')
    assert "1 person unchanged" in facts
    assert "1 license activated" in undo
    assert "unchanged" not in undo
    assert "problem" not in undo


def test_undo_twice_is_refused_in_words(acme: Organization, pool: LicensePool, owner: Client) -> None:
    imported(acme, "a@acme.example")
    leavers = imported(acme, "a@acme.example", status="inactive")
    owner.post(f"{LIST}{leavers.number}/reversals/")
    answer = owner.post(f"{LIST}{leavers.number}/reversals/")
    assert answer.status_code == 409
    assert f"undone already, by operation {leavers.number + 1}" in answer.content.decode()
    assert 'id="undo"' not in answer.content.decode()
    assert Operation.objects.filter(organization_id=acme.id).count() == 3


def test_nothing_to_undo_and_a_reason_too_long(acme: Organization, pool: LicensePool, owner: Client) -> None:
    imported(acme, "a@acme.example")
    same = imported(acme, "a@acme.example")
    answer = owner.post(f"{LIST}{same.number}/reversals/")
    assert answer.status_code == 409
    assert "nothing to undo" in answer.content.decode()
    assert owner.post(f"{LIST}1/reversals/", {"reason": "x" * 1_001}).status_code == 422
    assert owner.post(f"{LIST}1/reversals/", {"reason": "\0"}).status_code == 422


def test_what_somebody_changed_since_is_named(acme: Organization, pool: LicensePool, owner: Client) -> None:
    first = imported(acme, "a@acme.example", "b@acme.example")
    imported(acme, "a@acme.example", status="inactive")
    page = owner.post(f"{LIST}{first.number}/reversals/", follow=True).content.decode()
    assert "not for everyone" in page
    assert ">a@acme.example</a>" in page
    assert "Somebody changed it since." in page


def test_planned_is_applied_or_discarded(acme: Organization, pool: LicensePool, owner: Client) -> None:
    imported(acme, "a@acme.example")
    planned = imported(acme, "a@acme.example", status="inactive", apply=False)
    assert "Apply changes" in owner.get(f"{LIST}{planned.number}/").content.decode()
    assert owner.post(f"{LIST}{planned.number}/runs/").status_code == 302
    assert status_of(acme, "a@acme.example") == Status.UNASSIGNED
    assert owner.post(f"{LIST}{planned.number}/runs/").status_code == 409
    assert owner.post(f"{LIST}{planned.number}/cancellation/").status_code == 409
    other = imported(acme, "a@acme.example", apply=False)
    assert owner.post(f"{LIST}{other.number}/cancellation/").status_code == 302
    assert status_of(acme, "a@acme.example") == Status.UNASSIGNED
    assert "Cancelled" in owner.get(f"{LIST}{other.number}/").content.decode()


def test_held_needs_the_number_typed(acme: Organization, pool: LicensePool, owner: Client) -> None:
    imported(acme, "a@acme.example", "b@acme.example")
    Books.objects.filter(organization_id=acme.id).update(brake_at_least=1)
    planned = imported(acme, "a@acme.example", "b@acme.example", status="inactive", apply=False)
    assert owner.post(f"{LIST}{planned.number}/runs/").status_code == 302
    assert "This is held" in owner.get(f"{LIST}{planned.number}/").content.decode()
    for typed in ("", "3", "two", "-2", "9" * 60):
        assert owner.post(f"{LIST}{planned.number}/runs/", {"unassigned": typed}).status_code == 422
    assert status_of(acme, "a@acme.example") == Status.ACTIVE
    assert owner.post(f"{LIST}{planned.number}/runs/", {"unassigned": " 2 "}).status_code == 302
    assert status_of(acme, "a@acme.example") == Status.UNASSIGNED
    assert Operation.objects.get(organization_id=acme.id, number=planned.number).released_by == "owner@acme.example"


@pytest.mark.parametrize("part", ["reversals", "runs", "cancellation"])
def test_acts_are_posted(acme: Organization, owner: Client, part: str) -> None:
    operation(acme, 101)
    assert owner.get(f"{LIST}101/{part}/").status_code == 405
    assert owner.post(f"{LIST}{'9' * 40}/{part}/").status_code == 404


def test_own_act_beyond_todays_reach_is_not_undone(
    acme: Organization, pool: LicensePool, other_group: Group, sub_admin_of_group: Client
) -> None:
    this = imported(acme, "a@acme.example")
    Operation.objects.filter(organization_id=acme.id).update(actor="sub@acme.example")
    assert 'id="undo"' not in sub_admin_of_group.get(f"{LIST}{this.number}/").content.decode()
    assert "a@acme.example" not in text_of(sub_admin_of_group.get(f"{LIST}{this.number}/changes.csv"))
    assert sub_admin_of_group.post(f"{LIST}{this.number}/reversals/").status_code == 404
    assert status_of(acme, "a@acme.example") == Status.ACTIVE
    learner = factories.learner(acme, "a@acme.example")
    GroupMember.objects.create(organization=acme, group=other_group, learner=learner)
    assert sub_admin_of_group.post(f"{LIST}{this.number}/reversals/").status_code == 302


@pytest.mark.parametrize(
    ("permission", "answers"), [(Permission.EDIT_GROUPS, (302, 404)), (Permission.MANAGE_USERS, (404, 302))]
)
def test_undo_needs_the_permission_of_the_act(
    acme: Organization, pool: LicensePool, other_group: Group, owner: Client, permission: Permission, answers: tuple[int, int]
) -> None:
    imported(acme, "a@acme.example")
    learner = factories.learner(acme, "a@acme.example")
    owner.post(f"/admin-center/users/{learner.id}/memberships/", {"group": other_group.id})
    account = Account.objects.create_user("one@acme.example")
    membership = Membership.objects.create(organization=acme, account=account, is_admin=True)
    Grant.objects.create(membership=membership, permission=permission)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"{LIST}2/reversals/").status_code == answers[0]
    assert client.post(f"{LIST}1/reversals/").status_code == answers[1]
    assert "people updated" not in owner.get(f"{LIST}2/").content.decode()


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_changes_as_a_file(acme: Organization, pool: LicensePool, owner: Client) -> None:
    this = factories.import_csv(
        acme, "invited_email_address,work_title,license_learning_status\n=a@acme.example,,active\nb@acme.example,=1,active\n"
    )
    with patch("seatkeeper.licensing.changes.BATCH", 1):
        lines = text_of(owner.get(f"{LIST}{this.number}/changes.csv")).splitlines()
    assert lines[0] == "email,pool,group,from,to,line,outcome"
    assert "b@acme.example,default/learning,,no license,active,3,applied" in lines
    assert all(not line.startswith("=") for line in lines)
    entry = AuditEntry.objects.get(organization_id=acme.id, action="changes.exported")
    assert entry.facts == {"operation": this.number, "rows": len(lines) - 1}


def test_missing_seats_are_named_before(acme: Organization, owner: Client) -> None:
    pool = factories.pool(acme, seats=0)
    factories.import_csv(acme, "invited_email_address\na@acme.example\n")
    act = Act(acme.id, "assign", "page", "tester")
    this = plan_assign(Learner.objects.filter(organization_id=acme.id), pool=pool, act=act, clock=factories.frozen_clock)
    assert f"{pool.title}: 1 seat is missing" in owner.get(f"{LIST}{this.number}/").content.decode()
    with patch("seatkeeper.web.views.operations.LOOKED_THROUGH", -1):
        assert "too large to compare" in owner.get(f"{LIST}{this.number}/").content.decode()


def test_few_statements(
    acme: Organization, pool: LicensePool, owner: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    first = imported(acme, "a@acme.example", "b@acme.example")
    imported(acme, "a@acme.example", status="inactive")
    owner.post(f"{LIST}{first.number}/reversals/")
    learner = factories.learner(acme, "a@acme.example")
    pages = [f"{LIST}{number}/" for number in (1, 2, 3)]
    pages += [f"/admin-center/users/{learner.id}/?tab={tab}" for tab in ("groups", "licenses", "activity")]
    for page in pages:
        with django_assert_max_num_queries(25):
            assert owner.get(page).status_code == 200
