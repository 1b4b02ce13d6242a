"""Invitations in an organization's own words, beside its default one."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from seatkeeper.accounts.models import Account
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Organization
from seatkeeper.invitations.errors import TextExists, UnknownText
from seatkeeper.invitations.letters import LINK, NAME
from seatkeeper.invitations.models import InvitationRules, InvitationText
from seatkeeper.notices.letters import address_of, put_into_words
from seatkeeper.notices.models import MailKind
from seatkeeper.notices.registered import Letter
from seatkeeper.notices.services.outbox import post, put


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


@transaction.atomic
def send_sample(*, organization_id: int, subject: str, text: str, actor: str, now: datetime) -> None:
    """These words as a learner would get them, to the admin who asks; the link leads to the product and activates nothing."""
    name = Account.objects.get_by_natural_key(actor).get_full_name()
    home = Organization.objects.values_list("name", flat=True).get(id=organization_id)
    letter = Letter(
        subject=subject,
        paragraphs=[],
        own=text.replace(NAME, name).replace(LINK, address_of("/")),
        why=_("You get this because you asked for a sample of an invitation of %(organization)s.") % {"organization": home},
    )
    written = put_into_words(letter)
    words: dict[str, Any] = {"subject": written.subject, "text": written.text, "html": written.html}
    put([post(actor, kind=MailKind.READY, now=now, organization_id=organization_id, **words)])
    log_act(organization_id=organization_id, actor=actor, action="invitation_text.sampled", now=now)


@transaction.atomic
def change_rules(*, organization_id: int, good_for_days: int, remind_after_days: int, actor: str, now: datetime) -> None:
    """How long links are good that are mailed from now on, and how soon a learner may be reminded."""
    wanted = {"good_for_days": good_for_days, "remind_after_days": remind_after_days}
    InvitationRules.objects.update_or_create(organization_id=organization_id, defaults=wanted)
    log_act(organization_id=organization_id, actor=actor, action="invitation.rules_changed", now=now, **wanted)
