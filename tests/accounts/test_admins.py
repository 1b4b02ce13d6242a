"""Admins are added, changed and ended within what the giver has; the last full admin stays."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from seatkeeper.accounts.errors import (
    LastFullAdmin,
    LinkSpent,
    NoAddress,
    NoPermissions,
    NotYoursToGive,
    OwnSignInNeeded,
    UnknownAdmin,
)
from seatkeeper.accounts.models import Account, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import EVERYONE, FULL, Admin, Grants, Permission, Role, server_operator
from seatkeeper.accounts.queries import admin_of, admins_seen_by, organizations_of_admin, role_of
from seatkeeper.accounts.services import admins
from seatkeeper.accounts.services.admins import Added, add_admin, change_admin, end_admin, renew_link
from seatkeeper.accounts.services.sign_in_links import use_link
from seatkeeper.directory.models import Group, Organization
from seatkeeper.directory.services.groups import add_group
from tests import factories
from tests.factories import NOW
from tests.promises.test_never_oversold import race

USERS, GROUPS, CREATE = Permission.MANAGE_USERS, Permission.EDIT_GROUPS, Permission.CREATE_SUB_ADMINS
pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def owner(acme: Organization) -> Admin:
    operator = server_operator(organization_id=acme.id, name="cli:root")
    return admin(add_admin(giver=operator, email="owner@acme.example", name="", role=FULL, now=NOW))


@pytest.fixture
def sales(acme: Organization) -> Group:
    return add_group(organization_id=acme.id, name="Sales")


@pytest.fixture
def legal(acme: Organization) -> Group:
    return add_group(organization_id=acme.id, name="Legal")


@pytest.fixture
def sub(owner: Admin, sales: Group) -> Admin:
    """May manage users and create sub admins, for Sales."""
    return admin(add(owner, "sub@acme.example", {USERS: (sales.id,), CREATE: (sales.id,)}))


def add(giver: Admin, email: str, grants: Grants) -> Added:
    return add_admin(giver=giver, email=email, name="Somebody", role=Role(grants=grants), now=NOW)


def admin(added: Added) -> Admin:
    found = admin_of(account_id=added.membership.account_id, organization_id=added.membership.organization_id)
    assert found is not None
    return found


def grants_of(email: str) -> Grants:
    return role_of(Membership.objects.get(account__email=email)).grants


def seen(asker: Admin) -> dict[str, Grants]:
    return {one.membership.account.email: one.role.grants for one in admins_seen_by(asker)}


def test_an_admin_is_added_changed_and_ended_and_each_is_logged(owner: Admin, sales: Group) -> None:
    added = add(owner, " Ana@Corp.example", {USERS: (sales.id,)})
    change_admin(giver=owner, membership_id=added.membership.id, role=Role(grants={GROUPS: EVERYONE}), now=NOW)
    assert grants_of("ana@corp.example") == {GROUPS: EVERYONE}
    end_admin(giver=owner, membership_id=added.membership.id, now=NOW)

    assert admin_of(account_id=added.membership.account_id, organization_id=owner.organization_id) is None
    assert not organizations_of_admin(added.membership.account_id).exists()
    ana = added.membership.account_id
    sales_only, for_everyone = {"manage_users": [sales.id]}, {"edit_groups": "everyone"}
    assert list(AuditEntry.objects.filter(facts__account=ana).order_by("id").values_list("action", "actor", "facts")) == [
        ("admin.added", owner.email, {"account": ana, "before": {}, "after": sales_only}),
        ("admin.changed", owner.email, {"account": ana, "before": sales_only, "after": for_everyone}),
        ("admin.ended", owner.email, {"account": ana, "before": for_everyone, "after": {}}),
    ]


def test_saving_without_a_change_logs_nothing(owner: Admin, sales: Group) -> None:
    added = add(owner, "ana@corp.example", {USERS: (sales.id,)})
    before = AuditEntry.objects.count()
    change_admin(giver=owner, membership_id=added.membership.id, role=Role(grants={USERS: (sales.id,)}), now=NOW)
    assert AuditEntry.objects.count() == before


def test_a_sub_admin_gives_sees_and_takes_their_own_part_only(sub: Admin, owner: Admin, sales: Group, legal: Group) -> None:
    for grants in ({USERS: EVERYONE}, {USERS: (legal.id,)}, {GROUPS: (sales.id,)}):
        with pytest.raises(NotYoursToGive):
            add(sub, "ana@corp.example", grants)
    with pytest.raises(NotYoursToGive):
        add_admin(giver=sub, email="ana@corp.example", name="", role=FULL, now=NOW)
    assert not Account.objects.filter(email="ana@corp.example").exists()

    ana = add(owner, "ana@corp.example", {USERS: (legal.id,), GROUPS: EVERYONE}).membership
    assert set(seen(sub)) == {"sub@acme.example"}
    for act in (
        lambda: end_admin(giver=sub, membership_id=ana.id, now=NOW),
        lambda: renew_link(giver=sub, membership_id=ana.id, now=NOW),
    ):
        with pytest.raises(UnknownAdmin):
            act()

    add(sub, "ana@corp.example", {USERS: (sales.id,)})
    assert seen(sub)["ana@corp.example"] == {USERS: (sales.id,)}
    assert grants_of("ana@corp.example") == {USERS: tuple(sorted((sales.id, legal.id))), GROUPS: EVERYONE}

    end_admin(giver=sub, membership_id=ana.id, now=NOW)
    assert grants_of("ana@corp.example") == {USERS: (legal.id,), GROUPS: EVERYONE}


def test_a_known_and_an_unknown_address_get_the_same_answer(sub: Admin, owner: Admin, sales: Group) -> None:
    other = factories.organization("Other")
    boss = server_operator(organization_id=other.id, name="cli:root")
    add_admin(giver=boss, email="boss@other.example", name="The Boss", role=FULL, now=NOW)

    for email in ("owner@acme.example", "boss@other.example", "new@corp.example"):
        added = add(sub, email, {USERS: (sales.id,)})
        assert added.token
        assert (added.membership.name, seen(sub)[email]) == ("Somebody", {USERS: (sales.id,)})
    assert admin_of(account_id=owner.account_id, organization_id=owner.organization_id) == owner


def test_a_link_never_signs_in_an_account_that_can_do_more_than_its_maker_may_give(
    sub: Admin, owner: Admin, sales: Group, legal: Group
) -> None:
    elsewhere = server_operator(organization_id=factories.organization("Other").id, name="cli:root")
    add_admin(giver=elsewhere, email="boss@other.example", name="", role=FULL, now=NOW)
    add(owner, "more@acme.example", {USERS: (legal.id,)})
    Account.objects.filter(pk=owner.account_id).update(last_login=NOW)

    for email in ("owner@acme.example", "more@acme.example", "boss@other.example"):
        with pytest.raises(OwnSignInNeeded):
            use_link(token=add(sub, email, {USERS: (sales.id,)}).token, now=NOW)
    assert use_link(token=add(sub, "new@corp.example", {USERS: (sales.id,)}).token, now=NOW).email == "new@corp.example"


def test_a_link_is_void_once_its_admin_may_do_more(sub: Admin, owner: Admin, sales: Group) -> None:
    added = add(sub, "new@corp.example", {USERS: (sales.id,)})
    change_admin(giver=owner, membership_id=added.membership.id, role=FULL, now=NOW)

    with pytest.raises(LinkSpent):
        use_link(token=added.token, now=NOW)
    with pytest.raises(UnknownAdmin):
        renew_link(giver=sub, membership_id=added.membership.id, now=NOW)
    token = renew_link(giver=owner, membership_id=added.membership.id, now=NOW)
    assert use_link(token=token, now=NOW).email == "new@corp.example"


def test_a_link_that_another_organization_relies_on_is_void(owner: Admin) -> None:
    added = add(owner, "new@corp.example", {USERS: EVERYONE})
    elsewhere = server_operator(organization_id=factories.organization("Other").id, name="cli:root")
    add_admin(giver=elsewhere, email="new@corp.example", name="", role=FULL, now=NOW)

    with pytest.raises(LinkSpent):
        use_link(token=added.token, now=NOW)


def test_the_last_full_admin_stays(owner: Admin) -> None:
    lower = Role(grants={USERS: EVERYONE})
    with pytest.raises(LastFullAdmin):
        end_admin(giver=owner, membership_id=owner.membership_id, now=NOW)
    with pytest.raises(LastFullAdmin):
        change_admin(giver=owner, membership_id=owner.membership_id, role=lower, now=NOW)
    second = add_admin(giver=owner, email="second@acme.example", name="", role=FULL, now=NOW)
    change_admin(giver=owner, membership_id=owner.membership_id, role=lower, now=NOW)
    assert admin_of(account_id=owner.account_id, organization_id=owner.organization_id) != owner
    assert role_of(second.membership) == FULL


def test_a_full_admin_of_a_closed_account_does_not_count(owner: Admin) -> None:
    second = add_admin(giver=owner, email="second@acme.example", name="", role=FULL, now=NOW)
    Account.objects.filter(pk=second.membership.account_id).update(is_active=False)
    with pytest.raises(LastFullAdmin):
        end_admin(giver=owner, membership_id=owner.membership_id, now=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_full_admins_who_end_each_other_one_stays(guarded: bool, owner: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    second = admin(add_admin(giver=owner, email="second@acme.example", name="", role=FULL, now=NOW))
    judge, both = admins._keep_one, threading.Barrier(2)

    def judge_and_wait(membership: Membership) -> None:
        judge(membership)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)

    monkeypatch.setattr(admins, "_keep_one", judge_and_wait)
    if not guarded:
        monkeypatch.setattr(admins, "lock_organization", no_lock)

    raised = race([ending(owner, second), ending(second, owner)])

    assert [type(error) for error in raised] == ([LastFullAdmin] if guarded else [])
    assert Membership.objects.filter(is_full_admin=True).count() == (1 if guarded else 0)


def no_lock(organization_id: int) -> None:
    """As if there were none."""


def ending(one: Admin, other: Admin) -> Callable[[], Membership]:
    return lambda: end_admin(giver=one, membership_id=other.membership_id, now=NOW)


def test_what_is_not_enough_is_refused(owner: Admin) -> None:
    with pytest.raises(NoPermissions):
        add(owner, "ana@corp.example", {})
    with pytest.raises(NoAddress):
        add(owner, "ana", {USERS: EVERYONE})
    other = factories.organization("Other")
    with pytest.raises(UnknownAdmin):
        end_admin(giver=server_operator(organization_id=other.id, name="x"), membership_id=owner.membership_id, now=NOW)


def test_a_permission_for_everyone_is_kept_once(owner: Admin) -> None:
    membership = add(owner, "ana@corp.example", {USERS: EVERYONE}).membership
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(membership=membership, permission=USERS)
    assert Grant.objects.filter(membership=membership).count() == 1
