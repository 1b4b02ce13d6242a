"""The cast of the pages: who asks."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import Account, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import LicensePool
from tests import factories
from tests.notices.post_office import PostOffice, open_post_office


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=5)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def full_admin(of: Organization, email: str) -> Account:
    account = Account.objects.create_user(email)
    Membership.objects.create(organization=of, account=account, is_admin=True, is_full_admin=True)
    return account


def admin_of_group(group: Group, email: str) -> Account:
    """Who may do everything, to those of one group."""
    account = Account.objects.create_user(email)
    membership = Membership.objects.create(organization=group.organization, account=account, is_admin=True)
    for permission in Permission:
        Grant.objects.create(membership=membership, permission=permission, group=group)
    return account


@pytest.fixture
def owner(acme: Organization) -> Client:
    return signed_in(full_admin(acme, "owner@acme.example"))


@pytest.fixture
def other_group(acme: Organization) -> Group:
    """The group that `sub_admin_of_group` is limited to."""
    return add_group(organization_id=acme.id, name="Other")


@pytest.fixture
def sub_admin_of_group(other_group: Group) -> Client:
    return signed_in(admin_of_group(other_group, "sub@acme.example"))


@pytest.fixture
def other_organization_admin(db: None) -> Client:
    return signed_in(full_admin(factories.organization("Other Corp"), "boss@other.example"))


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A mail server; mail goes there when it is sent."""
    with open_post_office() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        settings.EMAIL_BACKEND = "seatkeeper.notices.backend.OutboxBackend"  # Django's own tests' keeps mail from it
        yield office
