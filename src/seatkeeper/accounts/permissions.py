"""What an admin may do, and for whom. Plain values: no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from seatkeeper.directory.reach import Reach


class Permission(models.TextChoices):
    """What a sub admin may be given; a full admin has them all, for everyone."""

    MANAGE_USERS = "manage_users", _("Manage users and licenses")
    EDIT_GROUPS = "edit_groups", _("Edit groups")
    VIEW_REPORTS = "view_reports", _("View reports")
    MANAGE_IT_SETTINGS = "manage_it_settings", _("Manage IT settings")
    CREATE_SUB_ADMINS = "create_sub_admins", _("Create sub admins with the same permissions")
    VIEW_AUDIT = "view_audit", _("View audit")


# What they are about belongs to the organization as a whole, so groups mean nothing there.
FOR_EVERYONE_ONLY = frozenset({Permission.MANAGE_IT_SETTINGS, Permission.VIEW_AUDIT})

EVERYONE = None

Groups = tuple[int, ...] | None  # EVERYONE: no limit

# Of each permission, the groups for which it is held.
Grants = Mapping[Permission, Groups]


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is to be as an admin."""

    is_full: bool = False
    grants: Grants = field(default_factory=dict)


FULL = Role(is_full=True)


@dataclass(frozen=True, slots=True)
class Admin:
    """An account at work in one organization, with what it may do there."""

    account_id: int
    membership_id: int
    organization_id: int
    email: str
    name: str
    is_full: bool
    grants: Grants = field(default_factory=dict)
    learner_id: int | None = None  # the profile that its owner connected
    language: str = ""  # what the organization chose, for those who chose none
    time_zone: str = "UTC"  # the organization's

    def may(self, permission: Permission) -> bool:
        return self.is_full or permission in self.grants

    def may_for_everyone(self, permission: Permission) -> bool:
        return self.is_full or (permission in self.grants and self.grants[permission] is EVERYONE)

    def reach(self, permission: Permission) -> Reach:
        """For whom: nobody, where the permission is missing."""
        if self.is_full:
            return Reach(self.organization_id)
        return Reach(self.organization_id, self.grants.get(permission, ()))

    @property
    def sees(self) -> Reach:
        """Whom the admin sees at all: all whom any of the permissions is about."""
        if self.is_full or EVERYONE in self.grants.values():
            return Reach(self.organization_id)
        groups = {group for some in self.grants.values() if some for group in some}
        return Reach(self.organization_id, tuple(sorted(groups)))

    def may_give(self, permission: Permission) -> Groups:
        """For whom the admin may give a permission to others: no further than they have it themselves."""
        if self.is_full:
            return EVERYONE
        return common(self.grants.get(permission, ()), self.grants.get(Permission.CREATE_SUB_ADMINS, ()))

    def covers(self, role: Role) -> bool:
        """Whether the admin may give all of this."""
        return self.is_full or (not role.is_full and not without(role.grants, self))

    @property
    def actor(self) -> str:
        """As operations and the audit log name them."""
        return self.email


def server_operator(*, organization_id: int, name: str) -> Admin:
    """Whoever runs the server: may do all, and has no account."""
    return Admin(account_id=0, membership_id=0, organization_id=organization_id, email=name, name=name, is_full=True)


def common(some: Groups, others: Groups) -> Groups:
    if some is EVERYONE:
        return others
    return some if others is EVERYONE else tuple(sorted({*some} & {*others}))


def within(grants: Grants, giver: Admin) -> Grants:
    """The part of the grants that is the giver's to give, and to take."""
    found: dict[Permission, Groups] = {}
    for permission, groups in grants.items():
        limit = giver.may_give(permission)
        if limit is EVERYONE:
            found[permission] = groups
        elif groups is not EVERYONE and (mine := common(groups, limit)):
            found[permission] = mine
    return found


def without(grants: Grants, giver: Admin) -> Grants:
    """The rest of them."""
    found: dict[Permission, Groups] = {}
    for permission, groups in grants.items():
        limit = giver.may_give(permission)
        if groups is EVERYONE and limit is not EVERYONE:
            found[permission] = EVERYONE
        elif groups is not EVERYONE and limit is not EVERYONE and (rest := {*groups} - {*limit}):
            found[permission] = tuple(sorted(rest))
    return found


def joined(some: Grants, others: Grants) -> Grants:
    """What is in either."""
    found: dict[Permission, Groups] = dict(some)
    for permission, groups in others.items():
        before = found.get(permission, ())
        both = EVERYONE if before is EVERYONE or groups is EVERYONE else tuple(sorted({*before, *groups}))
        found[permission] = both
    return {permission: found[permission] for permission in Permission if permission in found}
