"""What stands in a mail about a place in the waitlist, an offer or a request."""

import uuid
from collections.abc import Callable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.invitations.claim_links import Named, claim_path
from seatkeeper.invitations.claims import claim_of, place_of
from seatkeeper.invitations.links import path_of
from seatkeeper.invitations.rules import Told
from seatkeeper.licensing.models import Claim, ClaimKind, LicensePool
from seatkeeper.notices.letters import address_of
from seatkeeper.notices.models import Mail
from seatkeeper.notices.registered import Letter

NEEDS = {
    Told.WAITING: ClaimKind.WAITING,
    Told.OFFERED: ClaimKind.OFFER,
    Told.PASSED_ON: ClaimKind.WAITING,
    Told.TAKEN_BACK: ClaimKind.WAITING,
    Told.APPROVED_WAITING: ClaimKind.WAITING,
}
Words = tuple[str, list[str], str]  # subject, paragraphs, what the button says


def still_stands(mail: Mail) -> bool:
    """Whether the learner has what the mail tells of."""
    needed = NEEDS.get(_told(mail))
    claim = _claim(mail)
    return needed is None or (claim is not None and claim.kind == needed)


def claim_letter(mail: Mail) -> Letter:
    named = _named(mail)
    where = {"organization_id": named.organization_id}
    pool = LicensePool.objects.select_related("license_type", "organization").get(**where, id=named.pool_id)
    learner = Learner.objects.filter(**where, id=named.learner_id).first()
    name = str(learner.attributes.get("preferred_first_name") or "") if learner else ""
    facts = {"license": pool.license_type.title, "organization": pool.organization.name}
    subject, paragraphs, button = WORDS[_told(mail)](facts, _claim(mail))
    address = address_of(claim_path(named))
    stop = (_("Leave the waitlist"), address) if _told(mail) in NEEDS else None
    return Letter(
        subject=subject % facts,
        paragraphs=[_("Hello %(name)s,") % {"name": name} if name else _("Hello,"), *(text % facts for text in paragraphs)],
        quote=str((mail.facts or {}).get("text", "")),
        button=(button, address),
        stop=stop,
        why=_("You get this because you asked %(organization)s for a license.") % facts,
    )


def joining_letter(mail: Mail) -> Letter:
    facts = {"organization": str(Organization.objects.values_list("name", flat=True).get(id=mail.organization_id or 0))}
    key = uuid.UUID((mail.facts or {})["key"])
    return Letter(
        subject=_("Confirm your address to join %(organization)s") % facts,
        paragraphs=[
            _("Hello,"),
            _("Somebody, you we think, asked for a license at %(organization)s with this address.") % facts,
            _("Confirm it, and the license is yours, as far as there are seats. The link is good for a day."),
        ],
        button=(_("Confirm"), address_of(path_of(key, "join_confirm"))),
        why=_("You get this because this address was entered at %(organization)s. If it was not you, do nothing.") % facts,
    )


def _waiting(facts: dict[str, str], claim: Claim | None) -> Words:
    facts["place"] = str(place_of(claim).place) if claim else ""
    return (
        _("You wait for a license at %(organization)s"),
        [
            _("Every license for %(license)s at %(organization)s is in use. You are number %(place)s in the waitlist."),
            _("When it is your turn, you get a mail, and a seat is held for you."),
        ],
        _("See your place"),
    )


def _offered(facts: dict[str, str], claim: Claim | None) -> Words:
    facts["until"] = _moment(claim)
    return (
        _("A license at %(organization)s is held for you"),
        [
            _("A license for %(license)s at %(organization)s is free, and it is your turn."),
            _("It is held for you until %(until)s. After that the next in the waitlist gets it."),
        ],
        _("Activate your license"),
    )


def _passed_on(facts: dict[str, str], claim: Claim | None) -> Words:
    facts["place"] = str(place_of(claim).place) if claim else ""
    return (
        _("The license held for you went to the next"),
        [
            _("The license for %(license)s at %(organization)s was not activated in time."),
            _("You keep waiting, as number %(place)s. If the next one is not activated either, your place ends."),
        ],
        _("See your place"),
    )


def _taken_back(facts: dict[str, str], claim: Claim | None) -> Words:
    return (
        _("The license held for you is not there any more"),
        [
            _("%(organization)s has fewer licenses for %(license)s now, so none can be held for you."),
            _("You keep your place in the waitlist, ahead of all who came later."),
        ],
        _("See your place"),
    )


def _place_ended(facts: dict[str, str], claim: Claim | None) -> Words:
    return (
        _("Your place in the waitlist has ended"),
        [_("A license for %(license)s at %(organization)s was held for you twice, and not activated.")],
        _("Ask for a license"),
    )


def _approved(facts: dict[str, str], claim: Claim | None) -> Words:
    return (
        _("You have a license at %(organization)s"),
        [_("You asked for a license for %(license)s at %(organization)s. It is active now: there is nothing more to do.")],
        _("See your license"),
    )


def _approved_waiting(facts: dict[str, str], claim: Claim | None) -> Words:
    facts["place"] = str(place_of(claim).place) if claim else ""
    return (
        _("Your request at %(organization)s is approved"),
        [
            _("You may have a license for %(license)s at %(organization)s, but every one is in use."),
            _("You are number %(place)s in the waitlist. When it is your turn, you get a mail, and a seat is held for you."),
        ],
        _("See your place"),
    )


def _declined(facts: dict[str, str], claim: Claim | None) -> Words:
    return (
        _("Your request at %(organization)s is declined"),
        [_("You asked for a license for %(license)s at %(organization)s. An admin has declined.")],
        _("See how it stands"),
    )


WORDS: dict[Told, Callable[[dict[str, str], Claim | None], Words]] = {
    Told.WAITING: _waiting,
    Told.OFFERED: _offered,
    Told.PASSED_ON: _passed_on,
    Told.TAKEN_BACK: _taken_back,
    Told.PLACE_ENDED: _place_ended,
    Told.APPROVED: _approved,
    Told.APPROVED_WAITING: _approved_waiting,
    Told.DECLINED: _declined,
}


def _told(mail: Mail) -> Told:
    return Told((mail.facts or {})["told"])


def _named(mail: Mail) -> Named:
    return Named(mail.organization_id or 0, int((mail.facts or {})["pool"]), mail.learner_id or 0)


def _claim(mail: Mail) -> Claim | None:
    named = _named(mail)
    return claim_of(organization_id=named.organization_id, pool_id=named.pool_id, learner_id=named.learner_id)


def _moment(claim: Claim | None) -> str:
    return date_format(timezone.localtime(claim.expires_at), "DATETIME_FORMAT") if claim and claim.expires_at else ""
