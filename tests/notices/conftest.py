"""An organization with an admin, and a mail server."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Organization
from tests import factories
from tests.notices.post_office import PostOffice, open_post_office


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def kim(acme: Organization) -> Membership:
    """A full admin."""
    return admin(acme, "kim@acme.example", "Kim Xu")


def admin(of: Organization, email: str, name: str = "", *, is_full: bool = True) -> Membership:
    account = Account.objects.create_user(email, name=name)
    return Membership.objects.create(organization=of, account=account, is_admin=True, is_full_admin=is_full)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A server to which mail goes."""
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        settings.PUBLIC_URL = "https://seats.acme.example"
        settings.DEFAULT_FROM_EMAIL = "Seatkeeper <seats@acme.example>"
        yield office
