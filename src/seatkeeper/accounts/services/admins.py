"""Make, change and end admins.

Who gives permissions gives, sees and takes no more than they have themselves: of an admin whom
others gave more, their own part. So an address that is known already, here or elsewhere, gets
the same answer as a new one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.errors import ForEveryoneOnly, LastFullAdmin, NoAddress, NoPermissions, NotYoursToGive, UnknownAdmin
from seatkeeper.accounts.models import Account, Grant, LinkKind, Membership
from seatkeeper.accounts.permissions import (
    EVERYONE,
    FOR_EVERYONE_ONLY,
    FULL,
    Admin,
    Grants,
    Role,
    joined,
    server_operator,
    within,
    without,
)
from seatkeeper.accounts.queries import role_of
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.accounts.services.sign_in_links import end_links, make_link
from seatkeeper.directory.attributes import is_sound_email
from seatkeeper.directory.services.organizations import lock_organization


@dataclass(frozen=True, slots=True)
class Added:
    """An admin, and the token of their one-time link."""

    membership: Membership
    token: str


@transaction.atomic
def add_admin(*, giver: Admin, email: str, name: str, role: Role, now: datetime) -> Added:
    """Make somebody an admin; their account is made where there is none. Who is one already gets this added.

    Raises NoAddress, NoPermissions, ForEveryoneOnly, NotYoursToGive.
    """
    membership = _added(giver=giver, email=email, name=name, role=role, now=now)
    return Added(membership, _link_for(giver, membership, now))


def add_full_admin(*, organization_id: int, email: str, actor: str, now: datetime) -> Account:
    """Make somebody a full admin, as whoever runs the server. A second call changes nothing.

    Raises NoAddress.
    """
    giver = server_operator(organization_id=organization_id, name=actor)
    return add_admin_as_operator(giver=giver, email=email, name="", role=FULL, now=now)


@transaction.atomic
def add_admin_as_operator(*, giver: Admin, email: str, name: str, role: Role, now: datetime) -> Account:
    """As `add_admin`, without a link: whoever runs the server makes one that always works."""
    return _added(giver=giver, email=email, name=name, role=role, now=now).account


@transaction.atomic
def change_admin(*, giver: Admin, membership_id: int, role: Role, now: datetime) -> Membership:
    """Put what the giver may give in the place of what they gave before; the rest stays.

    Raises UnknownAdmin, NoPermissions, ForEveryoneOnly, NotYoursToGive, LastFullAdmin.
    """
    lock_organization(giver.organization_id)
    membership = _seen(giver, membership_id)
    _check(giver, role)
    before = role_of(membership)
    grants = {} if role.is_full else joined(without(before.grants, giver), role.grants)
    after = Role(role.is_full if giver.is_full else before.is_full, grants)
    if before.is_full and not after.is_full:
        _keep_one(membership)
    _write(giver, membership, before, after, now=now)
    return membership


@transaction.atomic
def end_admin(*, giver: Admin, membership_id: int, now: datetime) -> Membership:
    """Take all that the giver may take. With nothing left, admin access ends: at the next request.

    Raises UnknownAdmin, LastFullAdmin.
    """
    lock_organization(giver.organization_id)
    membership = _seen(giver, membership_id)
    before = role_of(membership)
    if giver.is_full and before.is_full:
        _keep_one(membership)
    after = Role(before.is_full and not giver.is_full, without(before.grants, giver))
    _write(giver, membership, before, after, now=now)
    return membership


@transaction.atomic
def renew_link(*, giver: Admin, membership_id: int, now: datetime) -> str:
    """The token of a new one-time link; those before it are void. Raises UnknownAdmin."""
    membership = _seen(giver, membership_id)
    end_links(account_id=membership.account_id, now=now)
    facts = {"account": membership.account_id}
    log_act(organization_id=giver.organization_id, actor=giver.actor, action="admin.link_made", now=now, **facts)
    return _link_for(giver, membership, now)


def account_of_admin(*, organization_id: int, email: str) -> Account:
    """Raises UnknownAdmin."""
    return membership_of_admin(organization_id=organization_id, email=email).account


def membership_of_admin(*, organization_id: int, email: str) -> Membership:
    """Raises UnknownAdmin."""
    memberships = Membership.objects.select_related("account").filter(organization_id=organization_id, is_admin=True)
    found = memberships.filter(account__email=email.strip().lower()).first()
    if found is None:
        raise UnknownAdmin(email=email)
    return found


def _added(*, giver: Admin, email: str, name: str, role: Role, now: datetime) -> Membership:
    address = email.strip().lower()
    if not is_sound_email(address):
        raise NoAddress(email=email)
    _check(giver, role)
    lock_organization(giver.organization_id)
    account = Account.objects.filter(email=address).first() or Account.objects.create_user(address, name=name)
    membership, _ = Membership.objects.get_or_create(organization_id=giver.organization_id, account=account)
    before = role_of(membership)
    after = Role(before.is_full or role.is_full, {} if role.is_full else joined(before.grants, role.grants))
    if not membership.name and name:
        membership.name = name
        membership.save(update_fields=["name"])
    _write(giver, membership, before, after, now=now)
    return membership


def _check(giver: Admin, role: Role) -> None:
    if not role.is_full and not role.grants:
        raise NoPermissions("a sub admin needs at least one permission")
    for permission, groups in role.grants.items():
        if permission in FOR_EVERYONE_ONLY and groups is not EVERYONE:
            raise ForEveryoneOnly(permission=permission)
    if not giver.covers(role):
        raise NotYoursToGive("more than the giver has")


def _seen(giver: Admin, membership_id: int) -> Membership:
    """An admin of whose permissions the giver may take some."""
    memberships = Membership.objects.select_related("account").filter(organization_id=giver.organization_id, is_admin=True)
    membership = memberships.filter(id=membership_id).first()
    if membership is None or not (giver.is_full or within(role_of(membership).grants, giver)):
        raise UnknownAdmin(email="")
    return membership


def _keep_one(membership: Membership) -> None:
    """Under the lock of the organization: of two who end each other, the second meets this."""
    full = Membership.objects.filter(organization_id=membership.organization_id, is_admin=True, is_full_admin=True)
    if not full.filter(account__is_active=True).exclude(id=membership.id).exists():
        raise LastFullAdmin(email=membership.account.email)


def _write(giver: Admin, membership: Membership, before: Role, after: Role, *, now: datetime) -> None:
    """Each change is in the audit log, and makes links void that were made for a lesser role."""
    was_admin = membership.is_admin
    is_admin = after.is_full or bool(after.grants)
    if (was_admin, before) == (is_admin, after):
        return
    membership.is_admin, membership.is_full_admin = is_admin, after.is_full
    membership.new_people_group = membership.new_people_group if is_admin else None
    membership.save(update_fields=["is_admin", "is_full_admin", "new_people_group"])
    membership.grants.all().delete()
    Grant.objects.bulk_create(_rows(membership, after.grants))
    end_links(account_id=membership.account_id, now=now)
    action = "admin.changed" if was_admin and is_admin else "admin.added" if is_admin else "admin.ended"
    facts = {"account": membership.account_id, "before": _words(before), "after": _words(after)}
    log_act(organization_id=giver.organization_id, actor=giver.actor, action=action, now=now, **facts)


def _rows(membership: Membership, grants: Grants) -> list[Grant]:
    return [
        Grant(membership=membership, permission=permission, group_id=group)
        for permission, groups in grants.items()
        for group in ((None,) if groups is EVERYONE else groups)
    ]


def _words(role: Role) -> str | dict[str, str | list[int]]:
    """As the audit log keeps it."""
    if role.is_full:
        return "full"
    return {str(permission): "everyone" if groups is EVERYONE else list(groups) for permission, groups in role.grants.items()}


def _link_for(giver: Admin, membership: Membership, now: datetime) -> str:
    """One that signs in only where that gives the giver nothing that they could not give."""
    account = membership.account
    is_known_elsewhere = account.memberships.exclude(id=membership.id).exists()
    is_theirs = account.last_login is None and not is_known_elsewhere and giver.covers(role_of(membership))
    return make_link(account=account, now=now, kind=LinkKind.FIRST if is_theirs else LinkKind.SIGN_IN)
