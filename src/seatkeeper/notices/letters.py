"""What stands in a mail: one source for text and HTML, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models.fields.json import KT
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from seatkeeper.accounts.models import Account
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.licensing.models import LicensePool, Status, titled
from seatkeeper.notices.models import Kind, LearnerWord, Mail, MailKind
from seatkeeper.notices.registered import LETTERS, Attachment, Letter, Write
from seatkeeper.notices.rules import one_line
from seatkeeper.notices.services.learners import pools_back, pools_lost
from seatkeeper.notices.wording import sentence, subject_of

LOCAL = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, ready for the post."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachment: Attachment | None = None


def write(mail: Mail) -> Written:
    """Put a mail into words. Four statements at the most, for a learner eight."""
    if mail.kind == MailKind.READY:
        return Written(one_line(mail.subject), mail.text, mail.html)
    with translation.override(_language_of(mail)), timezone.override(zone_of(mail.organization_id or 0)):
        return put_into_words((OURS | LETTERS)[MailKind(mail.kind)](mail))


def put_into_words(letter: Letter) -> Written:
    """In the language that is on."""
    facts = {"letter": letter, "language": translation.get_language()}
    text = render_to_string("notices/mail.txt", facts)
    return Written(
        one_line(letter.subject),
        text.strip() + "\n",
        render_to_string("notices/mail.html", facts),
        letter.headers,
        letter.attachment,
    )


def address_of(path: str) -> str:
    """As people reach it."""
    return f"{settings.PUBLIC_URL or LOCAL}{path}"


def _notice(mail: Mail) -> Letter:
    facts = _facts(mail)
    if facts["notice"] == Kind.REQUESTS:
        return _requests(mail)
    told = sentence(facts["notice"], facts)
    if facts["notice"] == Kind.LOW_SEATS:
        return _low_seats(mail, told)
    if facts["notice"] in (Kind.POOL_FULL, Kind.TWO_PROFILES):
        return _of_sign_in(mail, told)
    page = "upload" if facts["verb"] == "import" else "operation"
    path = reverse(page, args=[facts["number"]])
    if facts["notice"] == Kind.HELD:
        button, subject = _("Look at the plan"), _("Held: %(what)s")
    elif facts["notice"] == Kind.REFUSED:
        button, subject = _("See why"), _("Refused: %(what)s")
    elif facts["notice"] == Kind.GIVEN_UP:
        button, subject = _("See how far it is"), _("Stopped: %(what)s")
    elif facts["notice"] == Kind.CHECKED:
        button, subject = _("Look at the plan"), _("Checked: %(what)s")
    elif facts["notice"] == Kind.PROBLEMS:
        button, subject = _("See the problems"), _("Done, with problems: %(what)s")
    else:
        button, subject = _("See what was done"), _("Done: %(what)s")
    return Letter(
        subject=subject % {"what": subject_of(facts)},
        paragraphs=[told, _("Begun by %(who)s at %(organization)s.") % {"who": facts["who"], "organization": _home(mail)}],
        button=(button, address_of(path)),
        why=_("You get this because you are an admin of %(organization)s and chose to hear of it by e-mail.")
        % {"organization": _home(mail)},
        stop=(_("Choose what you hear of"), address_of(reverse("my_notices"))),
    )


def _requests(mail: Mail) -> Letter:
    return Letter(
        subject=_("A learner of %(organization)s asks for a license") % {"organization": _home(mail)},
        paragraphs=[_("You can approve or decline. Of others who ask today, you get no further mail.")],
        button=(_("See who asks"), address_of(reverse("license_requests"))),
        why=_("You get this because you are an admin of %(organization)s and chose to hear of it by e-mail.")
        % {"organization": _home(mail)},
        stop=(_("Choose what you hear of"), address_of(reverse("my_notices"))),
    )


def _of_sign_in(mail: Mail, told: str) -> Letter:
    """About a learner's sign-in, and no operation."""
    is_full = _facts(mail)["notice"] == Kind.POOL_FULL
    subject = _("No license was left at %(organization)s") if is_full else _("%(organization)s: two profiles of one person")
    button = (_("Look at the pools"), reverse("pools")) if is_full else (_("See which"), reverse("notices"))
    return Letter(
        subject=subject % {"organization": _home(mail)},
        paragraphs=[told],
        button=(button[0], address_of(button[1])),
        why=_("You get this because you are an admin of %(organization)s and chose to hear of it by e-mail.")
        % {"organization": _home(mail)},
        stop=(_("Choose what you hear of"), address_of(reverse("my_notices"))),
    )


def _low_seats(mail: Mail, told: str) -> Letter:
    facts = _facts(mail)
    reached = _("You are told at %(percent)s %%, and again when it has fallen below and comes to it anew.")
    return Letter(
        subject=_("%(organization)s: %(pool)s runs low on seats") % {"organization": _home(mail), "pool": facts["pool"]},
        paragraphs=[told, reached % {"percent": facts["percent"]}],
        button=(_("Look at the pools"), address_of(reverse("pools"))),
        why=_("You get this because you manage licenses at %(organization)s and chose to hear of it by e-mail.")
        % {"organization": _home(mail)},
        stop=(_("Choose what you hear of"), address_of(reverse("my_notices"))),
    )


