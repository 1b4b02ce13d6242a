"""Make, rename and delete groups, as an admin: in the audit log."""

from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.errors import GroupInUse
from seatkeeper.accounts.models import Grant, Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.errors import GroupExists
from seatkeeper.directory.models import Group, GroupMember
from seatkeeper.directory.services.groups import add_group
from seatkeeper.directory.services.organizations import lock_organization


@transaction.atomic
def create_group(*, organization_id: int, name: str, actor: str, now: datetime) -> Group:
    """Raises GroupExists where a name differs only in case."""
    group = add_group(organization_id=organization_id, name=name)
    log_act(organization_id=organization_id, actor=actor, action="group.added", now=now, group=group.id, name=group.name)
    return group


@transaction.atomic
def rename_group(*, group: Group, name: str, actor: str, now: datetime) -> Group:
    """Members stay. Raises GroupExists."""
    before, name = group.name, name.strip()
    if name == before:
        return group
    lock_organization(group.organization_id)
    same = Group.objects.filter(organization_id=group.organization_id, key=name.casefold()).exclude(id=group.id)
    if same.exists():
        raise GroupExists(name=name)
    group.name, group.key = name, name.casefold()
    group.save(update_fields=["name", "key"])
    facts = {"group": group.id, "before": before, "after": name}
    log_act(organization_id=group.organization_id, actor=actor, action="group.renamed", now=now, **facts)
    return group


@transaction.atomic
def delete_group(*, group: Group, actor: str, now: datetime) -> int:
    """Its members leave it, and keep everything else; how many they were. There is no undo.

    Raises GroupInUse: an admin's permissions are limited to it, or an admin's new people go there.
    """
    lock_organization(group.organization_id)
    admins = admins_bound_to(group)
    if admins:
        raise GroupInUse(group=group.id, name=group.name, admins=admins)
    where = {"organization_id": group.organization_id, "group_id": group.id}
    members, _ = GroupMember.objects.filter(**where).delete()
    facts = {"group": group.id, "name": group.name, "members": members}
    group.delete()
    log_act(organization_id=group.organization_id, actor=actor, action="group.deleted", now=now, **facts)
    return members


def keep_new_people_group(*, membership_id: int, group_id: int) -> None:
    """Into which group the admin added somebody: the one that is offered first from then on."""
    Membership.objects.filter(id=membership_id).update(new_people_group_id=group_id)


def new_people_group_of(membership_id: int) -> int | None:
    return Membership.objects.values_list("new_people_group_id", flat=True).get(id=membership_id)


def admins_bound_to(group: Group) -> list[str]:
    """The addresses of admins whose permissions, or whose new people, depend on the group."""
    granted = Grant.objects.filter(group_id=group.id, membership__organization_id=group.organization_id)
    homes = Membership.objects.filter(organization_id=group.organization_id, new_people_group_id=group.id)
    emails = {*granted.values_list("membership__account__email", flat=True), *homes.values_list("account__email", flat=True)}
    return sorted(emails)
