"""Deletions in the browser: the four acts kept apart, the typed number, the waiting time."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.erasing.models import Deletion
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation
from tests import factories

ANA, BO = "ana@acme.example", "bo@acme.example"


@pytest.fixture
def people(acme: Organization) -> list[Learner]:
    factories.pool(acme, seats=5)
    file = f"email,unique_user_id,first_name,last_name,license_learning_status\n{ANA},A-1,Ana,Alm,active\n{BO},B-1,Bo,Berg,\n"
    factories.import_csv(acme, file)
    return [factories.learner(acme, ANA), factories.learner(acme, BO)]


def test_from_the_profile_with_consequences_and_the_typed_number(owner: Client, people: list[Learner]) -> None:
    profile = f"/admin-center/users/{people[0].id}/"
    assert f'"/admin-center/users/deletion/?id={people[0].id}"' in owner.get(profile).content.decode()

    asked = owner.get(f"/admin-center/users/deletion/?id={people[0].id}").content.decode()
    assert all(
        words in asked
        for words in ("Delete Ana Alm", "1 license ends; seats that come free: 1", "can't be undone", "To go on, type 1")
    )
    wrong = owner.post("/admin-center/users/deletion/", {"id": people[0].id, "typed": "2"})
    assert (wrong.status_code, Deletion.objects.count()) == (422, 0)

    page = owner.post("/admin-center/users/deletion/", {"id": people[0].id, "typed": "1"}, follow=True)
    deletion = Deletion.objects.get()

    assert "1 person will be erased" in page.content.decode()
    assert deletion.due_at - deletion.asked_at == timedelta(days=7)
    assert "owner@acme.example asked for this person to be deleted" in owner.get(profile).content.decode()
    assert f"Deletion {deletion.id}" in owner.get("/admin-center/deletions/").content.decode()


def test_it_can_be_called_off_until_a_worker_begins(owner: Client, people: list[Learner]) -> None:
    owner.post("/admin-center/users/deletion/", {"q": "", "all": "1", "except": people[1].id, "typed": "1"})
    deletion = Deletion.objects.get()

    off = owner.post(f"/admin-center/deletions/{deletion.id}/calling-off/", follow=True)
    run_due(clock=lambda: system_clock() + timedelta(days=8))

    assert "Called off. Everyone stays." in off.content.decode()
    assert Learner.objects.count() == 2
    late = owner.post(f"/admin-center/deletions/{deletion.id}/calling-off/", follow=True)
    assert "It is too late" in late.content.decode()


@pytest.mark.django_db(transaction=True)
def test_by_file_after_it_was_confirmed(owner: Client, people: list[Learner]) -> None:
    content = f"primary_email_address,unique_id\n{ANA},A-1\n{BO},A-1\n".encode()
    refused = owner.post("/admin-center/deletions/new/", {"file": SimpleUploadedFile("d.csv", b"email,unique_id\na,b\n")})
    assert (refused.status_code, b"needs two columns" in refused.content) == (422, True)

    draft = owner.post("/admin-center/deletions/new/", {"file": SimpleUploadedFile("d.csv", content)}, follow=True)
    deletion = Deletion.objects.get()
    text = draft.content.decode()

    assert "EIS_UPLOAD_ROW_IDENTITY_CONFLICT_VALIDATION_ERROR" in text
    assert "Delete 1 person" in text
    problems = b"".join(owner.get(f"/admin-center/deletions/{deletion.id}/problems/").streaming_content).decode()  # type: ignore[attr-defined]
    assert problems.splitlines()[1].startswith(f"{BO},A-1,3,problem,EIS_UPLOAD_ROW_IDENTITY_CONFLICT")
    run_due(clock=lambda: system_clock() + timedelta(days=8))
    assert Learner.objects.count() == 2  # nobody has confirmed it

    owner.post(f"/admin-center/deletions/{deletion.id}/", {"typed": "1"})
    run_due(clock=lambda: system_clock() + timedelta(days=8))

    assert list(Learner.objects.values_list("email", flat=True)) == [BO]
    assert "They are found nowhere any more" in owner.get(f"/admin-center/deletions/{deletion.id}/").content.decode()
    assert ANA not in owner.get("/admin-center/audit/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_licenses_that_ended_for_good_are_not_offered_to_be_given_back(
    owner: Client, acme: Organization, people: list[Learner]
) -> None:
    owner.post("/admin-center/users/deletion/", {"id": people[0].id, "typed": "1"})
    run_due(clock=lambda: system_clock() + timedelta(days=8))
    number = Operation.objects.get(verb="delete").number
    address = f"/admin-center/operations/{number}/"

    overview = owner.get("/admin-center/").content.decode()
    assert f'href="{address}">Delete people' in overview
    assert f'href="{address}#undo"' not in overview
    assert 'id="undo"' not in owner.get(address).content.decode()
    refused = owner.post(f"{address}reversals/")
    assert (refused.status_code, "so it can&#x27;t be undone" in refused.content.decode()) == (409, True)
    assert not Operation.objects.filter(undoes=number).exists()
