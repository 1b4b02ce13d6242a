"""Disconnect a profile, and tell its learner how to connect again."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from seatkeeper.accounts.services.disconnect import disconnect_sign_in
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.notices.letters import address_of, put_into_words
from seatkeeper.notices.models import MailKind
from seatkeeper.notices.registered import Letter
from seatkeeper.notices.services.outbox import post, put


@transaction.atomic
def disconnect_profile(*, learner: Learner, actor: str, now: datetime) -> None:
    """The sign-in is cut; license, groups and history stay. Raises NotConnected."""
    disconnect_sign_in(learner=learner, actor=actor, now=now)
    chosen = OrganizationSettings.objects.filter(organization_id=learner.organization_id).first()
    tag = str(learner.attributes.get("language") or "")
    offered = dict(settings.LANGUAGES)
    language = next((one for one in (tag, chosen.language if chosen else "") if one in offered), settings.LANGUAGE_CODE)
    with translation.override(language):
        written = put_into_words(_letter(learner))
    ours: dict[str, Any] = {"subject": written.subject, "text": written.text, "html": written.html, "learner_id": learner.id}
    put([post(learner.email, kind=MailKind.READY, now=now, organization_id=learner.organization_id, **ours)])


def _letter(learner: Learner) -> Letter:
    home = Organization.objects.values_list("name", flat=True).get(id=learner.organization_id)
    name = str(learner.attributes.get("preferred_first_name") or "")
    return Letter(
        subject=_("Your profile at %(organization)s is disconnected from its sign-in") % {"organization": home},
        paragraphs=[
            _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            _("An admin of %(organization)s disconnected your profile from the sign-in it was used with.")
            % {"organization": home},
            _("Your licenses, your progress and your history stay."),
            _("To connect again, sign in with this address. A code is mailed to you."),
        ],
        button=(_("Connect again"), address_of(reverse("account_request_login_code"))),
        why=_("You get this because %(organization)s keeps its learner licenses with Seatkeeper. It is sent once.")
        % {"organization": home},
    )
