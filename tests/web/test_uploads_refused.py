"""Upload Custom Attributes CSV: files that are none, too large, or hostile."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.uploads.models import Upload
from tests import factories
from tests.web.uploading import LIST, NEW, SOUND, left_in_folder, only_upload, page_of, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00" + b"\x00" * 500, "The file is no text"),  # a zip, or a workbook
        (b"\x00" * 100_000, "The file is empty"),
        (b"", "The file is empty"),
        (b"name,age\nAnn,3\n", "No column says who is meant"),
        (b"email,license_nothing_status\na@b.example,active\n", "names the pool default/nothing"),
        (b"email,EMAIL\na@b.example,a@b.example\n", "is there twice"),
    ],
)
def test_files_that_are_none_are_refused_in_words(owner: Client, acme: Organization, content: bytes, words: str) -> None:
    answer = send(owner, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Learner.objects.exists()
    assert not left_in_folder()


def test_the_same_file_is_not_applied_twice_at_once(owner: Client, acme: Organization, learning: LicensePool) -> None:
    first = factories.receive(acme, SOUND)
    Operation.objects.update(beat_at=system_clock())
    answer = send(owner, SOUND)
    assert answer.status_code == 422
    assert "being applied at this moment" in answer.content.decode()
    assert f"{LIST}{first.operation_id}/" in answer.content.decode()
    assert Upload.objects.count() == 1


def test_no_file_is_asked_for(owner: Client) -> None:
    answer = owner.post(NEW, {"way": "apply"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_beyond_the_limit_nothing_is_kept(owner: Client, acme: Organization, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = send(owner, b"email\n" + b"0" * 1_000_000)
    assert answer.status_code == 422
    assert "larger than the limit" in answer.content.decode()
    assert not left_in_folder()
    assert not Operation.objects.exists()


def test_where_very_much_more_comes_nobody_listens(owner: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    monkeypatch.setattr("seatkeeper.web.receiving.DROPPED_BYTES", 100_000)
    assert "larger than the limit" in send(owner, b"0" * 5_000_000).content.decode()
    assert not left_in_folder()


def test_a_full_disk_is_said(owner: Client, acme: Organization, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    settings.UPLOADS_DIRECTORY = tmp_path / "file" / "uploads"
    answer = send(owner, SOUND)
    assert answer.status_code == 422
    assert "disk is full" in answer.content.decode()


def test_two_files_share_the_limit(owner: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    files = {name: SimpleUploadedFile("a.csv", b"0" * 60_000) for name in ("file", "other")}
    assert "larger than the limit" in owner.post(NEW, files).content.decode()
    assert not left_in_folder()


def test_without_a_sign_in_no_file_is_written(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS_DIRECTORY = tmp_path / "never"
    assert send(Client(), SOUND).status_code == 302
    assert not settings.UPLOADS_DIRECTORY.exists()


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\evil.csv", "<script>alert(1)</script>.csv", "a\x00b\r\nc.csv", "x" * 3000]
)
def test_hostile_names_are_names(owner: Client, acme: Organization, name: str) -> None:
    send(owner, "email\nann@acme.example\n", name=name)
    kept = only_upload(acme)
    assert "/" not in kept.file_name
    assert "\\" not in kept.file_name
    assert kept.file_name.isprintable()
    assert len(kept.file_name) <= 200
    assert "<script>" not in page_of(owner, acme)
    assert "<script>" not in owner.get(LIST).content.decode()
    answer = owner.get(f"{LIST}{kept.operation_id}/results/")
    assert b"".join(answer)
    assert "\n" not in answer["Content-Disposition"]


def test_markup_in_cells_and_headers_is_text(owner: Client, acme: Organization) -> None:
    bad = "<script>alert(1)</script>"
    send(owner, f"email,{bad},location\n{bad},{bad},{bad}\nann@acme.example,{bad},{bad}\n")
    page = page_of(owner, acme)
    assert "&lt;script&gt;" in page
    assert bad not in page
    assert bad not in send(owner, f"{bad}\n{bad}\n").content.decode()
