"""An admin disconnects a profile from the sign-in it was used with."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.history import licenses_of
from seatkeeper.licensing.models import LicensePool
from seatkeeper.notices.services.send import send_due
from tests import factories
from tests.notices.post_office import PostOffice
from tests.web.test_learner_sign_in import PEOPLE, sign_in


@pytest.fixture
def ana(acme: Organization, learning: LicensePool) -> Learner:
    factories.import_csv(acme, PEOPLE)
    return factories.learner(acme, "ana@corp.example")


def test_the_sign_in_is_cut_the_license_stays_and_connecting_again_brings_it_back(
    ana: Learner, owner: Client, post_office: PostOffice
) -> None:
    learner, address = Client(), f"/admin-center/users/{ana.id}/disconnection/"
    sign_in(learner, ana.email, post_office)
    assert address in owner.get(f"/admin-center/users/{ana.id}/").content.decode()
    shown = owner.get(address).content.decode()
    assert "Licenses, seats, groups and history stay" in shown
    assert learner.get("/learn/").status_code == 200

    owner.post(address)

    assert learner.get("/learn/")["Location"].startswith("/account/login/code/")  # its session has ended
    assert not UserSession.objects.filter(user__email=ana.email).exists()
    assert [license["status"] for license in licenses_of(ana)] == ["active"]
    entry = AuditEntry.objects.get(action="profile.disconnected")
    assert (entry.actor, entry.facts["learner"]) == ("owner@acme.example", ana.id)
    send_due(clock=system_clock)
    assert post_office.came[-1]["To"] == ana.email
    assert "To connect again, sign in with this address" in post_office.text(-1)
    assert "/account/login/code/" in post_office.html(-1)

    sign_in(learner, ana.email, post_office)
    assert learner.get("/learn/").status_code == 200


def test_an_admins_sign_in_loses_the_profile_and_nothing_else(ana: Learner, acme: Organization, owner: Client) -> None:
    kim = Account.objects.create_user("kim@corp.example")
    membership = Membership.objects.create(organization=acme, account=kim, learner=ana, is_admin=True, is_full_admin=True)
    client = Client()
    client.force_login(kim, backend="allauth.account.auth_backends.AuthenticationBackend")
    owner.post(f"/admin-center/users/{ana.id}/disconnection/")
    membership.refresh_from_db()
    assert membership.learner_id is None
    assert client.get("/admin-center/").status_code == 200
    assert client.get("/learn/").status_code == 404


def test_who_is_not_connected_stays_as_they_are(ana: Learner, owner: Client) -> None:
    address = f"/admin-center/users/{ana.id}/disconnection/"
    assert "No sign-in is connected" in owner.get(address).content.decode()
    assert "Nothing was changed" in owner.post(address, follow=True).content.decode()
    assert not AuditEntry.objects.filter(action="profile.disconnected").exists()
