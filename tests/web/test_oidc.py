"""Sign-in of the organization: against a real provider, for known admins with a verified address only."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.services.addresses import is_verified
from seatkeeper.accounts.services.admins import add_full_admin
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from tests import oidc
from tests.conftest import environment_of

LOGIN = "/account/oidc/oidc/login/"
pytestmark = pytest.mark.filterwarnings("ignore")  # the provider's libraries warn of their own plans


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc.provider() as url:
        yield url


@pytest.fixture
def kim(acme: Organization, settings: Settings, provider: str) -> Account:
    settings.SOCIALACCOUNT_PROVIDERS = oidc.settings_for(provider)
    return add_full_admin(organization_id=acme.id, email="kim@corp.example", actor="cli:root", now=system_clock())


def sign_in(client: Client, who: str, query: str = "") -> int:
    """Through the provider and back; the status of the last answer."""
    leaves = client.post(f"{LOGIN}{query}")
    assert leaves.status_code == 302
    comes_back = requests.post(leaves["Location"], {"sub": who}, allow_redirects=False, timeout=10)
    assert comes_back.status_code == 302
    return client.get(comes_back.headers["Location"].removeprefix("http://testserver")).status_code


def test_a_known_admin_gets_in(kim: Account) -> None:
    client = Client()
    assert b"Sign in with Corp" in client.get("/account/login/").content
    assert sign_in(client, "kim") == 302
    assert client.session["_auth_user_id"] == str(kim.pk)
    assert client.get("/admin-center/").status_code == 200
    assert is_verified(kim)
    assert AuditEntry.objects.get(action="sign_in.done").facts["by"] == ["socialaccount"]


@pytest.mark.parametrize("who", ["unverified", "silent", "stranger"])
def test_nobody_else_gets_in_and_nothing_is_kept(kim: Account, who: str) -> None:
    client = Client()
    assert sign_in(client, who) == 403
    assert "_auth_user_id" not in client.session
    assert [account.email for account in Account.objects.all()] == ["kim@corp.example"]
    assert not SocialAccount.objects.exists()


def test_who_is_no_admin_any_more_does_not_get_in(kim: Account) -> None:
    Membership.objects.update(is_admin=False)
    assert sign_in(Client(), "kim") == 403


def test_it_connects_no_other_sign_in(kim: Account) -> None:
    boss = Account.objects.create_user("boss@corp.example")
    client = Client()
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert sign_in(client, "kim", "?process=connect") == 403
    assert client.session["_auth_user_id"] == str(boss.pk)
    assert not SocialAccount.objects.exists()


@pytest.mark.django_db
def test_without_settings_there_is_no_such_way_in() -> None:
    page = Client().get("/account/login/").content.decode()
    assert "Sign in with" not in page.replace("Sign in with a passkey", "").replace("Sign in with a code", "")
    assert Client().post(LOGIN).status_code == 404


SAYS = """
from django.conf import settings
print(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"], settings.SOCIALACCOUNT_PROVIDERS)
"""
CLIENT = {"SEATKEEPER_OIDC_CLIENT_ID": "seatkeeper", "SEATKEEPER_OIDC_CLIENT_SECRET": "a secret"}


def said(tmp_path: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = environment_of(tmp_path, f"sqlite:///{tmp_path / 'x'}") | variables
    environment["DJANGO_SETTINGS_MODULE"] = "seatkeeper.config.settings"
    return subprocess.run([sys.executable, "-c", SAYS], env=environment, capture_output=True, text=True, check=False)


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    variables = {
        "SEATKEEPER_OIDC_URL": "https://login.corp.example/realms/all/",
        "SEATKEEPER_OIDC_CLIENT_ID": "seatkeeper",
        "SEATKEEPER_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "SEATKEEPER_OIDC_ORIGINS": "https://sso.corp.example, https://mfa.corp.example/x",
    }
    done = said(tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    for word in ("https://login.corp.example", "https://sso.corp.example", "https://mfa.corp.example", "from a file"):
        assert f"'{word}'" in done.stdout


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SEATKEEPER_OIDC_URL": "https://login.corp.example"}, "SEATKEEPER_OIDC_CLIENT_ID"),
        (CLIENT | {"SEATKEEPER_OIDC_URL": "login"}, "is no address"),
        (CLIENT | {"SEATKEEPER_OIDC_URL": "https://a.example; script-src *"}, "is no address"),
    ],
)
def test_half_settings_are_refused_in_words(tmp_path: Path, variables: dict[str, str], says: str) -> None:
    done = said(tmp_path, **variables)
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
