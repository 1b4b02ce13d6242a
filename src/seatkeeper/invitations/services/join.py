"""Join an organization by its one link: the address is confirmed by mail before the person is added."""

import re
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.invitations.claim_links import Named
from seatkeeper.invitations.errors import AddressNotAllowed, HasLicense, LearnerSuspended, LicenseEnded, NoDomains, TooManyAsked
from seatkeeper.invitations.links import key_in
from seatkeeper.invitations.models import Joining, JoinLink
from seatkeeper.invitations.services.take_seat import LEARNER, take_or_wait
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.services.operations import Act
from seatkeeper.notices.models import MailKind
from seatkeeper.notices.services.outbox import post, put
from seatkeeper.uploads.services.one import add_one
from seatkeeper.uploads.services.receive import Choices

JOIN = "join"  # the source of operations
GOOD_FOR = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=10)  # no second mail to an address before
MOST_AN_HOUR = 2_000
DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")


def join_link_of(organization_id: int) -> JoinLink | None:
    return JoinLink.objects.filter(organization_id=organization_id).first()


@transaction.atomic
def open_join_link(*, pool: LicensePool, domains: Sequence[str], actor: str, now: datetime) -> JoinLink:
    """A new link in place of the one there was. In the audit log. Raises NoDomains."""
    named = sorted({domain.strip().lower().removeprefix("@") for domain in domains if domain.strip()})
    if not named or not all(DOMAIN.fullmatch(domain) for domain in named):
        raise NoDomains("name a domain")
    fields = {"key": uuid.uuid4(), "pool_id": pool.id, "domains": named}
    link, _ = JoinLink.objects.update_or_create(organization_id=pool.organization_id, defaults=fields)
    facts = {"pool": pool.key, "domains": named}
    log_act(organization_id=pool.organization_id, actor=actor, action="join_link.opened", now=now, **facts)
    return link


@transaction.atomic
def close_join_link(*, organization_id: int, actor: str, now: datetime) -> None:
    """It leads nowhere from now on. In the audit log, where there was one."""
    if JoinLink.objects.filter(organization_id=organization_id).delete()[0]:
        log_act(organization_id=organization_id, actor=actor, action="join_link.closed", now=now)


def followed_join_link(token: str) -> JoinLink | None:
    """None where it leads nowhere."""
    key = key_in(token)
    return JoinLink.objects.select_related("organization").filter(key=key).first() if key else None


@transaction.atomic
def ask_to_join(link: JoinLink, *, email: str, now: datetime) -> None:
    """A mail with a link to whoever has the address. Who is known already gets the same answer.

    Raises:
        AddressNotAllowed, TooManyAsked.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressNotAllowed("no address") from error
    if address.rpartition("@")[2] not in link.domains:
        raise AddressNotAllowed("another domain")
    lately = Joining.objects.filter(organization_id=link.organization_id)
    if lately.filter(asked_at__gt=now - AGAIN_AFTER, email=address).exists():
        return
    if lately.filter(asked_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyAsked("later")
    made = Joining.objects.create(organization_id=link.organization_id, key=uuid.uuid4(), email=address, asked_at=now)
    facts = {"key": str(made.key)}
    put([post(address, kind=MailKind.JOINING, now=now, organization_id=link.organization_id, facts=facts)])


def followed_confirmation(token: str, *, now: datetime) -> Joining | None:
    """None where it leads nowhere, is older than a day, or the join link was closed or does not allow the address now."""
    key = key_in(token)
    joining = (
        Joining.objects.select_related("organization").filter(key=key, asked_at__gt=now - GOOD_FOR).first() if key else None
    )
    link = join_link_of(joining.organization_id) if joining else None
    return joining if joining and link and joining.email.rpartition("@")[2] in link.domains else None


def confirm_joining(joining: Joining, *, clock: Clock) -> Named:
    """The person is there, and has a seat or a place in the waitlist. Who was unassigned gets nothing back, and may ask.

    A second call changes nothing.
    """
    home = joining.organization_id
    people = Learner.objects.filter(organization_id=home, email=joining.email)
    if not people.exists():
        cells = {"invited_email_address": joining.email}
        add_one(cells, act=Act(home, "import", JOIN, LEARNER, about="join link"), choices=Choices(), clock=clock)
    named = Named(home, JoinLink.objects.get(organization_id=home).pool_id, people.get().id)
    who: dict[str, Any] = {"organization_id": home, "pool_id": named.pool_id, "learner_id": named.learner_id}
    with suppress(HasLicense, LearnerSuspended, LicenseEnded):  # the page says so
        take_or_wait(**who, actor=LEARNER, source=JOIN, clock=clock)
    return named


def sweep_joinings(*, now: datetime) -> int:
    """Delete addresses whose links are good no longer, confirmed or not; how many."""
    return Joining.objects.filter(asked_at__lte=now - GOOD_FOR).delete()[0]
