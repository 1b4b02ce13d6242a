"""Tell admins that a learner asks for a license: one notice until it is read, and a mail a day at most."""

from datetime import datetime

from seatkeeper.accounts.models import Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import role_of
from seatkeeper.directory.models import GroupMember
from seatkeeper.notices.models import Kind
from seatkeeper.notices.services.tell import tell_until_read

NO_OPERATION = 0


def tell_of_request(*, organization_id: int, learner_id: int, now: datetime) -> None:
    """Everybody who may answer it, as they chose. Seven statements at most, in the transaction of the request."""
    hearers = _who_may_answer(organization_id, learner_id)
    tell_until_read(hearers, Kind.REQUESTS, about=NO_OPERATION, facts={}, key=f"{organization_id}.requests", now=now)


def _who_may_answer(organization_id: int, learner_id: int) -> list[Membership]:
    admins = Membership.objects.select_related("account").prefetch_related("grants")
    admins = admins.filter(organization_id=organization_id, is_admin=True, account__is_active=True)
    groups = set(
        GroupMember.objects.filter(organization_id=organization_id, learner_id=learner_id).values_list("group_id", flat=True)
    )
    return [admin for admin in admins if _may_answer(admin, groups)]


def _may_answer(admin: Membership, groups: set[int]) -> bool:
    role = role_of(admin)
    within = role.grants.get(Permission.MANAGE_USERS, ())
    return role.is_full or within is None or bool(groups & {*within})
