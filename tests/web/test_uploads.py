"""Upload Custom Attributes CSV: from the form to results; who may see which."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from seatkeeper.accounts.models import Grant
from seatkeeper.accounts.permissions import Permission
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicensePool, Operation, OperationStatus, Status
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.aside import aside, set_aside, sweep_aside
from tests import factories
from tests.web.uploading import LIST, NEW, SOUND, apply, left_in_folder, only_upload, page_of, send, status_of

pytestmark = pytest.mark.django_db
WITH_GROUPS = "email,Group,location\nann@acme.example,Team,Graz\n"


def test_upload_applies_the_file(owner: Client, acme: Organization, learning: LicensePool) -> None:
    assert "checked" in owner.get(NEW).content.decode()

    answer = send(owner, SOUND)

    assert answer.status_code == 302
    assert License.objects.filter(organization_id=acme.id, status=Status.ACTIVE).count() == 2
    page = page_of(owner, acme)
    for words in ("people.csv", "Done", "Download results", "Undo", "No problems", "Licenses activated", "Learning · Default"):
        assert words in page
    assert "problem rows" not in page
    assert 'hx-trigger="every' not in page
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

    outside = "unique_user_id,license_learning_status\n0012,inactive\n"
    send(sub_admin_of_group, outside, name="own.csv", group=str(other_group.id))

    own = Operation.objects.order_by("-number")[0]
    page = sub_admin_of_group.get(f"{LIST}{own.number}/").content.decode()
    assert "EIS_UPLOAD_ROW_OUTSIDE_SCOPE_VALIDATION_ERROR" in page
    assert "own.csv" in sub_admin_of_group.get(LIST).content.decode()
    assert "own.csv" in owner.get(LIST).content.decode()
    assert License.objects.filter(status=Status.ACTIVE).count() == 2


def test_new_people_of_a_limited_admin_join_a_group_of_theirs(
    sub_admin_of_group: Client, acme: Organization, other_group: Group, learning: LicensePool
) -> None:
    form = sub_admin_of_group.get(NEW).content.decode()
    assert "New people join" in form
    assert f'<option value="{other_group.id}" selected>' in form  # the only one is chosen already
    beyond = add_group(organization_id=acme.id, name="Beyond")
    for group in ("", str(beyond.id), "x"):
        answer = send(sub_admin_of_group, SOUND, group=group)
        assert answer.status_code == 422
        assert "Choose the group that new people join." in answer.content.decode()
    assert not Upload.objects.exists()

    send(sub_admin_of_group, SOUND, group=str(other_group.id), way="preview")
    assert "People added" in page_of(sub_admin_of_group, acme)
    number = only_upload(acme).operation_id
    apply(sub_admin_of_group, number)

    assert GroupMember.objects.filter(group=other_group).count() == 2
    assert Operation.objects.count() == 1
    sub_admin_of_group.post(f"/admin-center/operations/{number}/reversals/")
    assert not Learner.objects.exists()


def test_the_group_is_kept_when_a_column_is_left_out(
    sub_admin_of_group: Client, acme: Organization, other_group: Group, learning: LicensePool
) -> None:
    page = send(sub_admin_of_group, WITH_GROUPS, group=str(other_group.id)).content.decode()
    assert f'<input type="hidden" name="group" value="{other_group.id}">' in page


def test_who_manages_everyone_is_asked_for_no_group(owner: Client, other_group: Group) -> None:
    assert "New people join" not in owner.get(NEW).content.decode()


def test_a_plan_made_with_more_groups_is_not_applied(
    sub_admin_of_group: Client, acme: Organization, other_group: Group, learning: LicensePool
) -> None:
    factories.import_csv(acme, "email\nann@acme.example\n")
    GroupMember.objects.create(organization=acme, group=other_group, learner=factories.learner(acme, "ann@acme.example"))
    content = "email,license_learning_status\nann@acme.example,active\n"
    send(sub_admin_of_group, content, way="preview", group=str(other_group.id))
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
