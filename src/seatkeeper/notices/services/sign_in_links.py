"""Send a one-time link to the admin whom it lets in."""

from datetime import datetime

from seatkeeper.notices.models import MailKind
from seatkeeper.notices.services.outbox import post, put


def mail_sign_in_link(*, organization_id: int, recipient: str, link: str, who: str, now: datetime) -> None:
    """`who` made them an admin, or the link anew."""
    facts = {"link": link, "who": who}
    put([post(recipient, kind=MailKind.SIGN_IN_LINK, now=now, organization_id=organization_id, facts=facts)])
