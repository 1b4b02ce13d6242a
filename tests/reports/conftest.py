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
from tests.reports.berlin import BERLIN, EVENING, people_in_berlin, tell
from tests.reports.reckoning import World
from tests.shared import Once

Ask = Callable[..., Asked]
WALKED = {"seatkeeper.reports.asked.AT_ONCE": 1, "seatkeeper.reports.asked.FEW": 1, "seatkeeper.reports.each.PEOPLE_AT_ONCE": 1}


@pytest.fixture(autouse=True)
def _nothing_is_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_deleted(monkeypatch)


def leave_deleted(patch: pytest.MonkeyPatch) -> None:
    """Erasing ends outside of any transaction; here there is one around each test."""
    patch.setattr("seatkeeper.kernel.bulk.overwrite_deleted", lambda tables: None)


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture(params=["found", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Few are found at once; along many there is a walk."""
    for name, number in WALKED.items() if request.param == "walked" else ():
        monkeypatch.setattr(name, number)
    return str(request.param)


@pytest.fixture
def ask(acme: Organization) -> Ask:
    """`ask(q="department:Sales", groups=(7,))`, as an address would."""

    def asked(*, groups: tuple[int, ...] | None = None, now: Any = NOW, zone: str = "UTC", **fields: str) -> Asked:
        data = {name.removesuffix("_"): value for name, value in fields.items()}
        return read(data, Reach(acme.id, groups), now=now, zone=ZoneInfo(zone))

    return asked


@pytest.fixture
def asks(ask: Ask) -> Ask:
    """The same on an evening in Berlin."""

    def asked(**fields: Any) -> Asked:
        return ask(now=EVENING, zone=BERLIN, **fields)

    return asked


@pytest.fixture(scope="module")
def berlin(once: Once) -> tuple[int, World]:
    """The organization of people in Berlin, by its id, and all that was told of them: made once for a module."""

    def make() -> tuple[int, World]:
        acme = people_in_berlin()
        return acme.id, tell(acme)

    with pytest.MonkeyPatch.context() as patch:
        leave_deleted(patch)
        return once(make)


@pytest.fixture
def world(berlin: tuple[int, World]) -> World:
    """All that was told of people in Berlin, who have done it by the evening."""
    return berlin[1]


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A server to which mail goes."""
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        settings.PUBLIC_URL = "https://seats.acme.example"
        settings.DEFAULT_FROM_EMAIL = "Seatkeeper <seats@acme.example>"
        yield office
