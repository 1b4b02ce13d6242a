"""What reports are asked about: an organization, and somebody who asks."""

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.reports.asked import Asked, read
from tests import factories
from tests.factories import NOW
from tests.notices.post_office import PostOffice, open_post_office

Ask = Callable[..., Asked]


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def ask(acme: Organization) -> Ask:
    """`ask(q="department:Sales", groups=(7,))`, as an address would."""

    def asked(*, groups: tuple[int, ...] | None = None, now: Any = NOW, zone: str = "UTC", **fields: str) -> Asked:
        data = {name.removesuffix("_"): value for name, value in fields.items()}
        return read(data, Reach(acme.id, groups), now=now, zone=ZoneInfo(zone))

    return asked


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A server to which mail goes."""
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        settings.PUBLIC_URL = "https://seats.acme.example"
        settings.DEFAULT_FROM_EMAIL = "Seatkeeper <seats@acme.example>"
        yield office
