"""Invitations in an organization's own words, beside its default one."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.invitations.errors import TextExists, UnknownText
from seatkeeper.invitations.models import InvitationText


def texts_of(organization_id: int) -> QuerySet[InvitationText]:
    return InvitationText.objects.filter(organization_id=organization_id).order_by("name")


def text_named(organization_id: int, name: str) -> InvitationText:
    """Raises UnknownText."""
    found = texts_of(organization_id).filter(name=name.strip()).first()
    if found is None:
        raise UnknownText(name=name, known=list(texts_of(organization_id).values_list("name", flat=True)))
    return found


@transaction.atomic
def save_text(
    *, organization_id: int, text_id: int | None, name: str, subject: str, text: str, actor: str, now: datetime
) -> InvitationText:
    """A new one, or one with other words: mails that have not gone yet have these, too. Raises TextExists, UnknownText."""
    saved = texts_of(organization_id).filter(id=text_id).first() if text_id is not None else InvitationText()
    if saved is None:
        raise UnknownText(name=name, known=[])
    saved.organization_id, saved.name, saved.subject, saved.text = organization_id, name, subject, text
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise TextExists(name=name) from error
    log_act(organization_id=organization_id, actor=actor, action="invitation_text.saved", now=now, name=name)
    return saved


@transaction.atomic
def delete_text(*, organization_id: int, text_id: int, actor: str, now: datetime) -> bool:
    """Mails that have not gone yet have the default words then; whether it was there."""
    found = texts_of(organization_id).filter(id=text_id).first()
    if found is None:
        return False
    found.delete()
    log_act(organization_id=organization_id, actor=actor, action="invitation_text.deleted", now=now, name=found.name)
    return True
