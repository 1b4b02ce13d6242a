"""Learners come by the organization's sign-in: whose profile is theirs, and what pools give them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.directory.models import Learner, Organization, OrganizationSettings
from seatkeeper.licensing.models import Claim, LicensePool, Operation
from seatkeeper.notices.models import Kind, Mail, Notice
from tests import factories, oidc, steps

LOGIN = "/account/oidc/oidc/login/"
pytestmark = pytest.mark.filterwarnings("ignore")  # the provider's libraries warn of their own plans


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc.provider() as url:
        yield url


@pytest.fixture
def home(acme: Organization, learning: LicensePool, settings: Settings, provider: str) -> Organization:
    """Whose provider it is."""
    settings.SOCIALACCOUNT_PROVIDERS = oidc.settings_for(provider)
    return acme


def come(client: Client, who: str) -> Any:
    """Through the provider and back; the page where they land."""
    leaves = client.post(LOGIN)
    comes_back = requests.post(leaves["Location"], {"sub": who}, allow_redirects=False, timeout=10)
    return client.get(comes_back.headers["Location"].removeprefix("http://testserver"), follow=True)


def add(of: Organization, email: str, unique_user_id: str = "", license: str = "") -> Learner:
    header = "invited_email_address,unique_user_id,license_learning_status\n"
    factories.import_csv(of, f"{header}{email},{unique_user_id},{license}\n")
    return factories.learner(of, email)


def adds_people(of: Organization) -> None:
    OrganizationSettings.objects.update_or_create(organization=of, defaults={"sign_in_adds_people": True})


def test_who_is_matched_by_subject_then_id_then_verified_address(home: Organization) -> None:
    ana = add(home, "ana.old@corp.example", "7")
    client = Client()
    assert come(client, "ana").redirect_chain[-1][0] == "/learn/"  # by id: the address is another
    assert Membership.objects.get().learner_id == ana.id
    assert SocialAccount.objects.get().extra_data == {}

    Learner.objects.filter(id=ana.id).update(unique_user_id="8")
    assert come(Client(), "ana").redirect_chain[-1][0] == "/learn/"  # by subject: the id is another by now

    moved = add(home, "ana.xu@corp.example")
    come(Client(), "ana-moved")
    assert Membership.objects.get(learner=moved).account.email == "ana.xu@corp.example"
    assert Learner.objects.count() == 2


def test_an_id_without_address_opens_a_profile_and_no_sign_in_that_opens_more(home: Organization, owner: Client) -> None:
    ana = add(home, "ana.old@corp.example", "7")
    assert come(Client(), "ana-by-id").redirect_chain[-1][0] == "/learn/"
    # An admin limited to groups could write the id on a profile that a full admin is connected with.
    Membership.objects.all().filter(is_admin=False).delete()
    SocialAccount.objects.all().delete()
    Membership.objects.filter(is_admin=True).update(learner=ana)
    refused = come(Client(), "ana-by-id")
    assert refused.status_code == 403
    assert "connected to another sign-in" in refused.content.decode()


def test_two_profiles_make_no_third_but_a_notice_that_leads_to_merging(home: Organization, owner: Client) -> None:
    by_id, by_address = add(home, "ana@corp.example", "7"), add(home, "bo@corp.example")
    adds_people(home)
    for _ in range(2):
        refused = come(Client(), "two")
        assert refused.status_code == 403
        assert "Two profiles are yours" in refused.content.decode()
    assert Learner.objects.count() == 2
    assert not Membership.objects.filter(is_admin=False).exists()
    notice = Notice.objects.get(operation_number__lt=0)
    assert (notice.kind, notice.facts) == (Kind.TWO_PROFILES, {"learner": by_id.id, "other": by_address.id})
    assert Mail.objects.filter(kind="notice", facts__notice="two_profiles").count() == 1
    assert "two profiles are theirs" in owner.get(reverse("notices")).content.decode()
    opened = owner.post(reverse("notice_readings"), {"id": notice.id, "open": "1"}, follow=True)
    assert "What will happen" in opened.content.decode()


def test_who_has_no_profile_gets_one_only_where_the_organization_wants_it(home: Organization, learning: LicensePool) -> None:
    assert come(Client(), "ana").status_code == 403
    assert not Account.objects.filter(email="ana@corp.example").exists()
    adds_people(home)
    assert come(Client(), "ana").redirect_chain[-1][0] == "/learn/"
    ana = Learner.objects.get()
    assert (ana.email, ana.unique_user_id) == ("ana@corp.example", "7")
    assert ana.attributes == {"preferred_first_name": "Ana", "preferred_last_name": "Xu"}
    operation = Operation.objects.get(verb="add")
    assert (operation.source, operation.counts["added"]) == ("sign_in", 1)
    learning.refresh_from_db()
    assert learning.seats_taken == 0  # the pool gives nothing by itself


def test_a_pool_gives_to_who_first_comes_until_it_is_full(home: Organization, learning: LicensePool, owner: Client) -> None:
    add(home, "ana@corp.example", "7")
    LicensePool.objects.filter(id=learning.id).update(gives_at_sign_in=True, seats_in_force=1)
    add(home, "ana.xu@corp.example")
    assert "You have a license of Learning" in come(Client(), "ana").content.decode()
    assert steps.statuses(home, learning)["ana@corp.example"] == "active"

    page = come(Client(), "ana-moved").content.decode()

    assert "All licenses of Learning are taken. You wait for one: you are number 1." in page
    assert Claim.objects.get().kind == "waiting"
    assert Notice.objects.get(operation_number__lt=0).kind == Kind.POOL_FULL
    assert "All licenses of Learning" in owner.get(reverse("notices")).content.decode()


def test_what_was_taken_back_is_not_given_by_a_sign_in(home: Organization, learning: LicensePool) -> None:
    add(home, "ana@corp.example", "7", "active")
    steps.do("unassign", home, ["ana@corp.example"])
    LicensePool.objects.filter(id=learning.id).update(gives_at_sign_in=True)
    page = come(Client(), "ana").content.decode()
    assert "Your license of Learning ended on 4 March" in page
    assert steps.statuses(home, learning)["ana@corp.example"] != "active"
    assert not Claim.objects.exists()


def test_who_was_only_invited_reads_of_no_license_at_sign_in(home: Organization, learning: LicensePool) -> None:
    LicensePool.objects.filter(id=learning.id).update(gives_at_sign_in=True, activation="invite")
    add(home, "ana@corp.example", "7", "active")
    steps.do("withdraw", home, ["ana@corp.example"])
    page = come(Client(), "ana").content.decode()
    assert "What you had for Learning, an invitation, a place in the waitlist or a request, ended on 4 March" in page
    assert "Your license of" not in page


def test_where_learners_do_not_sign_in_none_does(home: Organization) -> None:
    add(home, "ana@corp.example", "7")
    OrganizationSettings.objects.create(organization=home, learners_sign_in=False, sign_in_adds_people=True)
    assert come(Client(), "ana").status_code == 403
    assert not Membership.objects.exists()


def test_an_admin_chooses_who_signs_in_and_what_a_pool_gives(owner: Client, acme: Organization, learning: LicensePool) -> None:
    page = owner.get("/admin-center/settings/").content.decode()
    boxes = dict(re.findall(r'<input type="checkbox" name="(\w+)"([^>]*)>', page))
    assert "checked" in boxes["learners_sign_in"]
    assert "checked" not in boxes["sign_in_adds_people"]
    owner.post("/admin-center/settings/signing_in/", {"sign_in_adds_people": "on"})
    chosen = OrganizationSettings.objects.get(organization=acme)
    assert (chosen.learners_sign_in, chosen.sign_in_adds_people) == (False, True)
    owner.post(
        f"/admin-center/pools/{learning.id}/", {"seats": "5", "activation": learning.activation, "gives_at_sign_in": "on"}
    )
    learning.refresh_from_db()
    assert learning.gives_at_sign_in
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"settings.learners_sign_in_changed", "pool.sign_in_changed"} <= acts
