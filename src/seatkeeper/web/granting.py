"""The part of a form in which permissions are given: each for everyone or for chosen groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from seatkeeper.accounts.permissions import EVERYONE, FOR_EVERYONE_ONLY, FULL, Admin, Grants, Permission, Role
from seatkeeper.directory.models import Group

FOR_EVERYONE = "everyone"
GROUPS_SHOWN = 50  # beyond: found by name


@dataclass(frozen=True, slots=True)
class Choice:
    """One permission that the asker may give: for whom, and for whom it is given."""

    permission: Permission
    may_be_for_everyone: bool
    is_for_everyone: bool
    groups: list[tuple[Group, bool]]

    @property
    def chosen_count(self) -> int:
        return sum(is_chosen for _group, is_chosen in self.groups)


def role_in(data: QueryDict, giver: Admin) -> Role:
    """What the form asks for; what names no permission or group of the giver's is left out."""
    if giver.is_full and data.get("role") == "full":
        return FULL
    grants: dict[Permission, tuple[int, ...] | None] = {}
    for permission in Permission:
        values = data.getlist(permission)
        ids = tuple(sorted({int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19}))
        groups = EVERYONE if FOR_EVERYONE in values else () if permission in FOR_EVERYONE_ONLY else _known(giver, ids)
        if groups is EVERYONE or groups:
            grants[permission] = groups
    return Role(grants=grants)


def choices(giver: Admin, role: Role, *, find: str = "") -> list[Choice]:
    """Every permission that the giver may give, with the groups chosen and those that are found."""
    found = list(_groups_shown(giver, role.grants, find))
    choices = []
    for permission in Permission:
        limit = giver.may_give(permission)
        is_for_all = permission in FOR_EVERYONE_ONLY
        if limit == () or (is_for_all and limit is not EVERYONE):
            continue
        chosen = role.grants.get(permission, ())
        groups = [
            (group, chosen is not EVERYONE and group.id in chosen)
            for group in found
            if not is_for_all and (limit is EVERYONE or group.id in limit)
        ]
        choices.append(Choice(permission, limit is EVERYONE, chosen is EVERYONE and permission in role.grants, groups))
    return choices


def has_more_groups(giver: Admin) -> bool:
    return _givable(giver)[: GROUPS_SHOWN + 1].count() > GROUPS_SHOWN


def in_words(grants: Grants, names: dict[int, str]) -> list[tuple[str, str]]:
    """Each permission, and for whom."""
    return [
        (str(Permission(permission).label), str(_("everyone")) if groups is EVERYONE else ", ".join(_names(groups, names)))
        for permission, groups in grants.items()
    ]


def group_names(organization_id: int, grants: Iterable[Grants]) -> dict[int, str]:
    ids = {group for some in grants for groups in some.values() if groups for group in groups}
    return dict(Group.objects.filter(organization_id=organization_id, id__in=ids).values_list("id", "name"))


def _names(ids: Sequence[int], names: dict[int, str]) -> list[str]:
    return sorted(names[group] for group in ids if group in names)


def _known(giver: Admin, ids: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(_givable(giver).filter(id__in=ids).values_list("id", flat=True))) if ids else ()


def _givable(giver: Admin) -> QuerySet[Group]:
    """Groups for which the giver may give some permission."""
    groups = Group.objects.filter(organization_id=giver.organization_id)
    limits = [giver.may_give(permission) for permission in Permission]
    if EVERYONE in limits:
        return groups
    return groups.filter(id__in={group for limit in limits if limit for group in limit})


def _groups_shown(giver: Admin, grants: Grants, find: str) -> QuerySet[Group]:
    chosen = {group for groups in grants.values() if groups for group in groups}
    matching = _givable(giver).filter(key__contains=find.strip().casefold()) if find.strip() else _givable(giver)
    first = list(matching.order_by("key").values_list("id", flat=True)[:GROUPS_SHOWN])
    return _givable(giver).filter(Q(id__in=first) | Q(id__in=chosen)).order_by("key")
