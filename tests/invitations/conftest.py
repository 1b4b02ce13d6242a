"""An organization with a pool to which people are invited, and a mail server."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool
from tests import factories
from tests.notices.post_office import PostOffice, open_post_office


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=2, activation="invite")


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A server to which mail goes."""
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        settings.PUBLIC_URL = "https://seats.acme.example"
        settings.DEFAULT_FROM_EMAIL = "Seatkeeper <seats@acme.example>"
        yield office