def _test(mail: Mail) -> Letter:
    return Letter(
        subject=_("Test mail of Seatkeeper"),
        paragraphs=[
            _("Mail of %(organization)s reaches you.") % {"organization": _home(mail)},
            _("Confirm it, and mail to learners may go. Until then it waits."),
        ],
        button=(_("Confirm"), address_of(_facts(mail)["path"])),
        why=_("You get this because you asked for a test mail in Settings. It is sent once."),
    )


def _sign_in_link(mail: Mail) -> Letter:
    facts = _facts(mail)
    return Letter(
        subject=_("You are an admin of %(organization)s") % {"organization": _home(mail)},
        paragraphs=[
            _("%(who)s made you an admin of %(organization)s in Seatkeeper.")
            % {"who": facts["who"], "organization": _home(mail)},
            _("The link below signs you in once, within a day. Set a password then."),
        ],
        button=(_("Sign in"), facts["link"]),
        why=_("You get this because an admin entered your address. It is sent once."),
    )


def _learner(mail: Mail) -> Letter:
    word = LearnerWord.objects.get(organization_id=mail.organization_id or 0, operation_number=mail.operation_number or 0)
    licenses, invitations = _license_types(mail, pools_lost(mail))
    told = {
        _("Your license for %(license)s at %(organization)s has ended."): licenses,
        _("Your invitation to a license for %(license)s at %(organization)s has ended."): invitations,
    }
    subject = _("Your license at %(organization)s has ended")
    if not licenses:
        subject = _("Your invitation at %(organization)s has ended")
    return _to_learner(mail, subject=subject, told=told, more=_("Your progress and your history stay."), quote=word.text)


def _learner_back(mail: Mail) -> Letter:
    licenses, invitations = _license_types(mail, pools_back(mail))
    told = {
        _("We wrote that your license for %(license)s at %(organization)s has ended. That was undone."): licenses,
        _(
            "We wrote that your invitation to a license for %(license)s at %(organization)s has ended. That was undone."
        ): invitations,
    }
    subject = _("You have your license at %(organization)s again")
    if not licenses:
        subject = _("You have your invitation at %(organization)s again")
    return _to_learner(mail, subject=subject, told=told, more=_("You have it again, as before."))


def _to_learner(mail: Mail, *, subject: str, told: Mapping[str, str], more: str, quote: str = "") -> Letter:
    """`told`: sentences, each with what it is about; one about nothing is left out."""
    organization = Organization.objects.get(id=mail.organization_id or 0)
    chosen = OrganizationSettings.objects.filter(organization=organization).first()
    learner = Learner.objects.filter(organization=organization, id=mail.learner_id or 0).first()
    name = str(learner.attributes.get("preferred_first_name") or "") if learner else ""
    contact = chosen.contact if chosen else ""
    return Letter(
        subject=subject % {"organization": organization.name},
        paragraphs=[
            _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            *(text % {"license": about, "organization": organization.name} for text, about in told.items() if about),
            more,
        ],
        quote=quote,
        button=(_("Ask about it"), contact if "://" in contact else f"mailto:{contact}") if contact else None,
        why=_("You get this because %(organization)s keeps its learner licenses with Seatkeeper. It is sent once.")
        % {"organization": organization.name},
    )


def _license_types(mail: Mail, pools: Mapping[int, Status]) -> tuple[str, str]:
    """The names of those that were active, and of those that were no more than invited."""
    found = LicensePool.objects.filter(organization_id=mail.organization_id or 0, id__in=pools)
    names: dict[Status, set[str]] = {Status.ACTIVE: set(), Status.INVITED: set()}
    for pool_id, name in found.values_list("id", "license_type__name"):
        names[pools[pool_id]].add(titled(name))
    active, invited = names[Status.ACTIVE], names[Status.INVITED] - names[Status.ACTIVE]
    return ", ".join(sorted(active)), ", ".join(sorted(invited))


def _facts(mail: Mail) -> Mapping[str, Any]:
    return mail.facts or {}


def _home(mail: Mail) -> str:
    return str(Organization.objects.values_list("name", flat=True).get(id=mail.organization_id or 0))


def _language_of(mail: Mail) -> str:
    """What the reader chose, else what stands on the profile, else the organization's, else the installation's."""
    offered = dict(settings.LANGUAGES)
    chosen = Account.objects.filter(email=mail.recipient).values_list("language", flat=True).first()
    of_home = OrganizationSettings.objects.filter(organization_id=mail.organization_id or 0).values_list("language", flat=True)
    of_profile = Learner.objects.filter(organization_id=mail.organization_id or 0, id=mail.learner_id or 0)
    on_profile = of_profile.values_list(KT("attributes__language"), flat=True).first() if mail.learner_id else ""
    return next((tag for tag in (chosen, on_profile, of_home.first()) if tag in offered), settings.LANGUAGE_CODE)


OURS: dict[MailKind, Write] = {
    MailKind.NOTICE: _notice,
    MailKind.TEST: _test,
    MailKind.SIGN_IN_LINK: _sign_in_link,
    MailKind.LEARNER: _learner,
    MailKind.LEARNER_BACK: _learner_back,
}
