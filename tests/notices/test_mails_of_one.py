"""Which mails went to one person, found without reading all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.licensing.models import MergedProfile
from seatkeeper.notices.models import Mail, MailKind
from seatkeeper.notices.queries import mails_to
from tests import factories
from tests.plans import plans_of


def mail(recipient: str, home: Organization | None, learner_id: int | None = None, number: int = 0) -> Mail:
    return Mail(
        organization=home,
        kind=MailKind.READY,
        recipient=recipient,
        learner_id=learner_id,
        message_id=f"<{recipient}{learner_id}{home}{number}>",
        created_at=factories.NOW,
        due_at=factories.NOW,
    )


@pytest.fixture
def ann(acme: Organization) -> Learner:
    factories.import_csv(acme, "invited_email_address\nann@acme.example\n")
    return factories.learner(acme, "ann@acme.example")


def test_mails_go_to_a_learner_under_any_address_and_to_who_signs_in_or_is_an_admin(acme: Organization, ann: Learner) -> None:
    other = factories.organization("Other")
    MergedProfile.objects.create(organization_id=acme.id, operation_number=1, learner_id=77, into_id=ann.id, stands=True)
    theirs = [
        mail("ann@acme.example", acme, ann.id),
        mail("ann.old@acme.example", acme, ann.id),
        mail("ann@acme.example", acme),
        mail("ann@acme.example", None),
        mail("merged@acme.example", acme, 77),
    ]
    others = [
        mail("ann@acme.example", other),
        mail("bo@acme.example", acme, 78),
        mail("ann@acme.example", acme, 78),  # whose address it was then
        mail("kim@acme.example", None),
    ]
    Mail.objects.bulk_create([*theirs, *others])

    assert [one.message_id for one in mails_to(ann)] == [one.message_id for one in theirs]


def test_they_are_found_by_index(acme: Organization, ann: Learner) -> None:
    Mail.objects.bulk_create(mail(f"{number}@acme.example", acme, 1_000 + number, number) for number in range(2_000))
    Mail.objects.bulk_create(mail(f"kim{number % 400}@acme.example", acme, None, number) for number in range(2_000))

    connection.cursor().execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        mails_to(ann)

    of_learner, to_address = plans_of(captured, "notices_mail")
    assert "mail_of_learner" in of_learner
    assert "mail_to_address" in to_address
