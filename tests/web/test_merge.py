"""Two profiles of one person are merged on a page: looked at first, and undone."""

import re

import pytest
from django.test import Client

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate.models import Content
from seatkeeper.licensing.models import LicensePool
from seatkeeper.usage.opened import opened_by
from seatkeeper.usage.services.openings import take_in_openings
from tests import factories, steps
from tests.web.test_learner_sign_in import PEOPLE

SHOWN = re.compile(r'name="shown" value="(\w+)"')


@pytest.fixture
def bo(acme: Organization, learning: LicensePool) -> Learner:
    """Stays. Ana, who goes, is active, too."""
    factories.import_csv(acme, PEOPLE)
    return factories.learner(acme, "bo@corp.example")


def test_what_was_shown_is_merged_and_undone(owner: Client, acme: Organization, bo: Learner, learning: LicensePool) -> None:
    Learner.objects.filter(email="ana@corp.example").update(unique_user_id="A7")
    address = f"/admin-center/users/{bo.id}/merge/"
    assert address in owner.get(f"/admin-center/users/{bo.id}/").content.decode()
    preview = owner.get(address, {"email": " Ana@corp.example", "reason": "Twice"}).content.decode()
    assert "(1 seat is free)" in preview
    assert "The unique user ID A7 goes over to the profile that stays." in preview
    (shown,) = SHOWN.findall(preview)

    done = owner.post(address, {"email": "ana@corp.example", "reason": "Twice", "shown": shown}, follow=True)

    assert "ana@corp.example is merged into bo@corp.example" in done.content.decode()
    assert [learner.email for learner in Learner.objects.all()] == ["bo@corp.example"]
    learning.refresh_from_db()
    assert learning.seats_taken == 1
    activity = owner.get(f"/admin-center/users/{bo.id}/?tab=activity").content.decode()
    assert "Twice" in activity
    (undo,) = set(re.findall(r"/admin-center/operations/\d+/reversals/", done.content.decode()))
    owner.post(undo)
    assert Learner.objects.count() == 2


def test_an_id_that_nobody_has_afterwards_is_said_before(owner: Client, bo: Learner) -> None:
    for email, unique_user_id in (("ana@corp.example", "A7"), (bo.email, "B8")):
        Learner.objects.filter(email=email).update(unique_user_id=unique_user_id)
    preview = owner.get(f"/admin-center/users/{bo.id}/merge/", {"email": "ana@corp.example"}).content.decode()
    assert "The profile that stays keeps its unique user ID B8. Afterwards nobody has A7" in preview


def test_what_has_changed_since_is_shown_anew(owner: Client, acme: Organization, bo: Learner, learning: LicensePool) -> None:
    address = f"/admin-center/users/{bo.id}/merge/"
    (shown,) = SHOWN.findall(owner.get(address, {"email": "ana@corp.example"}).content.decode())
    steps.do("unassign", acme, ["ana@corp.example"])
    answer = owner.post(address, {"email": "ana@corp.example", "shown": shown})
    assert answer.status_code == 409
    assert "Something changed since you looked" in answer.content.decode()
    assert Learner.objects.count() == 2


@pytest.mark.parametrize(
    ("email", "says"), [("", "Write an e-mail"), ("x@corp.example", "Nobody has"), ("bo@corp.example", "that stays")]
)
def test_who_is_named_wrongly_is_explained(owner: Client, bo: Learner, email: str, says: str) -> None:
    answer = owner.get(f"/admin-center/users/{bo.id}/merge/", {"email": email})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_who_manages_some_groups_only_merges_nobody(sub_admin_of_group: Client, bo: Learner) -> None:
    assert sub_admin_of_group.get(f"/admin-center/users/{bo.id}/merge/").status_code == 404


def test_what_both_opened_is_in_the_learners_history(owner: Client, acme: Organization, bo: Learner) -> None:
    ana = factories.learner(acme, "ana@corp.example")
    Content.objects.create(id=1, organization=acme, title="Python", address="/python", path="/python")
    take_in_openings([(acme.id, ana.id, 1, factories.NOW)])
    address = f"/admin-center/users/{bo.id}/merge/"
    (shown,) = SHOWN.findall(owner.get(address, {"email": ana.email}).content.decode())
    owner.post(address, {"email": ana.email, "shown": shown})
    assert len(opened_by(bo)) == 1
