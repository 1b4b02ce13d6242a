"""The least valid object of each kind, made by the services that make the real ones."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.services.organizations import create_organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.licensing.models import Activation, LicensePool, Operation
from seatkeeper.licensing.services import pools
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.receive import Choices, receive_file
from seatkeeper.uploads.services.run import carry_on

NOW = datetime(2026, 3, 4, 14, 2, tzinfo=UTC)
_numbers = count(1)


@dataclass
class SteppingClock:
    """A clock that goes on by a second each time it is read, and by more when told."""

    now: datetime = NOW
    step: timedelta = field(default_factory=lambda: timedelta(seconds=1))

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now

    def forward(self, **span: float) -> None:
        """`forward(days=1)`"""
        self.now += timedelta(**span)


def frozen_clock() -> datetime:
    return NOW


def organization(name: str = "") -> Organization:
    """An organization with open books and nothing in it."""
    made = create_organization(name=name or f"Acme {next(_numbers)}", now=NOW)
    pools.open_books(organization_id=made.id)
    return made


def pool(
    of: Organization,
    *,
    seats: int = 10,
    budget_group: str = "Default",
    license_type: str = "Learning",
    activation: str = Activation.IMMEDIATE,
) -> LicensePool:
    """A pool whose column in a file is `license_learning_status`, unless named otherwise."""
    return pools.add_pool(
        organization_id=of.id, budget_group=budget_group, license_type=license_type, seats=seats, activation=activation
    )


def receive(of: Organization, content: str | bytes, *, name: str = "people.csv", **choices: Any) -> Upload:
    """A file taken in, not looked into yet. `choices`: see `Choices`."""
    act = Act(of.id, "import", "csv", "tester", about=name)
    raw = content.encode() if isinstance(content, str) else content
    return receive_file(io.BytesIO(raw), name=name, act=act, choices=Choices(**choices), now=NOW)


def import_csv(
    of: Organization,
    content: str | bytes,
    *,
    clock: Any = frozen_clock,
    apply: bool = True,
    release_brake: bool = True,
    name: str = "people.csv",
    **choices: Any,
) -> Operation:
    """A file taken in, checked, planned and, where `apply`, applied, as the page and the command do."""
    upload = receive(of, content, name=name, **choices)
    return carry_on(upload, clock=clock, actor="tester", apply=apply, release_brake=release_brake)


def courses(of: Organization, *titles: str) -> list[Content]:
    """Content that a license of the type Learning opens."""
    return [
        add_content(
            organization_id=of.id,
            title=title,
            address=f"/courses/{title.lower()}",
            license_types=["learning"],
            actor="tester",
            now=NOW,
        )
        for title in titles
    ]


def learner(of: Organization, email: str) -> Learner:
    return Learner.objects.get(organization=of, email=email)
