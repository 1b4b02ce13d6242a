"""Upload Custom Attributes CSV: what waits for a worker, fails, or was left unfinished."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.background.services.workers import note_worker
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicensePool, Operation, OperationStatus, Status
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.sweep import sweep_strays
from tests import factories
from tests.web.uploading import LIST, SOUND, apply, hand_in, left_in_folder, only_upload, page_of, send, status_of

pytestmark = pytest.mark.django_db


def test_what_goes_on_is_followed(owner: Client, acme: Organization, learning: LicensePool) -> None:
    hand_in(owner, SOUND)
    BackgroundTask.objects.update(lease="elsewhere:1", beat_at=system_clock())
    address = f"{LIST}{only_upload(acme).operation_id}/"
    page = owner.get(address).content.decode()
    part = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    for text in (page, part):
        assert 'hx-trigger="every 2s"' in text
        assert "Checking" in text
    assert "<html" not in part
    Operation.objects.update(status=OperationStatus.APPLYING, planned_changes=2)
    assert "<progress" in owner.get(address).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [("email\na@acme.example\nb@acme.example\n", "larger than the limit"), ("email\n", "The file is empty")],
)
def test_a_file_refused_later_says_why(owner: Client, acme: Organization, settings: Settings, content: str, words: str) -> None:
    settings.UPLOAD_MAX_ROWS = 1
    assert send(owner, content).status_code == 302
    page = page_of(owner, acme)
    assert "Cancelled" in page
    assert words in page
    assert 'hx-trigger="every' not in page


def test_an_upload_waits_for_a_worker_and_the_request_does_nothing_of_it(
    owner: Client, acme: Organization, learning: LicensePool
) -> None:
    hand_in(owner, SOUND)

    page = page_of(owner, acme)
    assert (status_of(acme), Learner.objects.count()) == (OperationStatus.PLANNING, 0)
    assert "Waiting for its turn" in page
    assert "No worker is running: start it with <code>seatkeeper worker</code>" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Reload" in page
    note_worker(now=system_clock())
    assert "No worker" not in page_of(owner, acme)
    assert (run_due(clock=system_clock), run_due(clock=system_clock)) == (2, 0)  # the upload, and the mail about it
    assert status_of(acme) == OperationStatus.DONE


def test_a_file_and_its_task_are_there_together_or_not_at_all(
    owner: Client, acme: Organization, learning: LicensePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatkeeper.uploads.services.hand_over.enqueue", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand_in(owner, SOUND)
    assert not Upload.objects.exists()
    assert not Operation.objects.exists()
    assert not left_in_folder()


def test_the_same_file_is_not_taken_in_while_it_waits(owner: Client, acme: Organization, learning: LicensePool) -> None:
    hand_in(owner, SOUND)
    assert "being applied at this moment" in hand_in(owner, SOUND).content.decode()
    assert Upload.objects.count() == BackgroundTask.objects.count() == 1


def test_apply_pressed_twice_applies_once(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND, way="preview")
    number = only_upload(acme).operation_id
    for _ in range(2):
        owner.post(f"{LIST}{number}/apply/")
    page = page_of(owner, acme)
    assert "Apply changes" not in page
    assert "Waiting for its turn" in page
    run_due(clock=system_clock)
    assert License.objects.filter(status=Status.ACTIVE).count() == 2
    assert page_of(owner, acme).count("Done") == 1


def test_cancelled_while_it_waits_nothing_is_done(owner: Client, acme: Organization, learning: LicensePool) -> None:
    hand_in(owner, SOUND)
    owner.post(f"{LIST}{only_upload(acme).operation_id}/cancel/")
    run_due(clock=system_clock)
    assert status_of(acme) == OperationStatus.CANCELLED
    assert not Learner.objects.exists()


@pytest.mark.django_db(transaction=True)  # a lease is let go of outside transactions
def test_what_fails_is_said_tried_again_and_gone_on_with(
    owner: Client, acme: Organization, learning: LicensePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("seatkeeper.uploads.services.run.plan_upload", lambda *args, **more: 1 / 0)
        send(owner, SOUND)
        note_worker(now=system_clock())
        assert "This failed and is tried again at" in page_of(owner, acme)
        BackgroundTask.objects.update(attempts=30, run_at=system_clock())
        run_due(clock=system_clock)

    page = page_of(owner, acme)
    assert "failed: it is stopped" in page
    assert 'hx-trigger="every' not in page
    apply(owner, only_upload(acme).operation_id)
    assert status_of(acme) == OperationStatus.DONE
    assert "failed" not in page_of(owner, acme)


def test_what_a_command_left_unfinished_can_be_gone_on_with(owner: Client, acme: Organization, learning: LicensePool) -> None:
    upload = factories.receive(acme, SOUND)
    Operation.objects.update(lease="")
    assert "nobody is at work on it" in page_of(owner, acme)

    apply(owner, upload.operation_id)

    assert status_of(acme) == OperationStatus.DONE


def test_a_copy_that_no_upload_names_goes_after_a_day(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND)
    stray = Path(django_settings.UPLOADS_DIRECTORY) / "0.csv"
    stray.write_text("email")
    assert sweep_strays(now=system_clock()) == 0
    assert sweep_strays(now=system_clock() + timedelta(hours=25)) == 1
    assert [path.name for path in left_in_folder()] == [only_upload(acme).stored_name]
