"""Whatever a file is for: one that has no end, or a line without end, is refused before it fills disk or memory."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from seatkeeper.directory.models import Organization
from seatkeeper.erasing.services.file import draft_of_file
from seatkeeper.uploads.errors import FileRefused, NoRoom
from seatkeeper.usage.services.files import receive_usage_file
from seatkeeper.usage.services.read_file import import_usage
from tests import factories

pytestmark = pytest.mark.django_db
Receive = Callable[[Organization, bytes], Any]


def people(of: Organization, content: bytes) -> Any:
    return factories.receive(of, content)


def usage_in_the_browser(of: Organization, content: bytes) -> Any:
    return receive_usage_file(io.BytesIO(content), organization_id=of.id, name="x", actor="tester", now=factories.NOW)


def usage_by_command(of: Organization, content: bytes) -> Any:
    by: dict[str, Any] = {"organization_id": of.id, "name": "x", "actor": "tester", "now": factories.NOW}
    return import_usage(io.BytesIO(content), **by, tell=lambda _: None, progress=lambda *_: None)


def people_to_delete(of: Organization, content: bytes) -> Any:
    return draft_of_file(io.BytesIO(content), organization_id=of.id, actor="tester", source="page", now=factories.NOW)


@pytest.fixture(params=[people, usage_in_the_browser, usage_by_command, people_to_delete])
def receive(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Receive:
    monkeypatch.setattr("seatkeeper.uploads.services.copy_in.BLOCK_BYTES", 10)
    monkeypatch.setattr("seatkeeper.uploads.services.copy_in.LINE_LIMIT_BYTES", 100)
    found: Receive = request.param
    return found


@pytest.mark.parametrize(("content", "said"), [(b"email," * 30, "ENCODING"), (b"email\n" * 200, "TOO_LARGE")])
def test_without_end(receive: Receive, content: bytes, said: str, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000
    with pytest.raises(FileRefused) as refused:
        receive(factories.organization(), content)
    assert said in str(refused.value)
    assert list(Path(settings.UPLOADS_DIRECTORY).glob("*")) == []


def test_nowhere_to_put_it(receive: Receive, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("")
    settings.UPLOADS_DIRECTORY = tmp_path / "file" / "folder"
    with pytest.raises(NoRoom):
        receive(factories.organization(), b"email\n")
