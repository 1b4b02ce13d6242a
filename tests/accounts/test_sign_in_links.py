"""A link signs its account in once, within a day."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from seatkeeper.accounts.errors import AccessEnded, LinkSpent, NoAddress, OwnSignInNeeded, UnknownAdmin
from seatkeeper.accounts.models import Account, AuditEntry, LinkKind, Membership, SignInLink
from seatkeeper.accounts.services.admins import account_of_admin, add_full_admin
from seatkeeper.accounts.services.sign_in_links import check_link, end_links, make_link, use_link
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return add_full_admin(organization_id=factories.organization().id, email="kim@corp.example", actor="cli:root", now=NOW)


def test_a_link_is_used_once(account: Account) -> None:
    token = make_link(account=account, now=NOW)

    check_link(token=token, now=NOW)
    assert use_link(token=token, now=NOW) == account
    for again in (check_link, use_link):
        with pytest.raises(LinkSpent):
            again(token=token, now=NOW)


def test_a_link_that_was_replaced_is_no_good(account: Account) -> None:
    token = make_link(account=account, now=NOW)
    end_links(account_id=account.pk, now=NOW)

    with pytest.raises(LinkSpent):
        use_link(token=token, now=NOW)


@pytest.mark.parametrize(("kind", "signs_in"), [("command", True), ("first", False), ("sign_in", False)])
def test_only_a_link_of_the_server_signs_in_who_has_a_sign_in(account: Account, kind: str, signs_in: bool) -> None:
    Account.objects.update(last_login=NOW)
    token = make_link(account=account, now=NOW, kind=LinkKind(kind))

    if signs_in:
        assert use_link(token=token, now=NOW) == account
    else:
        with pytest.raises(OwnSignInNeeded):
            use_link(token=token, now=NOW)
    with pytest.raises(LinkSpent):
        use_link(token=token, now=NOW)


def test_a_link_is_no_good_after_a_day(account: Account) -> None:
    token = make_link(account=account, now=NOW)

    with pytest.raises(LinkSpent):
        use_link(token=token, now=NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    "ends", [lambda: Account.objects.update(is_active=False), lambda: Membership.objects.update(is_admin=False)]
)
def test_a_link_of_whom_access_has_ended_says_so(account: Account, ends: Callable[[], int]) -> None:
    token = make_link(account=account, now=NOW)
    ends()

    for ask in (check_link, use_link):
        with pytest.raises(AccessEnded):
            ask(token=token, now=NOW)


def test_only_a_digest_of_the_link_is_kept(account: Account) -> None:
    token = make_link(account=account, now=NOW)

    assert token not in SignInLink.objects.get().digest


def test_adding_an_admin_twice_is_adding_once() -> None:
    acme = factories.organization()

    for address in ("Kim@Corp.example", "kim@corp.example "):
        add_full_admin(organization_id=acme.id, email=address, actor="cli:root", now=NOW)

    assert Membership.objects.get().is_full_admin
    assert [entry.action for entry in AuditEntry.objects.all()] == ["admin.added"]
    assert account_of_admin(organization_id=acme.id, email="KIM@corp.example").email == "kim@corp.example"


def test_what_is_no_address_and_who_is_no_admin_are_refused() -> None:
    acme = factories.organization()

    with pytest.raises(NoAddress):
        add_full_admin(organization_id=acme.id, email="kim", actor="cli:root", now=NOW)
    with pytest.raises(UnknownAdmin):
        account_of_admin(organization_id=acme.id, email="kim@corp.example")


def test_a_sign_in_by_link_is_in_the_audit_log() -> None:
    acme = factories.organization()
    account = add_full_admin(organization_id=acme.id, email="kim@corp.example", actor="cli:root", now=NOW)

    use_link(token=make_link(account=account, now=NOW), now=NOW)

    assert list(AuditEntry.objects.order_by("id").values_list("actor", "action")) == [
        ("cli:root", "admin.added"),
        ("kim@corp.example", "sign_in.link_used"),
    ]
