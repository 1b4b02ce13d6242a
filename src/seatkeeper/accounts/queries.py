"""Who is an admin of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from seatkeeper.accounts.models import Account, ApiToken, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import EVERYONE, Admin, Grants, Groups, Permission, Role, within
from seatkeeper.accounts.tokens import digest_of
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.directory.time_zones import DEFAULT
from seatkeeper.kernel.bulk import in_order_of


@dataclass(frozen=True, slots=True)
class SignedInLearner:
    """An account as the owner of a connected profile."""

    account_id: int
    membership_id: int
    organization_id: int
    learner_id: int
    language: str  # what the organization chose, for those who chose none
    time_zone: str  # the organization's


@dataclass(frozen=True, slots=True)
class SeenAdmin:
    """An admin as another one sees them: of their permissions, the part that the asker has, too."""

    membership: Membership
    role: Role


@dataclass(frozen=True, slots=True)
class Bearer:
    """An application, by the token that it shows."""

    organization_id: int
    scopes: frozenset[str]


_chosen = OrganizationSettings.objects.filter(organization_id=OuterRef("organization_id"))
_language, _time_zone = Subquery(_chosen.values("language")), Subquery(_chosen.values("time_zone"))


def admin_of(*, account_id: int, organization_id: int | None) -> Admin | None:
    """What the account may do in the organization, or in its first one; None where it is no admin. Two statements."""
    memberships = Membership.objects.select_related("account").annotate(language=_language, time_zone=_time_zone)
    memberships = memberships.filter(account_id=account_id, is_admin=True, account__is_active=True)
    if organization_id is not None:
        memberships = memberships.filter(organization_id=organization_id)
    membership = memberships.order_by("organization_id").first()
    if membership is None:
        return None
    grants = {} if membership.is_full_admin else grants_of(list(membership.grants.all()))
    return Admin(
        account_id=account_id,
        membership_id=membership.id,
        organization_id=membership.organization_id,
        email=membership.account.email,
        name=membership.account.get_full_name(),
        is_full=membership.is_full_admin,
        grants=grants,
        learner_id=membership.learner_id,
        language=membership.language or "",
        time_zone=membership.time_zone or DEFAULT,
    )


def learner_of(*, account_id: int, organization_id: int | None) -> SignedInLearner | None:
    """The profile that the account is connected with, there or else in another organization. One statement.

    Not where the organization lets no learners sign in.
    """
    memberships = Membership.objects.annotate(language=_language, time_zone=_time_zone).filter(
        account_id=account_id, account__is_active=True, learner__isnull=False
    )
    memberships = memberships.exclude(organization__organizationsettings__learners_sign_in=False)
    found = sorted(memberships, key=lambda one: (one.organization_id != organization_id, one.organization_id))
    return next((_signed_in(one) for one in found), None)


def bearer_of(token: str, *, now: datetime) -> Bearer | None:
    """Whose token it is; None where it is unknown, revoked or too old. One statement."""
    found = ApiToken.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=now).first()
    return Bearer(found.organization_id, frozenset(found.scopes.split())) if found else None


def _signed_in(one: Any) -> SignedInLearner:
    """Of a membership that says what its organization chose."""
    return SignedInLearner(
        account_id=one.account_id,
        membership_id=one.id,
        organization_id=one.organization_id,
        learner_id=one.learner_id,
        language=one.language or "",
        time_zone=one.time_zone or DEFAULT,
    )


def is_connected(learner: Learner) -> bool:
    """Whether a sign-in is connected with the profile."""
    return Membership.objects.filter(organization_id=learner.organization_id, learner_id=learner.id).exists()


def with_connection(people: QuerySet[Learner]) -> QuerySet[Learner]:
    """Each says so itself (`is_connected`), without a statement of its own."""
    memberships = Membership.objects.filter(organization_id=OuterRef("organization_id"), learner_id=OuterRef("id"))
    return people.annotate(is_connected=Exists(memberships))


def grants_of(rows: Sequence[Grant]) -> Grants:
    """Rows of a membership, put together by permission."""
    found: dict[Permission, tuple[int, ...] | None] = {}
    for row in rows:
        permission = Permission(row.permission)
        so_far = found.get(permission, ())
        found[permission] = EVERYONE if row.group_id is None or so_far is EVERYONE else (*so_far, row.group_id)
    return {permission: _in_order(found[permission]) for permission in Permission if permission in found}


def _in_order(groups: Groups) -> Groups:
    """Roles of the same groups are the same, in whatever order the database has them."""
    return EVERYONE if groups is EVERYONE else tuple(sorted(groups))


def role_of(membership: Membership) -> Role:
    """What is written of the membership; a full admin's grants count only once they are a sub admin."""
    return Role(membership.is_full_admin, grants_of(list(membership.grants.all())))


def admins_seen_by(asker: Admin) -> list[SeenAdmin]:
    """All, for a full admin; else those who have something that the asker may give. Two statements."""
    memberships = Membership.objects.select_related("account").prefetch_related("grants")
    memberships = memberships.filter(organization_id=asker.organization_id, is_admin=True)
    seen = []
    for membership in memberships.order_by("-is_full_admin" if asker.is_full else "account__email", "account__email"):
        role = role_of(membership)
        grants = within(role.grants, asker)
        if asker.is_full or grants:
            seen.append(SeenAdmin(membership, role if asker.is_full else Role(grants=grants)))
    return seen


def admin_seen_by(asker: Admin, membership_id: int) -> SeenAdmin | None:
    return next((seen for seen in admins_seen_by(asker) if seen.membership.id == membership_id), None)


def own_learner(admin: Admin) -> Learner | None:
    """The profile that the admin connected, where it is still there."""
    if admin.learner_id is None:
        return None
    return Learner.objects.filter(organization_id=admin.organization_id, id=admin.learner_id).first()


def admin_account(email: str) -> Account | None:
    """The account with this address, where it is an admin of any organization."""
    accounts = Account.objects.filter(email=email.strip().lower(), is_active=True, memberships__is_admin=True)
    return accounts.distinct().first()


def organizations_of_admin(account_id: int) -> QuerySet[Organization]:
    """Those that the account is an admin of, by name."""
    return Organization.objects.filter(membership__account_id=account_id, membership__is_admin=True).order_by("name")


def entries_of_actor(organization_id: int, actor: str) -> Iterator[AuditEntry]:
    """All that one actor did, the oldest first."""
    return in_order_of("id", AuditEntry.objects.filter(organization_id=organization_id, actor=actor))


def audit_entries(organization_id: int, *, before: int | None, count: int) -> list[AuditEntry]:
    """Newest first; those before the entry with the id `before`."""
    entries = AuditEntry.objects.filter(organization_id=organization_id)
    entries = entries if before is None else entries.filter(id__lt=before)
    return list(entries.order_by("-id")[:count])
