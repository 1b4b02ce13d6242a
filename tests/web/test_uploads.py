"""Upload Custom Attributes CSV: from the form to results, through every refusal."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import Grant
from seatkeeper.accounts.permissions import Permission
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.background.services.workers import note_worker
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicensePool, Operation, OperationStatus, Status
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.aside import aside, set_aside, sweep_aside
from seatkeeper.uploads.services.sweep import sweep_strays
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin-center/uploads/"
NEW = "/admin-center/uploads/new/"
SOUND = "invited_email_address,license_learning_status\nann@acme.example,active\nbob@acme.example,active\n"
WITH_GROUPS = "email,Group,location\nann@acme.example,Team,Graz\n"


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=5)


def send(client: Client, content: str | bytes, *, name: str = "people.csv", way: str = "apply", **fields: Any) -> Any:
    """Through the form, and through a worker."""
    answer = hand_in(client, content, name=name, way=way, **fields)
    run_due(clock=system_clock)
    return answer


def hand_in(client: Client, content: str | bytes, *, name: str = "people.csv", way: str = "apply", **fields: Any) -> Any:
    """Through the form alone."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post(NEW, {"file": SimpleUploadedFile(name, raw), "way": way, "invitations": "on"} | fields)


def apply(client: Client, number: int, **fields: str) -> Any:
    answer = client.post(f"{LIST}{number}/apply/", fields)
    run_due(clock=system_clock)
    return answer


def only_upload(acme: Organization) -> Upload:
    return Upload.objects.get(organization_id=acme.id)


def page_of(client: Client, acme: Organization) -> str:
    return str(client.get(f"{LIST}{only_upload(acme).operation_id}/").content.decode())


def status_of(acme: Organization) -> str:
    return str(Operation.objects.get(organization_id=acme.id).status)


def left_in_folder() -> list[Path]:
    folder = Path(django_settings.UPLOADS_DIRECTORY)
    return list(folder.iterdir()) if folder.exists() else []


def test_upload_applies_the_file(owner: Client, acme: Organization, learning: LicensePool) -> None:
    assert "checked" in owner.get(NEW).content.decode()

    answer = send(owner, SOUND)

    assert answer.status_code == 302
    assert License.objects.filter(organization_id=acme.id, status=Status.ACTIVE).count() == 2
    page = page_of(owner, acme)
    for words in ("people.csv", "Done", "Download results", "Undo", "No problems", "Licenses activated", "Learning · Default"):
        assert words in page
    assert "problem rows" not in page
    assert "hx-trigger" not in page
    assert "people.csv" in owner.get(LIST).content.decode()
    assert Operation.objects.get().actor == "owner@acme.example"


def test_the_invitation_can_be_unchecked(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND, invitations="")
    assert only_upload(acme).options["invitations"] is False


def test_preview_shows_the_plan_and_apply_applies_it(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND, way="preview")
    page = page_of(owner, acme)
    assert "Apply changes" in page
    assert "Discard" in page
    assert not License.objects.exists()

    number = only_upload(acme).operation_id
    assert owner.get(f"{LIST}{number}/apply/").status_code == 405
    apply(owner, number)

    assert License.objects.filter(status=Status.ACTIVE).count() == 2
    assert status_of(acme) == OperationStatus.DONE


def test_a_discarded_plan_is_never_applied(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND, way="preview")
    number = only_upload(acme).operation_id

    owner.post(f"{LIST}{number}/cancel/")
    assert owner.post(f"{LIST}{number}/apply/", follow=True).status_code == 200

    assert status_of(acme) == OperationStatus.CANCELLED
    assert not License.objects.exists()
    assert "Apply changes" not in page_of(owner, acme)


def test_cancelling_what_has_ended_changes_nothing(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND)
    answer = owner.post(f"{LIST}{only_upload(acme).operation_id}/cancel/", follow=True)
    assert "has ended already" in answer.content.decode()
    assert status_of(acme) == OperationStatus.DONE


