"""An organization with three people, a license for one of them, and content that it opens."""

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content
from tests import factories

PEOPLE = (
    "invited_email_address,unique_user_id,license_learning_status\n"
    "ann@corp.example,A1,active\nbob@corp.example,B2,\ncleo@corp.example,,\n"
)


@pytest.fixture
def acme(db: None) -> Organization:
    acme = factories.organization("Acme")
    factories.pool(acme, seats=5)
    factories.import_csv(acme, PEOPLE)
    return acme


@pytest.fixture
def courses(acme: Organization) -> list[Content]:
    return factories.courses(acme, "Python", "SQL")
