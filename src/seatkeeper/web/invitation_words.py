"""Words of invitations, as forms take them and previews show them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seatkeeper.invitations.letters import LINK, NAME
from seatkeeper.invitations.models import InvitationText
from seatkeeper.invitations.services.texts import texts_of

MOST_DIGITS = 18


def subject_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Subject"),
        required=required,
        max_length=150,
        error_messages={"required": gettext_lazy("Write a subject.")},
    )


def text_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Text"),
        required=required,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Plain text. {name} becomes the person's name, {link} the link to activate. Needs {link}."),
        error_messages={"required": gettext_lazy("Write a text with {link} in it.")},
    )


def one_line(subject: str) -> str:
    """A mail's subject is one."""
    return " ".join(subject.split())


def with_link(text: str) -> str:
    """Raises ValidationError where a text has none."""
    text = text.replace("\r\n", "\n").strip()
    if text and LINK not in text:
        raise ValidationError(_("Without {link} nobody can activate. Put it where the link should stand."))
    return text


def filled(text: str) -> str:
    """As one person would read it."""
    return text.replace(NAME, "Ana Müller").replace(LINK, "https://…")


def text_chosen(organization_id: int, sent: str) -> InvitationText | None:
    """The organization's own words that a form names; None: the default ones."""
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= MOST_DIGITS):
        return None
    return texts_of(organization_id).filter(id=int(sent)).first()