def test_problems_are_grouped_and_come_as_a_file(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, 'email,license_learning_status\nann@acme.example,active\n"b\nad",active\nnobody,x\n')
    page = page_of(owner, acme)
    assert "EIS_UPLOAD_ROW_EMAIL_VALIDATION_ERROR" in page
    assert "EIS_UPLOAD_ROW_LICENSE_STATUS_VALIDATION_ERROR" in page
    assert "Write active or inactive" in page
    assert "3, 5" in page

    number = only_upload(acme).operation_id
    everything = b"".join(owner.get(f"{LIST}{number}/results/")).decode()
    problems = owner.get(f"{LIST}{number}/results/", {"only": "problems"})
    rows = b"".join(problems).decode()

    assert "ann@acme.example" in everything
    assert rows.startswith("email,license_learning_status,line,status,code,message\r\n")
    assert "ann@acme.example" not in rows
    assert '"b\nad"' in rows
    assert 'filename="people-problems.csv"' in problems["Content-Disposition"]
    assert send(owner, rows).status_code == 302  # it can be uploaded as it is


def test_the_brake_wants_the_number_typed(owner: Client, acme: Organization, learning: LicensePool) -> None:
    send(owner, SOUND)
    acme.books.brake_at_least = 1
    acme.books.save()
    send(owner, SOUND.replace(",active", ",inactive"))
    number = Operation.objects.order_by("-number")[0].number
    address = f"{LIST}{number}/"
    assert "type 2" in owner.get(address).content.decode()

    for wrong in ("", "3", "<b>2</b>"):
        assert owner.post(f"{address}apply/", {"typed": wrong}).status_code == 422
    assert License.objects.filter(status=Status.ACTIVE).count() == 2
    assert apply(owner, number, typed=" 2 ").status_code == 302

    assert not License.objects.filter(status=Status.ACTIVE).exists()
    assert Operation.objects.get(number=number).released_by == "owner@acme.example"


def test_a_group_column_is_refused_and_left_out_with_one_click(owner: Client, acme: Organization) -> None:
    refused = send(owner, WITH_GROUPS, name="with groups.csv", way="preview", invitations="")

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR in column groups" in page
    assert "Upload without this column" in page
    assert not Learner.objects.exists()
    kept = refused.context["kept"]
    again = owner.post(NEW, {"kept": kept["token"], "name": kept["name"], "way": "preview"})

    run_due(clock=system_clock)
    assert again.status_code == 302
    upload = only_upload(acme)
    assert upload.file_name == "with groups.csv"
    assert upload.options["invitations"] is False
    assert upload.options["preview"] is True
    assert "was left out" in page_of(owner, acme)
    assert [path.name for path in left_in_folder()] == [upload.stored_name]


def test_a_kept_file_is_its_uploaders_alone_and_for_an_hour(
    owner: Client, sub_admin_of_group: Client, acme: Organization
) -> None:
    token = send(owner, WITH_GROUPS).context["kept"]["token"]
    for client, wanted in ((sub_admin_of_group, token), (owner, "../../etc/passwd"), (owner, "0" * 32), (owner, "*")):
        answer = client.post(NEW, {"kept": wanted, "name": "x.csv"})
        assert answer.status_code == 422
        assert "Choose it again" in answer.content.decode()
    assert not Upload.objects.exists()


def test_what_is_kept_goes_after_an_hour(db: None, tmp_path: Path) -> None:
    now = system_clock()
    with (tmp_path / "file").open("w+b") as file:
        file.write(b"email\n")
        first = set_aside(file, membership_id=1, now=now)
        token = set_aside(file, membership_id=1, now=now)
    assert aside(first, membership_id=1, now=now) is None  # one at a time
    assert aside(token, membership_id=1, now=now + timedelta(minutes=59)) is not None
    assert aside(token, membership_id=1, now=now + timedelta(minutes=61)) is None
    assert sweep_aside(now=now + timedelta(minutes=61)) == 1


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


def test_the_template_has_the_columns_chosen_and_an_example(owner: Client, acme: Organization, learning: LicensePool) -> None:
    chosen = ["location", "default_license_learning_status", "=cmd", "preferred_first_name"]
    answer = owner.get(f"{LIST}template/", {"column": chosen})
    header = "invited_email_address,preferred_first_name,location,default_license_learning_status"
    assert answer.content.decode() == f"{header}\r\nana@example.com,Ana,Lisbon,active\r\n"
    assert send(owner, answer.content).status_code == 302


