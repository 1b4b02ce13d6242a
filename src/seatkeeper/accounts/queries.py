"""Who is an admin of what."""

from collections.abc import Sequence

from seatkeeper.accounts.models import AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import EVERYONE, Admin, Grants, Permission


def admin_of(*, account_id: int, organization_id: int) -> Admin | None:
    """What the account may do in the organization; None where it is no admin there. Two statements."""
    membership = (
        Membership.objects.select_related("account")
        .filter(account_id=account_id, organization_id=organization_id, is_admin=True, account__is_active=True)
        .first()
    )
    if membership is None:
        return None
    grants = {} if membership.is_full_admin else grants_of(list(membership.grants.all()))
    return Admin(
        account_id=account_id,
        membership_id=membership.id,
        organization_id=organization_id,
        email=membership.account.email,
        name=membership.account.get_full_name(),
        is_full=membership.is_full_admin,
        grants=grants,
        learner_id=membership.learner_id,
    )


def grants_of(rows: Sequence[Grant]) -> Grants:
    """Rows of a membership, put together by permission."""
    found: dict[Permission, tuple[int, ...] | None] = {}
    for row in rows:
        permission = Permission(row.permission)
        so_far = found.get(permission, ())
        found[permission] = EVERYONE if row.group_id is None or so_far is EVERYONE else (*so_far, row.group_id)
    return found


def admins_of(organization_id: int) -> list[Membership]:
    """Full admins first, each by address."""
    memberships = Membership.objects.select_related("account").filter(organization_id=organization_id, is_admin=True)
    return list(memberships.order_by("-is_full_admin", "account__email"))


def audit_entries(organization_id: int, *, before: int | None, count: int) -> list[AuditEntry]:
    """Newest first; those before the entry with the id `before`."""
    entries = AuditEntry.objects.filter(organization_id=organization_id)
    entries = entries if before is None else entries.filter(id__lt=before)
    return list(entries.order_by("-id")[:count])
