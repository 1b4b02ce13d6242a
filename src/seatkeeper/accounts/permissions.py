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


EVERYONE = None

# Of each permission, the groups for which it is held; EVERYONE: no limit.
Grants = Mapping[Permission, tuple[int, ...] | None]


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

    @property
    def actor(self) -> str:
        """As operations and the audit log name them."""
        return self.email