def test_a_limited_admin_sees_and_changes_their_own_alone(
    owner: Client, sub_admin_of_group: Client, acme: Organization, other_group: Group, learning: LicensePool
) -> None:
    send(owner, SOUND, name="secret.csv")
    theirs = only_upload(acme).operation_id
    GroupMember.objects.create(organization=acme, group=other_group, learner=factories.learner(acme, "ann@acme.example"))
    for address in ("", "results/"):
        assert sub_admin_of_group.get(f"{LIST}{theirs}/{address}").status_code == 404
    for address in ("apply/", "cancel/"):
        assert sub_admin_of_group.post(f"{LIST}{theirs}/{address}").status_code == 404
    assert "secret.csv" not in sub_admin_of_group.get(LIST).content.decode()

    send(sub_admin_of_group, SOUND.replace(",active", ",inactive"), name="own.csv")

    own = Operation.objects.order_by("-number")[0]
    page = sub_admin_of_group.get(f"{LIST}{own.number}/").content.decode()
    assert "EIS_UPLOAD_ROW_OUTSIDE_SCOPE_VALIDATION_ERROR" in page
    assert "own.csv" in sub_admin_of_group.get(LIST).content.decode()
    assert "own.csv" in owner.get(LIST).content.decode()
    assert License.objects.filter(status=Status.ACTIVE).count() == 1


def test_a_plan_made_with_more_groups_is_not_applied(
    sub_admin_of_group: Client, acme: Organization, other_group: Group, learning: LicensePool
) -> None:
    factories.import_csv(acme, "email\nann@acme.example\n")
    GroupMember.objects.create(organization=acme, group=other_group, learner=factories.learner(acme, "ann@acme.example"))
    send(sub_admin_of_group, "email,license_learning_status\nann@acme.example,active\n", way="preview")
    number = Operation.objects.order_by("-number")[0].number
    Grant.objects.update(group=add_group(organization_id=acme.id, name="Another"))

    answer = sub_admin_of_group.post(f"{LIST}{number}/apply/", follow=True)

    assert "Your groups have changed" in answer.content.decode()
    assert not License.objects.exists()


def test_who_may_not_manage_users_finds_nothing(acme: Organization, sub_admin_of_group: Client) -> None:
    Grant.objects.filter(permission=Permission.MANAGE_USERS).delete()
    for address in (LIST, NEW, f"{LIST}template/"):
        assert sub_admin_of_group.get(address).status_code == 404
    assert send(sub_admin_of_group, SOUND).status_code == 404
    assert not Upload.objects.exists()


def test_another_organization_finds_nothing(owner: Client, other_organization_admin: Client, acme: Organization) -> None:
    send(owner, "email\nann@acme.example\n", way="preview")
    number = only_upload(acme).operation_id
    assert other_organization_admin.get(f"{LIST}{number}/").status_code == 404
    assert other_organization_admin.post(f"{LIST}{number}/apply/").status_code == 404
    assert not Learner.objects.exists()


@pytest.mark.parametrize("number", ["99", "99999999999999999999999"])
def test_no_such_upload(owner: Client, number: str) -> None:
    assert owner.get(f"{LIST}{number}/").status_code == 404
    assert owner.get(f"{LIST}{number}/results/").status_code == 404


def test_the_list_goes_on(owner: Client, acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatkeeper.web.views.uploads.UPLOADS_A_PAGE", 2)
    for number in range(3):
        factories.import_csv(acme, f"email\nann{number}@acme.example\n", name=f"file{number}.csv")
    first = owner.get(LIST).content.decode()
    assert first.index("file2.csv") < first.index("file1.csv")
    assert "file0.csv" not in first
    assert "file0.csv" in owner.get(LIST, {"before": "2"}).content.decode()
    assert owner.get(LIST, {"before": "²9"}).status_code == 200


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
    assert "hx-trigger" not in page


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
    assert "hx-trigger" not in page
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
