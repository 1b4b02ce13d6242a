"""An organization with a pool; a home, and its twin for the undisturbed run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool
from tests import factories
from tests.conftest import Seatkeeper, environment_of
from tests.promises import interrupted
from tests.promises.homes import LINES, Origin, sql_of
from tests.promises.interrupted import Sql


@pytest.fixture
def acme() -> Organization:
    return factories.organization()


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=5)


@pytest.fixture
def clock() -> factories.SteppingClock:
    """Dates differ from step to step, so that one that is not put back shows."""
    return factories.SteppingClock()


@pytest.fixture(scope="module")
def origin(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    folder = tmp_path_factory.mktemp("origin")
    (folder / "empty").mkdir()
    with Origin(folder / "empty", migrated).copied(folder) as made:
        interrupted.begin(Seatkeeper(environment_of(made.home, made.url)), LINES)
        yield made


@pytest.fixture
def prepared(origin: Origin, tmp_path: Path) -> Iterator[tuple[Seatkeeper, Sql]]:
    with origin.copied(tmp_path) as copy:
        yield copy.seatkeeper(), sql_of(copy.url)


@pytest.fixture
def twin(origin: Origin, tmp_path: Path) -> Iterator[tuple[Seatkeeper, Sql]]:
    """The same once more, for the undisturbed run."""
    (tmp_path / "twin").mkdir()
    with origin.copied(tmp_path / "twin") as copy:
        yield copy.seatkeeper(), sql_of(copy.url)
