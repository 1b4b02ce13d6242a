"""What stands in an invitation."""

from django.db.models import Exists
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seatkeeper.directory.models import Learner, OrganizationSettings
from seatkeeper.invitations.links import path_of
from seatkeeper.invitations.models import Invitation, InvitationText, NoReminders
from seatkeeper.licensing.models import License, LicensePool, Status
from seatkeeper.notices.letters import address_of
from seatkeeper.notices.models import Mail
from seatkeeper.notices.registered import Letter

LINK, NAME = "{link}", "{name}"


def still_stands(mail: Mail) -> bool:
    """Whether the learner is still invited by that operation, with a link."""
    who = {"organization_id": mail.organization_id or 0, "learner_id": mail.learner_id or 0, "pool_id": _pool_id(mail)}
    by = mail.operation_number or 0
    invited = License.objects.filter(**who, operation_id=by, status=Status.INVITED)
    return Invitation.objects.filter(Exists(invited), **who, operation_number=by).exists()


def may_remind(mail: Mail) -> bool:
    """Whether, beside that, the learner has not said since that they want none, and is not suspended."""
    home, learner_id = mail.organization_id or 0, mail.learner_id or 0
    unwanted = NoReminders.objects.filter(organization_id=home, learner_id=learner_id)
    suspended = Learner.objects.filter(organization_id=home, id=learner_id, suspended_at__isnull=False)
    return still_stands(mail) and not unwanted.exists() and not suspended.exists()


def reminder_letter(mail: Mail) -> Letter:
    """The same link once more, with the way to hear no more of it (RFC 2369, RFC 8058)."""
    invitation = _invitation_of(mail)
    pool = LicensePool.objects.select_related("license_type", "organization").get(id=invitation.pool_id)
    words = {"organization": pool.organization.name, "license": pool.license_type.title, "day": _day(invitation)}
    name, no_more = _name_of(mail), address_of(path_of(invitation.key, "no_reminders"))
    return Letter(
        subject=_("Your license at %(organization)s is still waiting") % words,
        paragraphs=[
            _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            _("%(organization)s has invited you to a license for %(license)s, and you have not activated it.") % words,
            _("Seats go to the first who activate. The link is good until %(day)s.") % words,
        ],
        button=(_("Activate your license"), address_of(path_of(invitation.key))),
        why=_("You get this because %(organization)s invited you.") % words,
        stop=(_("No more reminders"), no_more),
        headers={"List-Unsubscribe": f"<{no_more}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def invitation_letter(mail: Mail) -> Letter:
    invitation = _invitation_of(mail)
    pool = LicensePool.objects.select_related("license_type", "organization").get(id=invitation.pool_id)
    organization = pool.organization.name
    name = _name_of(mail)
    link = address_of(path_of(invitation.key))
    subject, text = _own_words(invitation)
    subject = subject or _("Your license at %(organization)s is waiting") % {"organization": organization}
    why = _("You get this because %(organization)s invited you. Opening the link changes nothing: the button there does.")
    why = why % {"organization": organization}
    if text:
        return Letter(subject=subject, paragraphs=[], own=text.replace(NAME, name).replace(LINK, link), why=why)
    return Letter(
        subject=subject,
        paragraphs=[
            _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            _("%(organization)s has a license for %(license)s for you.")
            % {"organization": organization, "license": pool.license_type.title},
            _("Seats go to the first who activate. The link is good until %(day)s.") % {"day": _day(invitation)},
        ],
        button=(_("Activate your license"), link),
        why=why,
    )


def _invitation_of(mail: Mail) -> Invitation:
    return Invitation.objects.get(
        organization_id=mail.organization_id or 0,
        learner_id=mail.learner_id or 0,
        pool_id=_pool_id(mail),
        operation_number=mail.operation_number or 0,
    )


def _pool_id(mail: Mail) -> int:
    return int((mail.facts or {})["pool"])


def _name_of(mail: Mail) -> str:
    learner = Learner.objects.filter(organization_id=mail.organization_id or 0, id=mail.learner_id or 0).first()
    return str(learner.attributes.get("preferred_first_name") or "") if learner else ""


def _own_words(invitation: Invitation) -> tuple[str, str]:
    """Subject and text; empty where they are the product's."""
    if invitation.text_id is not None:
        own = InvitationText.objects.filter(organization_id=invitation.organization_id, id=invitation.text_id).first()
        if own:
            return own.subject, own.text
    chosen = OrganizationSettings.objects.filter(organization_id=invitation.organization_id).first()
    return (chosen.invitation_subject, chosen.invitation_text) if chosen else ("", "")


def _day(invitation: Invitation) -> str:
    return date_format(timezone.localtime(invitation.expires_at)) if invitation.expires_at else ""
