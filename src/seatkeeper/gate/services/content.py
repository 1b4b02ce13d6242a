"""Say what there is to open and what opens it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.services.ids import reserve_ids
from seatkeeper.directory.services.organizations import lock_organization
from seatkeeper.gate.addresses import place_of
from seatkeeper.gate.errors import AddressTaken, NothingOpens, UnknownContent, UnknownLicenseType
from seatkeeper.gate.models import Content, Kind, Opener
from seatkeeper.gate.titles import title_key
from seatkeeper.licensing.models import LicenseType


@transaction.atomic
def add_content(
    *,
    organization_id: int,
    title: str,
    address: str,
    kind: str = Kind.COURSE,
    minutes: int | None = None,
    is_free: bool = False,
    license_types: Iterable[str] = (),
    actor: str,
    now: datetime,
) -> Content:
    """Content at an address; `license_types` are the keys of those that open it, none where it is free.

    Raises BadAddress, AddressTaken, NothingOpens, UnknownLicenseType.
    """
    place = place_of(address)
    types = [] if is_free else _types(organization_id, license_types)
    if not is_free and not types:
        raise NothingOpens("no license type")
    lock_organization(organization_id)
    there = Content.objects.filter(organization_id=organization_id, host=place.host, path=place.path, removed_at=None)
    if same := there.first():
        raise AddressTaken(address=address, title=same.title)
    content = Content.objects.create(
        id=reserve_ids(organization_id=organization_id),
        organization_id=organization_id,
        title=title.strip(),
        title_key=title_key(title),
        address=address.strip(),
        host=place.host,
        path=place.path,
        kind=kind,
        minutes=minutes,
        is_free=is_free,
    )
    Opener.objects.bulk_create(Opener(content=content, license_type=one) for one in types)
    facts = {"content": content.title, "address": content.address, "opened_by": [one.key for one in types] or "free"}
    log_act(organization_id=organization_id, actor=actor, action="content.added", now=now, **facts)
    return content


@transaction.atomic
def remove_content(*, organization_id: int, content_id: int, actor: str, now: datetime) -> Content:
    """From the next request on the gate knows it no more. What was opened stays in people's history.

    Raises UnknownContent.
    """
    lock_organization(organization_id)
    content = Content.objects.filter(organization_id=organization_id, id=content_id, removed_at=None).first()
    if content is None:
        raise UnknownContent(content=str(content_id))
    content.removed_at = now
    content.save(update_fields=["removed_at"])
    facts = {"content": content.title, "address": content.address}
    log_act(organization_id=organization_id, actor=actor, action="content.removed", now=now, **facts)
    return content


def _types(organization_id: int, keys: Iterable[str]) -> list[LicenseType]:
    known = {one.key: one for one in LicenseType.objects.filter(organization_id=organization_id).order_by("key")}
    wanted = list(dict.fromkeys(key.strip().lower() for key in keys))
    for key in wanted:
        if key not in known:
            raise UnknownLicenseType(key=key, known=list(known))
    return [known[key] for key in wanted]
