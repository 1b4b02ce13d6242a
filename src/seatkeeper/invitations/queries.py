"""What a link leads to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.invitations.claims import claim_of
from seatkeeper.invitations.links import key_in
from seatkeeper.invitations.models import Invitation, InvitationRules, NoReminders
from seatkeeper.licensing.models import EXPIRE, License, LicensePool, Operation, Status


class Standing(StrEnum):
    """How an invitation stands."""

    OPEN = "open"
    ACTIVE = "active"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # before it was activated
    ENDED = "ended"  # the license was active, and was unassigned
    REPLACED = "replaced"  # by a newer invitation
    SUSPENDED = "suspended"  # its learner: nothing is activated, nothing opens


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person reads who follows the link."""

    invitation: Invitation
    standing: Standing
    organization: Organization
    pool: LicensePool
    since: datetime | None = None  # it ended
    is_waiting: bool = False  # in the waitlist, or offered a seat: the invitation does not expire meanwhile

    @property
    def is_open(self) -> bool:
        return self.standing is Standing.OPEN


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that nobody has activated yet."""

    learner_id: int
    email: str
    pool_id: int
    pool: str
    invited_at: datetime | None
    mailed_at: datetime | None  # None: not by mail
    expires_at: datetime | None


def waiting_among(people: QuerySet[Learner], organization_id: int, *, limit: int) -> list[Waiting]:
    """The first so many, in order of people. Four statements."""
    ids = people.order_by().values("id")
    of_home = {"organization_id": organization_id}
    licenses = License.objects.filter(**of_home, status=Status.INVITED, learner_id__in=ids).order_by("learner_id", "pool_id")
    found = list(licenses[:limit])
    who = {"learner_id__in": {license.learner_id for license in found}}
    sent = {(one.learner_id, one.pool_id, one.operation_number): one for one in Invitation.objects.filter(**of_home, **who)}
    emails = dict(Learner.objects.filter(**of_home, id__in=who["learner_id__in"]).values_list("id", "email"))
    pools = dict(LicensePool.objects.filter(**of_home).values_list("id", "key"))
    rows = []
    for license in found:
        one = sent.get((license.learner_id, license.pool_id, license.operation_id)) or Invitation()
        email, pool = emails.get(license.learner_id, ""), pools[license.pool_id]
        times = (license.status_at, one.mailed_at, one.expires_at)
        rows.append(Waiting(license.learner_id, email, license.pool_id, pool, *times))
    return rows


def invitations_kept(*, organization_id: int, learner_id: int) -> list[Invitation]:
    """All that is kept of a learner's, also what ended."""
    found = Invitation.objects.filter(organization_id=organization_id, learner_id=learner_id)
    return list(found.order_by("operation_number", "pool_id"))


def reminders_refused_at(*, organization_id: int, learner_id: int) -> datetime | None:
    """When the learner said that they want none."""
    refused = NoReminders.objects.filter(organization_id=organization_id, learner_id=learner_id)
    return refused.values_list("since", flat=True).first()


def rules_of(organization_id: int) -> InvitationRules:
    return InvitationRules.objects.filter(organization_id=organization_id).first() or InvitationRules()


def opened_by(token: str, *, now: datetime) -> Opened | None:
    """None for a link that leads nowhere. At most seven statements; changes nothing."""
    key = key_in(token)
    invitation = Invitation.objects.filter(key=key).first() if key else None
    if invitation is None:
        return None
    of_home = {"organization_id": invitation.organization_id}
    pool = LicensePool.objects.select_related("license_type", "organization").filter(**of_home, id=invitation.pool_id).first()
    learner = Learner.objects.filter(**of_home, id=invitation.learner_id).only("suspended_at").first()
    if pool is None or learner is None:
        return None
    standing, since = _standing(invitation, now)
    if learner.suspended_at and standing in (Standing.OPEN, Standing.ACTIVE):
        return Opened(invitation, Standing.SUSPENDED, pool.organization, pool, learner.suspended_at)
    is_waiting = standing in (Standing.OPEN, Standing.EXPIRED) and _waits(invitation)
    return Opened(invitation, standing, pool.organization, pool, since, is_waiting)


def _waits(invitation: Invitation) -> bool:
    who = {"organization_id": invitation.organization_id, "learner_id": invitation.learner_id}
    return claim_of(**who, pool_id=invitation.pool_id) is not None


def _standing(invitation: Invitation, now: datetime) -> tuple[Standing, datetime | None]:
    of_learner = License.objects.filter(organization_id=invitation.organization_id, learner_id=invitation.learner_id)
    held = list(of_learner)
    license = next((one for one in held if one.pool_id == invitation.pool_id), None)
    if license is None:
        return Standing.WITHDRAWN, None
    if license.status == Status.ACTIVE:
        return Standing.ACTIVE, license.status_at
    if license.status == Status.INVITED:
        if license.operation_id != invitation.operation_number:
            return Standing.REPLACED, license.status_at
        is_over = invitation.expires_at is not None and invitation.expires_at <= now
        return (Standing.EXPIRED, invitation.expires_at) if is_over else (Standing.OPEN, None)
    return _ended(license, held), license.status_at


def _ended(license: License, held: list[License]) -> Standing:
    if any(one.status != Status.UNASSIGNED and one.operation_id == license.operation_id for one in held):
        return Standing.REPLACED  # reassigned to another pool
    if license.was_active:
        return Standing.ENDED
    by = Operation.objects.filter(organization_id=license.organization_id, number=license.operation_id)
    return Standing.EXPIRED if by.filter(verb=EXPIRE).exists() else Standing.WITHDRAWN
