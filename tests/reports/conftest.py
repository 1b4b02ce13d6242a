"""What reports are asked about: an organization, and somebody who asks."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.directory.reach import Reach
from seatkeeper.reports.asked import Asked, read
from tests import factories
from tests.factories import NOW

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
