"""The audit log: what is in it, and that the database keeps it as it is."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry
from seatkeeper.accounts.services.admins import add_full_admin
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Organization
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def acme() -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def kim(acme: Organization) -> Account:
    account = add_full_admin(organization_id=acme.id, email="kim@corp.example", actor="cli:root", now=NOW)
    account.set_password(PASSWORD)
    account.save()
    return account


def entries(acme: Organization) -> list[tuple[str, object]]:
    found = AuditEntry.objects.filter(organization=acme).order_by("id").values_list("action", "facts")
    return [(action, facts) for action, facts in found if action != "admin.added"]


def test_sign_ins_failed_ones_and_sign_outs_are_logged(
    kim: Account, acme: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    with caplog.at_level(logging.DEBUG):
        client.post("/account/login/", {"login": "Kim@corp.example", "password": "a wrong password"})
        client.post("/account/login/", {"login": "nobody@corp.example", "password": "a wrong password"})
        client.post("/account/login/", {"login": "kim@corp.example", "password": PASSWORD})
        client.post("/account/logout/")

    assert entries(acme) == [
        ("sign_in.failed", {"account": kim.pk, "by": "password"}),
        ("sign_in.done", {"account": kim.pk, "by": ["password"]}),
        ("sign_out", {"account": kim.pk}),
    ]
    said = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert not [record for record in said if "corp.example" in record.getMessage()]


def test_a_changed_password_is_logged(kim: Account, acme: Organization) -> None:
    client = Client()
    client.post("/account/login/", {"login": "kim@corp.example", "password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
    assert client.post("/account/password/change/", new).status_code == 302
    assert ("account.password_changed", {"account": kim.pk}) in entries(acme)


def test_an_entry_can_be_neither_changed_nor_deleted(acme: Organization) -> None:
    log_act(organization_id=acme.id, actor="kim", action="export", now=NOW)
    entry = AuditEntry.objects.get()
    for act in (
        lambda: AuditEntry.objects.update(actor="lee"),
        lambda: AuditEntry.objects.filter(id=entry.id).update(at=NOW + timedelta(days=1)),
        lambda: AuditEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="the audit log only grows"), transaction.atomic():
            act()
    assert AuditEntry.objects.get().actor == "kim"


def test_it_goes_with_its_organization_only(acme: Organization) -> None:
    other = factories.organization("Other")
    for one in (acme, other):
        log_act(organization_id=one.id, actor="kim", action="export", now=NOW)
    gone = acme.id
    with transaction.atomic():
        acme.delete()
        AuditEntry.objects.filter(organization_id=gone).delete()
    assert [entry.organization_id for entry in AuditEntry.objects.all()] == [other.id]
