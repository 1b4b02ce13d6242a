"""A learner with a license, signed in; content that it opens, and free content."""

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.licensing.models import LicensePool
from tests import factories
from tests.gate.asking import signed_in


@pytest.fixture
def acme(db: None) -> Organization:
    return factories.organization("Acme")


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=5)


@pytest.fixture
def course(acme: Organization, learning: LicensePool) -> Content:
    return add_content(
        organization_id=acme.id,
        title="Python",
        address="/courses/python",
        license_types=["learning"],
        actor="tester",
        now=factories.NOW,
    )


@pytest.fixture
def ann(acme: Organization, learning: LicensePool) -> Learner:
    factories.import_csv(acme, "invited_email_address,unique_user_id,license_learning_status\nann@acme.example,A1,active\n")
    return factories.learner(acme, "ann@acme.example")


@pytest.fixture
def anns_account(acme: Organization, ann: Learner) -> Account:
    account = Account.objects.create_user("ann@acme.example", "a long password")
    Membership.objects.create(organization=acme, account=account, learner=ann)
    return account


@pytest.fixture
def anns_browser(anns_account: Account) -> Client:
    return signed_in(anns_account)
